import { load, type LoadOptions } from "./load.ts";

/** A worker that puts the load on. */

declare const self: Worker;

self.addEventListener("message", ({ data }: MessageEvent<LoadOptions>) => {
  void load(data).then((took) => self.postMessage([...took], []));
});
