import type { TSchema } from "@sinclair/typebox";
import { type MethodTable } from "../src/protocol/index.ts";
import { methods } from "../src/gateway/index.ts";
import { Chance } from "./fuzz/chance.ts";
import { httpRequest } from "./fuzz/http.ts";
import { Target } from "./fuzz/target.ts";
import { spoil, valueFor } from "./fuzz/values.ts";
import { connectRaw, type GatewayProcess, memoryOf, startGatewayProcess } from "./lib/gateway-process.ts";
import { encodeFrame, opcodes, RawSocket } from "./lib/raw-socket.ts";
import { say } from "./lib/run.ts";

/**
 * `bun run fuzz [--frames N] [--seed N]`: sends generated frames and HTTP requests to the real binary, from its own
 * method table. It ends well when the process lives, every request was answered or its socket closed, and memory is
 * back. One line a failure; the seed repeats the run.
 */

const frames = Number(flag("frames") ?? 200_000);
const seed = Number(flag("seed") ?? Date.now() % 1_000_000);
const socketsCount = 8;
const inFlightMax = 48;
const memorySlackMb = 24;
const progressEvery = 20_000;

const chance = new Chance(seed);
const names = Object.keys(methods).filter((name) => name !== "connect");
const table = methods as MethodTable;

const failures: string[] = [];
say(`seed ${seed}, ${frames} frames`);
await using gateway = await startGatewayProcess();
const fdsBefore = openFiles(gateway.pid);
const targets = Array.from({ length: socketsCount }, () => new Target(gateway.port));
await warmUp(gateway);
const baseMb = memoryOf(gateway.pid).rss;
const canary = startCanary(gateway.port);
await sendAll(gateway);
await settle();
const canaryMs = await canary.stop();
report(gateway);

function flag(name: string): string | undefined {
  const index = process.argv.indexOf(`--${name}`);
  return index === -1 ? undefined : process.argv[index + 1];
}

async function sendAll({ port }: GatewayProcess): Promise<void> {
  for (let sent = 0; sent < frames; sent++) {
    const target = targets[sent % socketsCount]!;
    const dice = chance.unit();
    if (dice < 0.01) await http(port);
    else if (dice < 0.015) await handshake(port);
    else await frame(target, sent);
    if (sent > 0 && sent % progressEvery === 0) {
      for (const each of targets) each.checkLate();
      const memory = `${memoryOf(gateway.pid).rss.toFixed(0)} MB`;
      say(`${sent} sent, ${total("answered")} answered, ${total("closes")} closed, ${memory}`);
    }
  }
}

async function frame(target: Target, number: number): Promise<void> {
  const socket = await target.ready();
  while (target.openCount > inFlightMax) {
    target.checkLate();
    await Bun.sleep(1);
  }
  const id = `f-${number}`;
  const name = chance.is(0.97) ? chance.pick(names) : chance.pick(["nope", "toString", "__proto__", "connect", ""]);
  const schema: TSchema | undefined = Object.hasOwn(table, name) ? table[name]!.params : undefined;
  const params = schema && boundWait(name, valueFor(schema, chance, chance.pick([0, 0, 0.05, 0.3])));
  const text = JSON.stringify({ type: "req", id, method: name, ...(chance.is(0.95) && { params }) });
  const dice = chance.unit();
  if (dice < 0.86) {
    target.asked(id, name);
    return socket.send(text, chance.is(0.2) ? opcodes.binary : opcodes.text);
  }
  // What is spoiled may still be a request: nobody waits for its answer.
  if (dice < 0.95) return socket.send(spoil(text.replace(id, `s-${number}`), chance));
  if (dice < 0.97) return socket.send(noise(), chance.pick([opcodes.binary, opcodes.ping, opcodes.pong]));
  if (dice < 0.985 && name !== "") return fragmented(socket, target, id, { name, text });
  if (dice < 0.99) return socket.send("x".repeat(chance.below(200_000)));
  socket.write(Buffer.from(noise()));
}

/** These would wait as long as they were told to. */
function boundWait(name: string, params: unknown): unknown {
  const waits = name === "agent.wait" || name === "exec.approval.request";
  const isBound = waits && typeof params === "object" && params !== null && !Array.isArray(params);
  return isBound ? { ...params, timeoutMs: 5 } : params;
}

function fragmented(
  socket: RawSocket,
  target: Target,
  id: string,
  { name, text }: { readonly name: string; readonly text: string },
): void {
  const middle = chance.below(text.length);
  target.asked(id, name);
  socket.write(encodeFrame(text.slice(0, middle), opcodes.text, false));
  socket.write(encodeFrame(text.slice(middle), opcodes.continuation));
}

/** Sockets that say something else than hello, or nothing. */
async function handshake(port: number): Promise<void> {
  const socket = await RawSocket.connect({ port, path: chance.pick(["/", "/any", "/?token=x"]) });
  if (!socket.isUp) return;
  const connect = table["connect"]!.params;
  const params = valueFor(connect, chance, chance.pick([0, 0.1, 0.5]));
  const text = JSON.stringify({ type: "req", id: "c", method: chance.is(0.9) ? "connect" : "health", params });
  if (chance.is(0.8)) socket.send(chance.is(0.5) ? text : spoil(text, chance));
  socket.end();
}

async function http(port: number): Promise<void> {
  const failure = await httpRequest(port, chance).catch((error: unknown) => `HTTP failed: ${String(error)}`);
  if (failure !== undefined) failures.push(failure);
}

function noise(): Uint8Array {
  return Uint8Array.from({ length: chance.below(120) }, () => chance.below(256));
}

/** A well-behaved client meanwhile: its waits show whether others suffer. */
function startCanary(port: number): { stop(): Promise<number[]> } {
  const state = { isOver: false, isClosed: false };
  const samples: number[] = [];
  let reason = "no close frame";
  const run = async () => {
    const socket = await connectRaw(port);
    void socket.closed.then(() => {
      state.isClosed = true;
      if (!state.isOver) failures.push(`the canary was closed: ${reason}`);
    });
    for (let index = 0; !state.isOver && !state.isClosed; index++) {
      const id = `canary-${index}`;
      const startMs = performance.now();
      const answered = Promise.withResolvers<void>();
      socket.onFrame = ({ opcode, payload }) => {
        if (opcode === opcodes.close) reason = payload.toString("latin1", 2);
        else if (payload.includes(`"${id}"`)) answered.resolve();
      };
      socket.send(JSON.stringify({ type: "req", id, method: "health" }));
      await Promise.race([answered.promise, socket.closed]);
      samples.push(performance.now() - startMs);
      await Bun.sleep(20);
    }
    socket.end();
    return samples;
  };
  const done = run();
  return {
    stop: () => {
      state.isOver = true;
      return done;
    },
  };
}

/** Heap, caches and compiled checkers as they are in use, so that growth is growth. */
async function warmUp({ port }: GatewayProcess): Promise<void> {
  const socket = await connectRaw(port);
  for (const name of names) socket.send(JSON.stringify({ type: "req", id: name, method: name, params: {} }));
  for (let index = 0; index < 2_000; index++)
    socket.send(JSON.stringify({ type: "req", id: `h${index}`, method: "status" }));
  await Bun.sleep(3_000);
  socket.end();
}

/** Late answers and collected memory: a few seconds of quiet. */
async function settle(): Promise<void> {
  for (let second = 0; second < 15; second++) {
    await Bun.sleep(1_000);
    for (const target of targets) target.checkLate();
    if (second > 6 && memoryOf(gateway.pid).rss < baseMb + memorySlackMb) break;
  }
  for (const target of targets) target.end();
  // Longer than a handshake may take, so that silent sockets are gone.
  await Bun.sleep(11_000);
}

function report(tested: GatewayProcess): void {
  const { pid, process: child } = tested;
  if (child.exitCode !== null) failures.push(`the process ended with ${child.exitCode}`);
  else {
    const { rss } = memoryOf(pid);
    const files = openFiles(pid);
    if (rss > baseMb + memorySlackMb) failures.push(`memory grew from ${baseMb.toFixed(0)} to ${rss.toFixed(0)} MB`);
    if (files > fdsBefore + 4) failures.push(`open files grew from ${fdsBefore} to ${files}`);
    say(`memory ${baseMb.toFixed(1)} → ${rss.toFixed(1)} MB, open files ${fdsBefore} → ${files}`);
  }
  for (const line of tested.output().split("\n")) {
    if (/request\.failed|process\.(rejection|exception)|http\.failed/.test(line))
      failures.push(`logged: ${line.slice(0, 400)}`);
  }
  const sorted = canaryMs.sort((left, right) => left - right);
  say(`canary p99 ${(sorted[Math.floor(sorted.length * 0.99)] ?? 0).toFixed(1)} ms over ${sorted.length} requests`);
  const all = [...failures, ...targets.flatMap(({ complaints }) => complaints)];
  for (const failure of all.slice(0, 50)) say(`FAIL ${failure}`);
  say(`${frames} frames, ${total("answered")} answered, ${total("closes")} sockets closed, ${all.length} failures`);
  process.exitCode = all.length === 0 ? 0 : 1;
}

function total(field: "answered" | "closes"): number {
  return targets.reduce((sum, target) => sum + target[field], 0);
}

function openFiles(pid: number): number {
  return Array.from(new Bun.Glob("*").scanSync({ cwd: `/proc/${pid}/fd`, onlyFiles: false })).length;
}
