import { readdirSync } from "node:fs";
import { join } from "node:path";
import { Value } from "@sinclair/typebox/value";
import { BufferJSON, type WAMessage } from "@whiskeysockets/baileys";
import type { Account, LoginStep, Peer, Records } from "../../src/providers/index.ts";
import { decode } from "../../src/providers/whatsapp/decode.ts";
import { whatsapp } from "../../src/providers/whatsapp/index.ts";
import { People } from "../../src/providers/whatsapp/people.ts";
import { WhatsAppSettings } from "../../src/providers/whatsapp/settings.ts";
import { FakeClock } from "../doubles/fake-clock.ts";
import { memoryRecords } from "../doubles/memory-records.ts";
import { RecordingPorts } from "../doubles/recording-ports.ts";
import type { Person } from "../doubles/whatsapp/person.ts";
import { WhatsAppDouble } from "../doubles/whatsapp/whatsapp-double.ts";
import snapshot from "../fixtures/whatsapp.decoded.json";
import type { Fate, Place, ProviderStage, StageNetwork } from "./provider-stage.ts";

/** WhatsApp on the stage: the provider, and the double as its network. */
export async function whatsappStage(): Promise<ProviderStage<WhatsAppSettings>> {
  const clock = new FakeClock();
  const double = await WhatsAppDouble.start({ clock });
  const account = whatsappAccount(double);
  const { secrets, records } = await linkedAccount(double, account, clock);
  const network = await WhatsAppNetwork.of(double, clock);
  return {
    provider: whatsapp,
    account,
    bareAccount: whatsappAccount(double),
    secrets,
    records,
    confidential: ["advSecretKey", double.number],
    clock,
    network,
    recorded: { payloads: await recordedMessages(), decode: decodeRecorded, snapshot },
    endsWhenCut: true,
    sendPatienceMs: 30_000,
    [Symbol.asyncDispose]: () => double[Symbol.asyncDispose](),
  };
}

/** With every default that is not named. */
export function whatsappAccount(
  { webSocketUrl, mediaUrl }: Pick<WhatsAppDouble, "webSocketUrl" | "mediaUrl">,
  settings: Partial<WhatsAppSettings> = {},
): Account<WhatsAppSettings> {
  const base = { ...Value.Create(WhatsAppSettings), webSocketUrl, mediaUrl };
  return { provider: "whatsapp", id: "main", settings: { ...base, ...settings } };
}

export interface LinkedAccount {
  readonly secrets: Readonly<Record<string, string>>;
  readonly records: Records;
}

/** The account after its owner scanned the code, as the login does it. */
export async function linkedAccount(
  double: WhatsAppDouble,
  account: Account<WhatsAppSettings>,
  clock: FakeClock,
  records: Records = memoryRecords(),
): Promise<LinkedAccount> {
  const ports = new RecordingPorts(clock, {}, records);
  const talk = whatsapp.login!(account, ports);
  let turn = await talk.next({});
  while (!turn.done) {
    turn = await talk.next({ value: answerTo(turn.value, double) });
  }
  return { records, secrets: { linkedDevice: ports.secrets.get("linkedDevice")! } };
}

function answerTo(step: LoginStep, double: WhatsAppDouble): string | undefined {
  if (step.kind === "qr") double.scan(step.text);
  return step.kind === "ask" ? "qr" : undefined;
}

const recordedUs = ["15550001111@s.whatsapp.net", "915550001111@lid"];

export function decodeRecorded(payload: unknown): unknown {
  const message = JSON.parse(JSON.stringify(payload), BufferJSON.reviver) as WAMessage;
  const people = new People({ list: () => [] });
  return decode(message, {
    ownIds: recordedUs,
    takesSelfChat: true,
    idOf: (jid, alt) => people.idOf(jid, alt),
    titleOf: () => "Kitchen",
    isSent: (messageId) => messageId === "3EB0AAAAAAAAAAAAAAAAAA",
  });
}

async function recordedMessages(): Promise<Readonly<Record<string, unknown>>> {
  const folder = join(import.meta.dir, "../fixtures/whatsapp");
  const files = readdirSync(folder).map(async (file) => {
    return [file.replace(/\.json$/, ""), await Bun.file(join(folder, file)).json()] as const;
  });
  return Object.fromEntries(await Promise.all(files));
}

interface Cast {
  readonly double: WhatsAppDouble;
  readonly clock: FakeClock;
  readonly bob: Person;
  /** The account's own client on another device. */
  readonly owner: Person;
  readonly group: string;
  readonly contactsBefore: number;
}

class WhatsAppNetwork implements StageNetwork {
  readonly places: readonly Place[] = ["direct", "group"];
  readonly #cast: Cast;

  private constructor(cast: Cast) {
    this.#cast = cast;
  }

  static async of(double: WhatsAppDouble, clock: FakeClock): Promise<WhatsAppNetwork> {
    const bob = await double.person({ number: "15557654321", name: "Bob" });
    const owner = await double.person({ number: double.number, name: "Clawdia" });
    const { jid } = double.group("Kitchen", [bob]);
    return new WhatsAppNetwork({ double, clock, bob, owner, group: jid, contactsBefore: double.contacts });
  }

  get bobId(): string {
    return `+${this.#cast.bob.number}`;
  }

  peer(place: Place): Peer {
    const { bob, group } = this.#cast;
    return place === "direct" ? { kind: "direct", id: `+${bob.number}` } : { kind: "group", id: group };
  }

  says(text: string, place: Place = "direct", meansUs = false): Promise<string> {
    const { bob, double, group } = this.#cast;
    if (place === "direct") return bob.says(text);
    return bob.says(text, { to: group, ...(meansUs && { mentions: [double.jid] }) });
  }

  async echoes(text: string): Promise<void> {
    const { owner, bob } = this.#cast;
    await owner.says(text, { to: bob.jid });
  }

  sendsFile(bytes: Uint8Array): Promise<string> {
    return this.#cast.bob.sendsFile({ bytes, fileName: "notes.txt", mimeType: "text/plain" });
  }

  acknowledged(): readonly string[] {
    return this.#cast.double.receipts(undefined, "inactive");
  }

  /** The link takes it anew after a pause. */
  async redelivers(): Promise<void> {
    await this.#cast.clock.advance(2000);
  }

  until<T>(question: () => T | undefined | false): Promise<T> {
    return this.#cast.double.until(question);
  }

  nextSend(fate: Fate): void {
    const { double } = this.#cast;
    if (fate === "unreachable") return double.goDown();
    const faults = {
      refused: { kind: "refuse", code: 503 },
      "refused for good": { kind: "refuse", code: 463 },
      "rate limited": { kind: "refuse", code: 429 },
      cut: { kind: "cut-after" },
      unanswered: { kind: "hold-ack" },
    } as const;
    double.fault(faults[fate]);
  }

  /** What bob's client shows of us. */
  sent(): readonly string[] {
    return this.#cast.bob.hears().map(({ text }) => text);
  }

  breaks(): void {
    this.#cast.double.goDown();
  }

  async mends(): Promise<void> {
    this.#cast.double.comeBack();
    await Promise.resolve();
  }

  revokes(): void {
    this.#cast.double.removeDevice();
  }

  contacts(): number {
    return this.#cast.double.contacts - this.#cast.contactsBefore;
  }

  downloads(): number {
    return this.#cast.double.downloads;
  }
}
