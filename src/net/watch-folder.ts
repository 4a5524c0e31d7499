import { type FSWatcher, watch } from "node:fs";

/** Told of every path below the folder that changed, with `/` between names; undefined when the system does not say. */
export function watchFolder(
  root: string,
  changed: (path: string | undefined) => void,
  failed: (error: unknown) => void,
): Disposable {
  let watcher: FSWatcher | undefined;
  try {
    watcher = watch(root, { recursive: true, persistent: false }, (_kind, name) => {
      changed(name === null ? undefined : name.replaceAll("\\", "/"));
    });
    watcher.on("error", failed);
  } catch (error) {
    failed(error);
  }
  return { [Symbol.dispose]: () => watcher?.close() };
}
