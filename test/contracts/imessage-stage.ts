import { statSync } from "node:fs";
import { Value } from "@sinclair/typebox/value";
import type { Account, Peer, Ports, Provider, Records } from "../../src/providers/index.ts";
import { takenRows } from "../../src/providers/imessage/cursor.ts";
import { decode } from "../../src/providers/imessage/decode.ts";
import { imessage } from "../../src/providers/imessage/index.ts";
import { IMessageSettings } from "../../src/providers/imessage/settings.ts";
import { FakeClock } from "../doubles/fake-clock.ts";
import { MessagesDouble } from "../doubles/imessage/messages-double.ts";
import type { Person } from "../doubles/imessage/person.ts";
import type { DoubleChat } from "../doubles/imessage/rows.ts";
import snapshot from "../fixtures/imessage.decoded.json";
import { recordedRows, us } from "../fixtures/imessage-rows.ts";
import type { Fate, Place, ProviderStage, StageNetwork } from "./provider-stage.ts";
import { withEnvironment } from "../doubles/with-environment.ts";

/** iMessage on the stage: the provider, and the double as its Mac. */
export async function imessageStage(): Promise<ProviderStage<IMessageSettings>> {
  const clock = new FakeClock();
  const double = new MessagesDouble({ clock });
  const network = new MessagesNetwork(double, clock);
  return {
    provider: watched(withEnvironment(imessage, macEnvironment(double)), network),
    account: imessageAccount(settingsFor(double)),
    bareAccount: imessageAccount({}),
    secrets: {},
    confidential: [double.folder],
    clock,
    network,
    recorded: { payloads: await recordedRows(), decode: (row) => decode(row, us), snapshot },
    sendPatienceMs: 90_000,
    [Symbol.asyncDispose]: () => double[Symbol.asyncDispose](),
  };
}

/** With every default that is not named. */
export function imessageAccount(settings: Partial<IMessageSettings>): Account<IMessageSettings> {
  return { provider: "imessage", id: "main", settings: { ...Value.Create(IMessageSettings), ...settings } };
}

export function settingsFor(double: MessagesDouble): Partial<IMessageSettings> {
  return { command: [...double.command], attachmentsFolder: double.attachmentsFolder };
}

/** What a gateway on this Mac would have. */
export function macEnvironment(double: MessagesDouble): Record<string, string | undefined> {
  const { binFolder, folder, temporaryFolder } = double;
  return { PATH: `${binFolder}:${process.env["PATH"]}`, HOME: folder, TMPDIR: temporaryFolder };
}

/** Nothing is acknowledged to Messages: that a row was taken shows in what the link keeps. */
function watched(provider: Provider<IMessageSettings>, network: MessagesNetwork): Provider<IMessageSettings> {
  return {
    ...provider,
    open: (account: Account<IMessageSettings>, ports: Ports) => {
      const write = (...changes: Parameters<Records["write"]>) => ports.records.write(...changes).then(network.changed);
      const records: Records = { ...recordsOf(ports), write };
      network.records = records;
      return provider.open(account, withRecords(ports, records));
    },
  };
}

function recordsOf({ records }: Ports): Pick<Records, "get" | "list"> {
  return { get: (kind, id) => records.get(kind, id), list: (kind) => records.list(kind) };
}

function withRecords(ports: Ports, records: Records): Ports {
  return {
    receive: (message) => ports.receive(message),
    state: (state) => ports.state(state),
    serveWebhook: (webhook) => ports.serveWebhook(webhook),
    secrets: ports.secrets,
    records,
    clock: ports.clock,
    random: ports.random,
    log: ports.log,
    signal: ports.signal,
    folder: () => ports.folder(),
    environment: ports.environment,
  };
}

const refuse = (code: number, message: string, data?: Readonly<Record<string, unknown>>) =>
  ({ kind: "refuse", code, message, ...(data && { data }) }) as const;

class MessagesNetwork implements StageNetwork {
  readonly places: readonly Place[] = ["direct", "group"];
  readonly #double: MessagesDouble;
  readonly #clock: FakeClock;
  readonly #bob: Person;
  readonly #group: DoubleChat;
  records: Records | undefined;

  constructor(double: MessagesDouble, clock: FakeClock) {
    this.#double = double;
    this.#clock = clock;
    this.#bob = double.person({ name: "Bob", handle: "+15552223333" });
    this.#group = double.group("Kitchen", [this.#bob]);
  }

  readonly changed = (): void => this.#double.changed();

  get bobId(): string {
    return this.#bob.handle;
  }

  peer(place: Place): Peer {
    if (place === "direct") return { kind: "direct", id: this.#bob.handle };
    return { kind: "group", id: this.#group.identifier };
  }

  /** In a group we are meant by a reply to us, which wants something of ours to be there. */
  async says(text: string, place: Place = "direct", meansUs = false): Promise<string> {
    if (place === "direct") return this.#bob.says(text).guid;
    const replyTo = meansUs ? this.#double.writeOwn(this.#group, { text: "from here" }) : undefined;
    return this.#bob.says(text, { chat: this.#group, replyTo }).guid;
  }

  /** Written by the owner of the Mac, on another device. */
  async echoes(text: string): Promise<void> {
    this.#double.writeOwn(this.#bob.chat, { text });
  }

  async sendsFile(bytes: Uint8Array): Promise<string> {
    return this.#bob.sendsFile({ bytes, fileName: "notes.txt", mimeType: "text/plain" }).guid;
  }

  acknowledged(): readonly string[] {
    const taken = this.records ? takenRows(this.records) : [];
    return this.#double.rows.filter(({ rowId }) => taken.includes(rowId)).map(({ guid }) => guid);
  }

  /** The link hands it over again after a pause. */
  async redelivers(): Promise<void> {
    await this.#clock.advance(2000);
  }

  until<T>(question: () => T | undefined | false): Promise<T> {
    return this.#double.until(question);
  }

  nextSend(fate: Fate): void {
    const does = {
      refused: refuse(-32_000, "Server busy"),
      "refused for good": refuse(-32_602, "Invalid params", { detail: "chat not found" }),
      "rate limited": refuse(-32_000, "Server busy"),
      cut: refuse(-32_001, "Delivery uncertain", { disposition: "may_have_completed", retry_safe: false }),
      unanswered: { kind: "hold-answer" },
      unreachable: refuse(-32_603, "Internal error", { disposition: "not_started", retry_safe: true }),
    } as const;
    this.#double.fault({ method: "send", does: does[fate] });
  }

  sent(): readonly string[] {
    return this.#double.rows.filter(({ isFromMe }) => isFromMe).map(({ text }) => text);
  }

  breaks(): void {
    this.#double.goDown();
  }

  async mends(): Promise<void> {
    this.#double.comeBack();
  }

  revokes(): void {
    this.#double.denial = "fullDiskAccess";
  }

  contacts(): number {
    return this.#double.calls.length + this.#double.starts;
  }

  /** Files that were read after they were written. */
  downloads(): number {
    const files = this.#double.rows.flatMap((row) => row.files.map(({ path }) => statSync(path)));
    return files.filter(({ atimeMs, mtimeMs }) => atimeMs > mtimeMs).length;
  }
}
