import { expect, test } from "bun:test";
import { wireLimits } from "../../src/protocol/index.ts";
import { type Guest, ownerToken } from "../open-house.ts";
import { RawReader } from "./raw-reader.ts";
import { openTimedHouse } from "./timed-house.ts";

/** More than the kernel's buffers of a loopback connection and the gateway's own hold together. */
const floodBytes = 24 * 1024 * 1024;
const noteBytes = 256 * 1024;
const notes = floodBytes / noteBytes;

/** Events that may not be lost, until no buffer can hold them any more. */
async function flood(alice: Guest): Promise<void> {
  const message = "x".repeat(noteBytes);
  for (let count = 0; count < notes; count++) await alice.call("chat.inject", { sessionKey: "main", message });
}

const isNote = ({ event, payload }: { event: string; payload?: unknown }) =>
  event === "chat" && (payload as { runId: string }).runId.startsWith("inject-");

const seqs = (frames: readonly { readonly seq?: number }[]) =>
  frames.flatMap(({ seq }) => (seq === undefined ? [] : [seq]));
const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

test("a client that stops reading is closed with 1008, and everybody else gets everything", async () => {
  await using house = await openTimedHouse();
  using alice = await house.operator();
  using bob = await house.operator();
  await alice.call("sessions.patch", { key: "main", label: "Main" });
  using slow = await RawReader.open(house.port, ownerToken);
  slow.stopReading();
  await flood(alice);
  await bob.call("health", {});
  for (const guest of [alice, bob]) {
    expect(guest.events.filter(isNote)).toHaveLength(notes);
    expect(guest.gaps).toEqual([]);
  }
  slow.readOn();
  expect(await slow.closed).toEqual({ code: 1008, reason: "slow consumer" });
  const heard = slow.events.filter(isNote).length;
  expect(heard).toBeGreaterThan(0);
  expect(heard).toBeLessThan(notes);
  const numbers = seqs(slow.events);
  expect(numbers).toEqual(upTo(numbers.length));
}, 30_000);

test("a client that never reads again counts as gone once it was cut, and the others hear that it went", async () => {
  await using house = await openTimedHouse();
  using alice = await house.operator();
  await alice.call("sessions.patch", { key: "main", label: "Main" });
  using slow = await RawReader.open(house.port, ownerToken);
  slow.stopReading();
  await house.pass(1_000, alice);
  await flood(alice);
  await house.pass(wireLimits.closeGraceMs + 1_000, alice);
  while ((await alice.call("status", {})).gateway.connections > 1);
  await house.pass(1_000, alice);
  const left = alice.payloads<{ presence: { reason?: string }[] }>("presence").at(-1);
  expect(left?.presence.some(({ reason }) => reason === "disconnect")).toBe(true);
  expect(alice.gaps).toEqual([]);
}, 30_000);

test("a client that reads on in time keeps its connection and gets everything", async () => {
  await using house = await openTimedHouse();
  using alice = await house.operator();
  await alice.call("sessions.patch", { key: "main", label: "Main" });
  using slow = await RawReader.open(house.port, ownerToken);
  slow.stopReading();
  for (const message of ["1", "2", "3"]) await alice.call("chat.inject", { sessionKey: "main", message });
  await house.pass(5_000, alice);
  slow.readOn();
  await alice.call("chat.inject", { sessionKey: "main", message: "4" });
  const said = () => slow.events.filter(isNote).map(({ payload }) => textOf(payload));
  while (said().length < 4) await alice.call("health", {});
  expect(said()).toEqual(["1", "2", "3", "4"]);
  const numbers = seqs(slow.events);
  expect(numbers).toEqual(upTo(numbers.length));
}, 30_000);

function textOf(payload: unknown): string {
  return (payload as { message: { content: { text: string }[] } }).message.content[0]!.text;
}
