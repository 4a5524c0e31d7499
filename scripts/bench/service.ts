import { join } from "node:path";
import { connectRaw, memoryOf, startGatewayProcess } from "../lib/gateway-process.ts";
import { RawSocket } from "../lib/raw-socket.ts";
import type { Figure } from "./figures.ts";
import { acceptTimes, crowd, fanOut, handshakes, percentile, rate, request, roundTrips } from "./measures.ts";

/** One running gateway under load, and the floor under the same load. */

const idleClients = 1_000;
const listenersCount = 100;
const eventsCount = 2_000;
const settleMs = 2_000;

export async function measureService(): Promise<Figure[]> {
  const figures: Figure[] = [];
  await using gateway = await startGatewayProcess();
  await using floor = await startFloor();
  await Bun.sleep(settleMs);
  figures.push({ name: "idle memory", unit: "MB", value: memoryOf(gateway.pid).rss, floor: memoryOf(floor.pid).rss });

  const socket = await connectRaw(gateway.port);
  const bare = await RawSocket.connect({ port: floor.port });
  const bytes = await replySizes(socket);
  const trips = await roundTrips(socket, request("1", "health"), 20_000);
  const bareTrips = await roundTrips(bare, request("1", "health", { bytes: bytes.health }), 20_000);
  figures.push({
    name: "health round trip, p50",
    unit: "µs",
    value: percentile(trips, 0.5),
    floor: percentile(bareTrips, 0.5),
  });
  figures.push({
    name: "health round trip, p99",
    unit: "µs",
    value: percentile(trips, 0.99),
    floor: percentile(bareTrips, 0.99),
  });

  const health = await rate(socket, gateway.pid, request("100000", "health"), 16);
  const bareHealth = await rate(bare, floor.pid, request("100000", "health", { bytes: bytes.health }), 16);
  figures.push({
    name: "health requests, 16 in flight",
    unit: "/s",
    value: health.perSecond,
    floor: bareHealth.perSecond,
  });
  figures.push({ name: "health server processor time", unit: "µs", value: health.cpuUs, floor: bareHealth.cpuUs });
  const presence = await rate(socket, gateway.pid, request("100000", "system-presence"), 16);
  const barePresence = await rate(bare, floor.pid, request("100000", "presence", { bytes: bytes.presence }), 16);
  figures.push({
    name: "system-presence requests, 16 in flight",
    unit: "/s",
    value: presence.perSecond,
    floor: barePresence.perSecond,
  });

  const shakes = await handshakes(gateway.port, 300);
  figures.push({ name: "handshake of a new device, p50", unit: "ms", value: percentile(shakes, 0.5) });
  figures.push(...(await measureFanOut(gateway, floor)));
  const accepts = await acceptTimes(socket, 500, 2_500);
  figures.push({ name: "accept to durable at 500/s, p50", unit: "ms", value: percentile(accepts, 0.5) });
  figures.push({ name: "accept to durable at 500/s, p99", unit: "ms", value: percentile(accepts, 0.99) });
  figures.push({ name: "memory after the loads", unit: "MB", value: memoryOf(gateway.pid).rss });
  await Bun.sleep(settleMs * 5);
  figures.push({ name: "memory idle again", unit: "MB", value: memoryOf(gateway.pid).rss });
  figures.push(await measureIdleClients());
  return figures;
}

async function measureFanOut(
  gateway: { readonly pid: number; readonly port: number },
  floor: { readonly pid: number; readonly port: number },
): Promise<Figure[]> {
  const listeners = await crowd(gateway.port, listenersCount);
  const speaker = await connectRaw(gateway.port);
  await once(
    speaker,
    request("prepare", "chat.send", { sessionKey: "fanout", message: "hi", idempotencyKey: crypto.randomUUID() }),
  );
  await Bun.sleep(settleMs);
  const message = "x".repeat(60);
  const inject = request("inject", "chat.inject", { sessionKey: "fanout", message });
  const frames = Array.from({ length: eventsCount }, () => inject);
  const told = await fanOut(listeners, speaker, gateway.pid, { frames, mark: '"event":"chat"' });
  for (const listener of [...listeners, speaker]) listener.end();
  const bareListeners = await Promise.all(
    Array.from({ length: listenersCount }, () => RawSocket.connect({ port: floor.port })),
  );
  const bareFrames = Array.from({ length: eventsCount }, () => request("1", "fanout", { bytes: 260 }));
  const bareSpeaker = bareListeners[0]!;
  const bare = await fanOut(bareListeners, bareSpeaker, floor.pid, { frames: bareFrames, mark: '"event":"chat"' });
  for (const listener of bareListeners) listener.end();
  return [
    { name: "event to 100 clients", unit: "/s", value: told.deliveriesPerSecond, floor: bare.deliveriesPerSecond },
    { name: "event to 100 clients, server processor time", unit: "µs", value: told.cpuUs, floor: bare.cpuUs },
  ];
}

/** On a fresh gateway, so that no earlier load hides in the figure. */
async function measureIdleClients(): Promise<Figure> {
  await using gateway = await startGatewayProcess();
  const few = await crowd(gateway.port, 50);
  await Bun.sleep(settleMs);
  const before = memoryOf(gateway.pid).anonymous;
  const many = await crowd(gateway.port, idleClients);
  await Bun.sleep(settleMs * 4);
  const perClient = ((memoryOf(gateway.pid).anonymous - before) * 1024) / idleClients;
  for (const socket of [...few, ...many]) socket.terminate();
  return { name: "memory per idle client", unit: "KiB", value: perClient };
}

async function replySizes(socket: RawSocket): Promise<{ readonly health: number; readonly presence: number }> {
  const health = await once(socket, request("h", "health"));
  const presence = await once(socket, request("p", "system-presence"));
  return { health: health.length - 48, presence: presence.length - 48 };
}

/** The reply to one request. */
function once(socket: RawSocket, frame: string): Promise<Buffer> {
  const { id } = JSON.parse(frame) as { id: string };
  return new Promise((resolve) => {
    socket.onFrame = ({ payload }) => {
      if (payload.includes(`"id":${JSON.stringify(id)}`)) resolve(Buffer.from(payload));
    };
    socket.send(frame);
  });
}

async function startFloor(): Promise<AsyncDisposable & { readonly pid: number; readonly port: number }> {
  const child = Bun.spawn([process.execPath, join(import.meta.dir, "floor.ts")], { stdout: "pipe", stderr: "inherit" });
  const reader = child.stdout.getReader();
  const { value } = await reader.read();
  const port = Number(
    Buffer.from(value ?? new Uint8Array())
      .toString("utf8")
      .trim(),
  );
  return {
    pid: child.pid,
    port,
    [Symbol.asyncDispose]: async () => {
      child.kill();
      await child.exited;
    },
  };
}
