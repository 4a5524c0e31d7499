import { join } from "node:path";
import { Value } from "@sinclair/typebox/value";
import { type InboundMessage, type LinkState, type Ports, whatsapp } from "../../../src/providers/index.ts";
import { makeLog, realClock, realRandom } from "../../../src/lib/index.ts";
import { WhatsAppSettings } from "../../../src/providers/whatsapp/settings.ts";
import { Database, LinkRecords } from "../../../src/storage/index.ts";

/**
 * A link in a process of its own, which is killed without warning. It pairs when it has to, takes what comes, and sends
 * one message after the other; what it had begun to send it sends again. A line of JSON tells each step.
 */
const [folder, webSocketUrl, mediaUrl, bobId] = process.argv.slice(2) as [string, string, string, string];
const database = new Database(join(folder, "doomed.db"), realClock);
const records = new LinkRecords(database, { provider: "whatsapp", accountId: "main" });
const notes = new LinkRecords(database, { provider: "notes", accountId: "main" });
const account = {
  provider: "whatsapp",
  id: "main",
  settings: { ...Value.Create(WhatsAppSettings), webSocketUrl, mediaUrl },
};
const kept = new Map(notes.list("secret").map(({ id, value }) => [id, value]));
const connected = Promise.withResolvers<void>();

const ports: Ports = {
  receive: (message: InboundMessage) =>
    notes.write([{ kind: "received", id: message.ref.messageId, value: message.text }]),
  state: (state: LinkState) => {
    say({ state: state.kind });
    if (state.kind === "connected") connected.resolve();
    if (state.kind === "lost" || state.kind === "logged-out") process.exit(3);
  },
  secrets: {
    get: (name) => kept.get(name),
    set: (name, value) => {
      kept.set(name, value);
      void notes.write([{ kind: "secret", id: name, value }]);
    },
    delete: (name) => void kept.delete(name),
  },
  records,
  clock: realClock,
  random: realRandom,
  log: makeLog({ clock: realClock, level: "error", sinks: [] }),
  signal: new AbortController().signal,
  folder: () => folder,
  environment: {},
  serveWebhook: () => ({ [Symbol.dispose]: () => undefined }),
};

if (!whatsapp.configured(account, ports.secrets).isConfigured) await pair();
const link = await whatsapp.open(account, ports);
await connected.promise;
for (;;) {
  const next = Number(notes.get("next", "send") ?? "0");
  const text = `from the gateway ${next}`;
  const sendId = next.toString(16).padStart(24, "b");
  const peer = { kind: "direct", id: bobId } as const;
  await link.send({ sendId, peer, text: { markup: text, plain: text } }, new AbortController().signal);
  await notes.write([{ kind: "next", id: "send", value: String(next + 1) }]);
  say({ sent: next });
}

async function pair(): Promise<void> {
  const talk = whatsapp.login!(account, ports);
  for (let turn = await talk.next({}); !turn.done;) {
    if (turn.value.kind === "qr") say({ qr: turn.value.text });
    turn = await talk.next(turn.value.kind === "ask" ? { value: "qr" } : {});
  }
  say({ paired: true });
}

function say(step: object): void {
  process.stdout.write(`${JSON.stringify(step)}\n`);
}
