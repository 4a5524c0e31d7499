import { openSync, writeSync } from "node:fs";
import { realClock } from "../../src/lib/index.ts";
import type { Account, Link, OutboundMessage, Ports } from "../../src/providers/index.ts";
import { FakeNetwork } from "../../test/doubles/fake-network.ts";
import { type Guest, newDevice, type OpenHouse } from "../../test/open-house.ts";
import type { AckKind } from "./acks.ts";
import { openOn } from "./house.ts";

/**
 * What the power is cut under, as a process of its own: the whole house on a folder, with people who write, files,
 * clients, sends and choices. At the moment that something is acknowledged it writes one line to the second file, so
 * that a record of its system calls shows what had to be on disk when.
 *
 *     bun scripts/power-cut/workload.ts STATE-FOLDER ACKNOWLEDGEMENTS-FILE ROUNDS
 */

const [stateDir = "", acksPath = "", roundsText = "40"] = process.argv.slice(2);
const peopleCount = 4;
const fileBytes = 9_000;
/** A server that nobody asks: choosing it writes a key's file and two choices. */
const server = { kind: "openai-compatible" as const, baseUrl: "http://127.0.0.1:9/v1" };

const tryAgainMs = 50;

const acks = openSync(acksPath, "a");
const signer = newDevice();
const network = new FakeNetwork();
const ids = { texts: 0, choices: 0 };

const told = (kind: AckKind, id: string) => void writeSync(acks, `${kind} ${id}\n`);

const rounds = Number(roundsText);
// A clean stop lies between the two lives: it empties the log and removes it, and the second life begins a new one.
await live(Math.ceil(rounds / 3), async (house) => house[Symbol.asyncDispose]());
await live(rounds - Math.ceil(rounds / 3), () => Promise.resolve());
// An exit would still close the database.
process.kill(process.pid, "SIGKILL");

async function live(count: number, end: (house: OpenHouse) => Promise<void>): Promise<void> {
  const house = await openOn(stateDir, { ...network.provider, open });
  const alice = await house.operator({ signer, onEvent: (frame) => hear(frame.event, frame.payload) });
  for (let round = 0; round < count; round++) await oneRound(alice, round);
  alice.client.close();
  await end(house);
}

/** A send that reached the network has its row on disk, and so has the end of its run. */
async function open(account: Account, ports: Ports): Promise<Link> {
  const link = await network.provider.open(account, ports);
  const send = (message: OutboundMessage, signal: AbortSignal) => {
    told("left", message.sendId);
    return link.send(message, signal);
  };
  return { ...link, send };
}

function hear(event: string, payload: unknown): void {
  const { state, runId } = payload as { readonly state?: string; readonly runId: string };
  if (event === "chat" && state === "final") told("final", runId);
}

async function oneRound(alice: Guest, round: number): Promise<void> {
  const people = Array.from({ length: peopleCount }, (_, index) => `${7 + index}`);
  const words = people.map(() => `w${ids.texts++}.`);
  const answered = Promise.all(people.map((person, index) => says(person, words[index]!, round)));
  const runId = `run-${ids.texts++}`;
  const image = { type: "image", mimeType: "image/png", content: picture(runId).toString("base64") };
  const message = { sessionKey: `s${round % 3}`, message: `say ${runId}`, idempotencyKey: runId };
  await insist(() => alice.call("chat.send", { ...message, ...(round % 4 === 0 && { attachments: [image] }) }));
  told("run", runId);
  await alice.call("agent.wait", { runId });
  told("ended", runId);
  await Promise.all([answered, round % 2 === 0 ? sends(alice) : chooses(alice)]);
}

async function says(person: string, text: string, round: number): Promise<void> {
  const handle = `file-${text}`;
  network.files.set(handle, round % 8 === 0 ? picture(text) : Buffer.alloc(fileBytes, text));
  const media = [{ kind: "document" as const, handle, mimeType: undefined, bytes: undefined, fileName: `${text}bin` }];
  const ref = { peer: { kind: "direct" as const, id: person }, messageId: text };
  const about = { ref, sender: { id: person, name: "P" }, ...(round % 4 === 1 && { media }) };
  await insist(() => network.says(text, about));
  told("inbound", `${person}/${text}`);
  await network.until((shown) => shown.some((one) => one.peerId === person && one.text.includes(text)));
}

async function sends(alice: Guest): Promise<void> {
  const key = `send-${ids.texts++}`;
  const request = { to: "99", message: key, channel: "telegram", idempotencyKey: key };
  const { messageId } = await insist(() => alice.call("send", request));
  told("sent", messageId);
}

async function chooses(alice: Guest): Promise<void> {
  const number = ++ids.choices;
  const apiKey = `key-${number}-${"k".repeat(700)}-end`;
  const choice = { model: `near/m${number}`, apiKey, server, force: true };
  await insist(() => alice.call("models.choose", choice));
  told("choice", String(number));
}

/** As clients and networks do: what was refused is tried again. */
async function insist<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!/accepts nothing new/.test(String(error))) throw error;
      await realClock.sleep(tryAgainMs);
    }
  }
}

function picture(seed: string): Buffer {
  return Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), Buffer.alloc(fileBytes, seed)]);
}
