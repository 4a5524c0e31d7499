import multicastDns from "multicast-dns";
import { ownAddress } from "./lan.ts";

/** A phone in the same network: another implementation of multicast DNS, which hears every packet and may answer. */

export const types = ["clawdia-gw", "openclaw-gw", "moltbot-gw", "clawdbot-gw"] as const;
export type ServiceType = (typeof types)[number];

type Packet = multicastDns.ResponsePacket | multicastDns.QueryPacket;

export interface DnsRecord {
  readonly name: string;
  readonly type: string;
  readonly ttl: number;
  readonly data: unknown;
}

/** A service as an app sees it. */
export interface Seen {
  readonly instance: string;
  readonly host: string;
  readonly port: number;
  readonly txt: Readonly<Record<string, string>>;
  readonly address: string | undefined;
}

export class Ear implements AsyncDisposable {
  readonly packets: Packet[] = [];
  readonly #dns: multicastDns.MulticastDNS;
  readonly #ready = Promise.withResolvers<void>();
  #watchers: { readonly fits: () => boolean; readonly resolve: () => void }[] = [];

  constructor() {
    this.#dns = multicastDns({ interface: ownAddress, bind: "0.0.0.0" });
    this.#dns.on("ready", () => this.#ready.resolve());
    this.#dns.on("packet", (packet: Packet) => {
      this.packets.push(packet);
      for (const watcher of this.#watchers) if (watcher.fits()) watcher.resolve();
      this.#watchers = this.#watchers.filter((watcher) => !watcher.fits());
    });
  }

  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** Every record of every answer, in the order in which they came. */
  get records(): DnsRecord[] {
    return this.packets
      .filter(({ type }) => type === "response")
      .flatMap(({ answers, additionals }) => [...answers, ...additionals] as DnsRecord[]);
  }

  get queries(): string[] {
    return this.packets.filter(({ type }) => type === "query").flatMap(({ questions }) => names(questions));
  }

  forget(): void {
    this.packets.length = 0;
  }

  async until(fits: () => boolean): Promise<void> {
    if (fits()) return;
    await new Promise<void>((resolve) => this.#watchers.push({ fits, resolve }));
  }

  /** What was announced of a type, by what was heard last. */
  seen(type: ServiceType, fits: (instance: string) => boolean = () => true): Seen | undefined {
    const { records } = this;
    const living = records.filter(({ ttl }) => ttl !== 0);
    const last = (kind: string, name: string) => living.findLast((one) => one.type === kind && one.name === name);
    const pointer = living.findLast(
      (one) => one.type === "PTR" && one.name === `_${type}._tcp.local` && fits(String(one.data)),
    );
    if (!pointer) return undefined;
    const instance = String(pointer.data);
    const [service, text] = [last("SRV", instance), last("TXT", instance)];
    if (!service || !text) return undefined;
    const { target, port } = service.data as { target: string; port: number };
    const address = last("A", target);
    return { instance, host: target, port, txt: txtOf(text.data), address: address && String(address.data) };
  }

  /** Resolves once each type was announced. */
  async all(fits?: (seen: Seen) => boolean): Promise<Record<ServiceType, Seen>> {
    const found = () => types.map((type) => this.seen(type));
    await this.until(() => found().every((seen) => seen !== undefined && (fits?.(seen) ?? true)));
    return Object.fromEntries(types.map((type) => [type, this.seen(type)!])) as Record<ServiceType, Seen>;
  }

  /** Types whose services were taken back: everything of them with a life of 0. */
  get goodbyes(): ServiceType[] {
    const dead = this.records.filter((one) => one.type === "PTR" && one.ttl === 0).map(({ name }) => name);
    return types.filter((type) => dead.includes(`_${type}._tcp.local`));
  }

  /** Asks as an app does that came later, and resolves with what is answered. */
  async ask(type: ServiceType): Promise<Seen> {
    this.forget();
    this.#dns.query(`_${type}._tcp.local`, "PTR");
    await this.until(() => this.seen(type) !== undefined);
    return this.seen(type)!;
  }

  tell(answers: multicastDns.ResponseOutgoingPacket["answers"]): void {
    this.#dns.respond({ answers });
  }

  /** Answers whoever asks for such a name that it is somebody else's. */
  claim(fits: (name: string) => boolean): void {
    this.#dns.on("query", ({ questions }: Packet) => {
      const claimed = names(questions).filter(fits);
      const answers = claimed.map((name) => ({ name, type: "A" as const, ttl: 120, data: "10.77.0.99" }));
      if (answers.length > 0) this.tell(answers);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await new Promise<void>((resolve) => this.#dns.destroy(() => resolve()));
  }
}

function names(questions: Packet["questions"]): string[] {
  return questions.map(({ name }) => name);
}

function txtOf(data: unknown): Record<string, string> {
  const texts = (Array.isArray(data) ? data : [data]).map(String);
  return Object.fromEntries(texts.map((text) => [text.split("=")[0]!, text.slice(text.indexOf("=") + 1)]));
}
