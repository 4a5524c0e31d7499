import { createSocket } from "node:dgram";
import { types } from "../ear.ts";
import { ownAddress } from "../lan.ts";
import { play } from "../scene.ts";

/** A network in which somebody sends rubbish: real packets with a few bytes changed, cut or grown. */

const packetsCount = 4_000;
const changesMax = 6;
const group = "224.0.0.251";

await play(async ({ ear, gateway }) => {
  const raw: Buffer[] = [];
  const socket = createSocket({ type: "udp4", reuseAddr: true });
  socket.on("message", (message) => raw.push(message));
  await new Promise<void>((resolve) => socket.bind(5353, "0.0.0.0", () => resolve()));
  socket.addMembership(group, ownAddress);
  socket.setMulticastInterface(ownAddress);
  const alice = await gateway("alice", { gateway: { bind: "lan" }, discovery: { mdns: { displayName: "Attic" } } });
  const { port } = alice.house.gateway;
  await ear.all();
  for (const type of types) await ear.ask(type);
  const samples = raw.slice(0, 64);
  const random = mulberry(1);
  for (let sent = 0; sent < packetsCount; sent++) {
    const packet = mangled(samples[random(samples.length)]!, random);
    await new Promise<void>((resolve) => socket.send(packet, 5353, group, () => resolve()));
  }
  const ports = [];
  for (const type of types) ports.push((await ear.ask(type)).port);
  const faults = alice.log.filter(({ event }) => event.startsWith("unit."));
  await alice.stop("the scene is over");
  socket.close();
  return { samples: samples.length, port, ports, faults };
});

function mangled(sample: Buffer, random: (below: number) => number): Buffer {
  const packet = Buffer.from(sample);
  for (let change = random(changesMax); change >= 0; change--) packet[random(packet.length)] = random(256);
  const length = random(4) === 0 ? random(packet.length + 1) : packet.length;
  return random(8) === 0 ? Buffer.concat([packet, packet]) : packet.subarray(0, length);
}

/** The same numbers for the same seed. */
function mulberry(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}
