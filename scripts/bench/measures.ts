import { connectRaw, cpuOf, makeDevice } from "../lib/gateway-process.ts";
import { encodeFrame, opcodes, type RawSocket } from "../lib/raw-socket.ts";

/** Single measurements. Each returns plain numbers; `bench.ts` prints them. */

export interface Rate {
  readonly perSecond: number;
  /** Processor time of the server for one request, in microseconds. */
  readonly cpuUs: number;
}

const warmUpMs = 500;
const measureMs = 3_000;
/** Requests that one connection may have under way, with room to spare. */
const groupSize = 128;
const resMark = '{"type":"res"';

export function percentile(samples: readonly number[], share: number): number {
  const sorted = [...samples].sort((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

export function request(id: string, method: string, params: unknown = {}): string {
  return JSON.stringify({ type: "req", id, method, params });
}

export function isReply(payload: Buffer): boolean {
  return payload.toString("latin1", 0, resMark.length) === resMark;
}

/** Requests with `depth` in flight on one connection. */
export async function rate(socket: RawSocket, pid: number, frame: string, depth: number): Promise<Rate> {
  const batch = Buffer.concat(Array.from({ length: depth }, () => encodeFrame(frame)));
  let done = 0;
  let answered = 0;
  let isOver = false;
  socket.onFrame = ({ payload }) => {
    if (!isReply(payload)) return;
    done++;
    if (++answered < depth) return;
    answered = 0;
    if (!isOver) socket.write(batch);
  };
  socket.write(batch);
  await Bun.sleep(warmUpMs);
  const [cpuBefore, doneBefore, startMs] = [cpuOf(pid), done, performance.now()];
  await Bun.sleep(measureMs);
  const [cpu, count, seconds] = [cpuOf(pid) - cpuBefore, done - doneBefore, (performance.now() - startMs) / 1000];
  isOver = true;
  await Bun.sleep(100);
  return { perSecond: count / seconds, cpuUs: cpu / count };
}

/** Round trips one after another, in microseconds. */
export async function roundTrips(socket: RawSocket, frame: string, count: number): Promise<number[]> {
  const bytes = encodeFrame(frame);
  const samples: number[] = [];
  const over = Promise.withResolvers<void>();
  let sentAt = 0;
  const next = () => {
    sentAt = Bun.nanoseconds();
    socket.write(bytes);
  };
  socket.onFrame = ({ payload }) => {
    if (!isReply(payload)) return;
    samples.push((Bun.nanoseconds() - sentAt) / 1000);
    if (samples.length < count) next();
    else over.resolve();
  };
  next();
  await over.promise;
  return samples.slice(Math.floor(count / 10));
}

/** From the upgrade to `hello-ok` for devices that the gateway has never seen, in milliseconds. */
export async function handshakes(port: number, count: number): Promise<number[]> {
  const samples: number[] = [];
  for (let index = 0; index < count; index++) {
    const device = makeDevice();
    const startMs = performance.now();
    const socket = await connectRaw(port, device);
    samples.push(performance.now() - startMs);
    socket.end();
  }
  return samples;
}

/** Many connected clients, opened a few at a time. */
export async function crowd(port: number, count: number): Promise<RawSocket[]> {
  const sockets: RawSocket[] = [];
  while (sockets.length < count) {
    const group = Math.min(6, count - sockets.length);
    sockets.push(...(await Promise.all(Array.from({ length: group }, () => connectRaw(port)))));
  }
  return sockets;
}

export interface FanOut {
  readonly deliveriesPerSecond: number;
  readonly cpuUs: number;
}

/** Asks for `events` events with a few requests in flight and counts what arrives at the listeners. */
export async function fanOut(
  listeners: readonly RawSocket[],
  speaker: RawSocket,
  pid: number,
  ask: { readonly frames: readonly string[]; readonly mark: string },
): Promise<FanOut> {
  const wanted = listeners.length * ask.frames.length;
  const over = Promise.withResolvers<void>();
  let got = 0;
  const mark = Buffer.from(ask.mark, "latin1");
  for (const listener of listeners) {
    listener.onFrame = ({ opcode, payload }) => {
      if (opcode !== opcodes.text || !payload.subarray(0, 64).includes(mark)) return;
      if (++got === wanted) over.resolve();
    };
  }
  const cpuBefore = cpuOf(pid);
  const startMs = performance.now();
  speakInGroups(speaker, ask.frames);
  await over.promise;
  const seconds = (performance.now() - startMs) / 1000;
  return { deliveriesPerSecond: wanted / seconds, cpuUs: (cpuOf(pid) - cpuBefore) / wanted };
}

/** A group at a time: the next one goes out when every request of the one before was answered. */
function speakInGroups(speaker: RawSocket, frames: readonly string[]): void {
  const listen = speaker.onFrame;
  let next = 0;
  let open = 0;
  const speak = () => {
    const group = frames.slice(next, next + groupSize);
    next += group.length;
    open = group.length;
    if (group.length > 0) speaker.write(Buffer.concat(group.map((frame) => encodeFrame(frame))));
  };
  speaker.onFrame = (frame) => {
    listen(frame);
    if (isReply(frame.payload) && --open === 0) speak();
  };
  speak();
}

/** From the moment a message was due to its `started`, which means on disk; in milliseconds. */
export async function acceptTimes(socket: RawSocket, perSecond: number, count: number): Promise<number[]> {
  const due = new Map<string, number>();
  const samples: number[] = [];
  const over = Promise.withResolvers<void>();
  socket.onFrame = ({ payload }) => {
    if (!isReply(payload)) return;
    const { id } = JSON.parse(payload.toString("utf8")) as { id: string };
    samples.push(performance.now() - due.get(id)!);
    if (samples.length === count) over.resolve();
  };
  const startMs = performance.now();
  for (let index = 0; index < count; index++) {
    const at = startMs + (index * 1000) / perSecond;
    while (performance.now() < at) await Bun.sleep(Math.max(0, at - performance.now() - 0.2));
    const id = `accept-${index}`;
    due.set(id, at);
    const params = { sessionKey: `bench-${index % 50}`, message: "hello", idempotencyKey: crypto.randomUUID() };
    socket.send(request(id, "chat.send", params));
  }
  await over.promise;
  return samples;
}
