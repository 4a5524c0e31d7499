import { request } from "../bench/measures.ts";
import { connectRaw } from "../lib/gateway-process.ts";

/**
 * A worker that asks for health all the time, at intended moments whatever the answers do. How late an answer comes is
 * how late the gateway's event loop came to it.
 */

declare const self: Worker;

export interface PingOrder {
  readonly port: number;
  readonly forMs: number;
}

const intervalMs = 4;

self.addEventListener("message", ({ data }: MessageEvent<PingOrder>) => {
  void ping(data).then((delays) => self.postMessage(delays, []));
});

async function ping({ port, forMs }: PingOrder): Promise<number[]> {
  const delays: number[] = [];
  const dueAt = new Map<string, number>();
  const socket = await connectRaw(port);
  socket.onFrame = ({ payload }) => {
    const id = /^\{"type":"res","id":"(p\d+)"/.exec(payload.toString("latin1", 0, 64))?.[1] ?? "";
    const due = dueAt.get(id);
    if (due === undefined || !dueAt.delete(id)) return;
    delays.push(performance.now() - due);
  };
  const startedAt = performance.now();
  for (let index = 0; performance.now() - startedAt < forMs; index++) {
    const due = startedAt + index * intervalMs;
    const waitMs = due - performance.now();
    if (waitMs > 0) await Bun.sleep(waitMs);
    dueAt.set(`p${index}`, due);
    socket.send(request(`p${index}`, "health"));
  }
  while (dueAt.size > 0) await Bun.sleep(1);
  socket.terminate();
  return delays;
}
