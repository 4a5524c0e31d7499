import { Talker } from "./talker.ts";

/** Somebody who writes in a thread of their own, since the lab waits for programs and hears nothing meanwhile. */

export interface Talked {
  readonly taken: readonly string[];
  readonly longestGapMs: number;
}

interface Order {
  readonly url: string;
  readonly token: string;
  readonly everyMs: number;
}

export function startTalking(order: Order): { stop(): Promise<Talked> } {
  const worker = new Worker(import.meta.url);
  worker.postMessage(order, []);
  return {
    stop: async () => {
      const told = new Promise<Talked>((resolve) => {
        worker.addEventListener("message", ({ data }: MessageEvent<Talked>) => resolve(data));
      });
      worker.postMessage("stop", []);
      const talked = await told;
      worker.terminate();
      return talked;
    },
  };
}

if (!Bun.isMainThread) {
  let talker: Talker | undefined;
  self.addEventListener("message", ({ data }: MessageEvent<Order | "stop">) => {
    if (data !== "stop") {
      talker = new Talker(data.url, data.token);
      return talker.start(data.everyMs);
    }
    void talker?.stop().then(() => {
      postMessage({ taken: talker!.taken, longestGapMs: talker!.longestGapMs } satisfies Talked);
    });
  });
}
