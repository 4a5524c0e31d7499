import { hostName, primaryAddress } from "../../src/lib/index.ts";

/** Replaces what chance, the machine or a secret put into a record, each thing by the same stand-in every time. */
export class Scrubber {
  readonly #secrets: readonly string[];
  readonly #standIns = new Map<string, string>();

  constructor(secrets: readonly string[]) {
    this.#secrets = secrets;
  }

  scrub(value: unknown, key = ""): unknown {
    if (typeof value === "string") return this.#text(value, key);
    if (Array.isArray(value)) return value.map((item) => this.scrub(item, key));
    if (typeof value === "number") return measured[key] ?? value;
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, this.scrub(item, name)]));
  }

  #text(text: string, key: string): string {
    const fixed = whole[key];
    if (fixed !== undefined) return fixed;
    const ids = text.replace(uuids, (id) => this.#numbered(id)).replace(sortableIds, (id) => this.#numbered(id));
    const known = this.#secrets.reduce((clean, secret) => clean.replaceAll(secret, "the-token-of-the-gateway"), ids);
    const address = primaryAddress();
    const placed = address === undefined ? known : known.replaceAll(address, "192.0.2.1");
    return placed.replace(hostWord, "gateway-host");
  }

  /** The n-th id that came up, in the form of an id. */
  #numbered(id: string): string {
    const known = this.#standIns.get(id);
    if (known !== undefined) return known;
    const number = String(this.#standIns.size + 1);
    const [prefix] = id.split("_");
    const isUuid = prefix === id;
    const made = isUuid
      ? `00000000-0000-4000-8000-${number.padStart(12, "0")}`
      : `${prefix}_${number.padStart(22, "0")}`;
    this.#standIns.set(id, made);
    return made;
  }
}

const uuids = /\b[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\b/g;
const sortableIds = /\b[a-z]+_[0-9a-v]{22}\b/g;

/** Only as a word of its own: a short name is part of many others. */
const hostWord = new RegExp(`(?<![\\w-])${RegExp.escape(hostName())}(?![\\w-])`, "g");

/** What is signed or derived from a key, by the name of the property. */
const whole: Readonly<Record<string, string>> = {
  signature: "a-signature-of-64-bytes-in-base64url-0000000000000000000000000000000000000000000000000",
  deviceToken: "a-device-token",
};

/** What is measured on the machine. */
const measured: Readonly<Record<string, number>> = { pid: 4242, rssBytes: 100_000_000 };
