import { type Clock, errorFields, type Log, slept } from "../lib/index.ts";
import { watchFolder } from "../net/index.ts";
import type { BoardPages } from "./board-pages.ts";

/** Tells the open pages which files changed, gathered for a moment: an editor writes a file more than once. */

const gatherMs = 25;
/** More than this at once: the pages are told that anything may have changed. */
const pathsMax = 64;

export interface LiveReloadParts {
  readonly root: string;
  readonly pages: BoardPages;
  readonly clock: Clock;
  readonly log: Log;
}

export function startLiveReload({ root, pages, clock, log }: LiveReloadParts): Disposable {
  const stop = new AbortController();
  const gathered = new Set<string>();
  const tell = async () => {
    if (!(await slept(clock, gatherMs, stop.signal))) return;
    const paths = gathered.size > pathsMax ? [] : [...gathered];
    gathered.clear();
    pages.tellAll({ type: "changed", paths });
  };
  const changed = (path: string | undefined) => {
    // Temporary files of a write that is under way begin with a dot.
    if (path !== undefined && path.split("/").some((name) => name.startsWith("."))) return;
    gathered.add(path ?? "");
    if (gathered.size === 1) void tell();
  };
  const watcher = watchFolder(root, changed, (error) => log.warn("canvas-watch.failed", errorFields(error)));
  return {
    [Symbol.dispose]: () => {
      stop.abort();
      watcher[Symbol.dispose]();
    },
  };
}
