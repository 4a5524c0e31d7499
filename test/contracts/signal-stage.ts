import { readdirSync } from "node:fs";
import { join } from "node:path";
import { Value } from "@sinclair/typebox/value";
import type { Account, Peer } from "../../src/providers/index.ts";
import { decode } from "../../src/providers/signal/decode.ts";
import { signal } from "../../src/providers/signal/index.ts";
import { SignalSettings } from "../../src/providers/signal/settings.ts";
import type { GroupFace } from "../doubles/signal/desk.ts";
import { FakeClock } from "../doubles/fake-clock.ts";
import type { FaultAction } from "../doubles/signal/faults.ts";
import type { Person, Spoken } from "../doubles/signal/person.ts";
import { SignalDouble } from "../doubles/signal/signal-double.ts";
import snapshot from "../fixtures/signal.decoded.json";
import { type Fate, type Place, type ProviderStage, rateLimitMs, type StageNetwork } from "./provider-stage.ts";

/** Signal on the stage: the provider, and the double as a daemon that runs already. */
export async function signalStage(): Promise<ProviderStage<SignalSettings>> {
  const clock = new FakeClock();
  const double = await SignalDouble.start({ clock });
  return {
    provider: signal,
    account: signalAccount({ httpUrl: double.url, number: double.number }),
    bareAccount: signalAccount({ httpUrl: double.url }),
    secrets: {},
    confidential: [double.number],
    clock,
    network: new SignalNetwork(double),
    recorded: {
      payloads: await recordedEvents(),
      decode: (received) => decode(received as never, recordedKnowledge),
      snapshot,
    },
    sendPatienceMs: 60_000,
    [Symbol.asyncDispose]: () => double[Symbol.asyncDispose](),
  };
}

/** Who we are in the recordings. One message there is known to have been edited. */
export const recordedKnowledge = {
  ourId: "b0b0b0b0-0000-4000-8000-000000000001",
  originalOf: (id: string) => id.replace("1795615932020:", "1795615932015:"),
};

/** With every default that is not named. */
export function signalAccount(settings: Partial<SignalSettings>): Account<SignalSettings> {
  return { provider: "signal", id: "main", settings: { ...Value.Create(SignalSettings), ...settings } };
}

export async function recordedEvents(): Promise<Readonly<Record<string, unknown>>> {
  const folder = join(import.meta.dir, "../fixtures/signal");
  const files = readdirSync(folder).map(async (file) => {
    return [file.replace(/\.json$/, ""), await Bun.file(join(folder, file)).json()] as const;
  });
  return Object.fromEntries(await Promise.all(files));
}

const fates: Readonly<Record<Exclude<Fate, "unreachable">, FaultAction>> = {
  refused: { kind: "fail", type: "INVALID_PRE_KEY_FAILURE" },
  "refused for good": { kind: "fail", type: "UNREGISTERED_FAILURE" },
  "rate limited": { kind: "fail", type: "RATE_LIMIT_FAILURE", retryAfterSeconds: rateLimitMs / 1000 },
  cut: { kind: "drop-answer" },
  unanswered: { kind: "hold-answer" },
};

class SignalNetwork implements StageNetwork {
  readonly places: readonly Place[] = ["direct", "group"];
  readonly #double: SignalDouble;
  readonly #bob: Person;
  readonly #group: GroupFace;

  constructor(double: SignalDouble) {
    this.#double = double;
    this.#bob = double.person({ name: "Bob" });
    this.#group = double.group("Kitchen");
  }

  get bobId(): string {
    return this.#bob.aci;
  }

  peer(place: Place): Peer {
    return place === "direct" ? { kind: "direct", id: this.#bob.aci } : { kind: "group", id: this.#group.id };
  }

  async says(text: string, place: Place = "direct", meansUs = false): Promise<string> {
    const where = place === "direct" ? {} : { group: this.#group };
    return idOf(this.#bob.says(meansUs && place !== "direct" ? `@us ${text}` : text, where));
  }

  /** Written on the phone that the gateway is linked with. */
  async echoes(text: string): Promise<void> {
    const { aci, number } = this.#double;
    const message = { timestamp: 1_800_000_000_000, message: text };
    const sentMessage = { destinationUuid: this.#bob.aci, ...message };
    const ours = { sourceUuid: aci, sourceNumber: number, sourceName: "", sourceDevice: 1, timestamp: 1 };
    this.#double.inject({ envelope: { ...ours, syncMessage: { sentMessage } } });
    this.#double.inject({ envelope: { ...ours, dataMessage: message } });
  }

  async sendsFile(bytes: Uint8Array): Promise<string> {
    return idOf(this.#bob.sendsFile({ bytes, fileName: "notes.txt", mimeType: "text/plain" }));
  }

  acknowledged(): readonly string[] {
    throw new Error("Signal is told by signal-cli alone, before we are");
  }

  redelivers(): Promise<void> {
    throw new Error("signal-cli hands nothing over twice");
  }

  until<T>(question: () => T | undefined | false): Promise<T> {
    return this.#double.until(question);
  }

  nextSend(fate: Fate): void {
    if (fate === "unreachable") return this.#double.goDown();
    this.#double.fault({ method: "send", does: fates[fate] });
  }

  sent(): readonly string[] {
    const done = this.#double.calls("send").filter(({ isApplied }) => isApplied);
    return done.map(({ params }) => String(params["message"]));
  }

  breaks(): void {
    this.#double.goDown();
  }

  mends(): Promise<void> {
    return this.#double.comeBack();
  }

  revokes(): void {
    this.#double.unlink();
  }

  contacts(): number {
    return this.#double.contacts;
  }

  downloads(): number {
    return this.#double.calls("getAttachment").length;
  }
}

const idOf = ({ messageId }: Spoken) => messageId;
