import { type FSWatcher, watch } from "node:fs";

/** Told of every path below the folder that changed, with `/` between names; undefined when the system does not say. */
export function watchFolder(
  root: string,
  changed: (path: string | undefined) => void,
  failed: (error: unknown) => void,
): Disposable {
  let watcher: FSWatcher | undefined;
  try {
    // Against its types the runtime may leave the name out, for instance when the folder itself is removed.
    watcher = watch(root, { recursive: true, persistent: false }, (_kind, name?: string | null) => {
      changed(name?.replaceAll("\\", "/"));
    });
    watcher.on("error", failed);
  } catch (error) {
    failed(error);
  }
  return { [Symbol.dispose]: () => watcher?.close() };
}
