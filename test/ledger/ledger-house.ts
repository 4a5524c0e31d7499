import { Database as Sqlite } from "bun:sqlite";
import { expect } from "bun:test";
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { LogRecord } from "../../src/lib/index.ts";
import type { FakeClock } from "../doubles/fake-clock.ts";
import type { Greeting } from "../gateway/greeting.ts";
import { openTimedHouse } from "../house/timed-house.ts";
import { WireClient, type WireFrame, type WireOptions } from "../gateway/wire-client.ts";
import {
  newDevice,
  type OpenHouse,
  openHouse,
  type OpenHouseOptions,
  ownerToken,
  temporaryFolder,
} from "../open-house.ts";

/** A house whose state lies in a folder, so that a refusal can be seen to leave no trace but one line in the log. */

export const ownerPassword = "canary-password-4711";
/** Characters of one log record as JSON: some fields of at most 256 characters. */
const recordCharsMax = 2048;

/** A house behind a proxy that comes from 127.0.0.2. */
export const proxied = { gateway: { trustedProxies: ["127.0.0.2"] } } as const satisfies OpenHouseOptions;

/** Through that proxy, from this address of the world. */
export function afar(
  address = "203.0.113.7",
  headers: Readonly<Record<string, string>> = {},
): Omit<WireOptions, "port"> {
  return { localAddress: "127.0.0.2", headers: { "X-Forwarded-For": address, ...headers } };
}

export class LedgerHouse implements AsyncDisposable {
  readonly open: OpenHouse;
  readonly folder: string;
  /** Texts that must show up nowhere. */
  readonly secrets: string[] = [ownerToken, ownerPassword];
  readonly #stack: AsyncDisposableStack;

  private constructor(open: OpenHouse, folder: string, stack: AsyncDisposableStack) {
    this.open = open;
    this.folder = folder;
    this.#stack = stack;
  }

  static async open(options: OpenHouseOptions = {}): Promise<LedgerHouse> {
    return LedgerHouse.#build(openHouse, options);
  }

  /** On a clock that only the test moves. */
  static async openTimed(options: OpenHouseOptions = {}): Promise<LedgerHouse & { readonly clock: FakeClock }> {
    const house = await LedgerHouse.#build(openTimedHouse, options);
    return Object.assign(house, { clock: house.open.clock as FakeClock });
  }

  static async #build(build: typeof openHouse, options: OpenHouseOptions): Promise<LedgerHouse> {
    await using stack = new AsyncDisposableStack();
    // One folder deeper, so that whoever escapes from it is seen.
    const path = join(stack.use(temporaryFolder()).path, "state");
    mkdirSync(path);
    const open = stack.use(await build({ stateDir: path, password: ownerPassword, ...options }));
    const house = new LedgerHouse(open, path, stack.move());
    // The house notes its own start; what comes after that is a client's doing.
    while (!JSON.stringify(house.state()).includes('"boot_')) await turns();
    return house;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stack.disposeAsync();
  }

  /** A raw socket; it is closed with the house. */
  async socket(options: Omit<WireOptions, "port"> = {}): Promise<WireClient> {
    return this.#stack.use(new WireClient({ port: this.open.port, ...options })).answered();
  }

  /** A socket and its greeting. */
  async greet(
    greeting: Greeting,
    options: Omit<WireOptions, "port"> = {},
  ): Promise<{ wire: WireClient; answer: WireFrame }> {
    const wire = await this.socket(options);
    return { wire, answer: await wire.greet(greeting) };
  }

  /** An operator on this host with a key of its own and these scopes. */
  async operator(scopes: readonly string[] = ["operator.admin"]): Promise<WireClient> {
    const { wire, answer } = await this.greet({ signer: newDevice(), auth: { token: ownerToken }, scopes });
    expect(answer.error).toBeUndefined();
    return wire;
  }

  async node(): Promise<WireClient> {
    const { wire, answer } = await this.greet({ signer: newDevice(), auth: { token: ownerToken }, role: "node" });
    expect(answer.error).toBeUndefined();
    return wire;
  }

  fetch(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(`${this.open.httpUrl}${path}`, { redirect: "manual", ...init });
  }

  /** A GET with the path exactly as given, which `fetch` would tidy up. */
  async plain(path: string): Promise<{ readonly status: number; readonly body: string }> {
    const wire = await this.socket({ path, headers: { Upgrade: "none", Connection: "close" } });
    wire[Symbol.dispose]();
    return { status: wire.status, body: wire.body };
  }

  /**
   * What is done inside is refused: nothing is written to the state, the log gains `lines` bounded lines, and no secret
   * is in them.
   */
  async refuses<T>(act: () => Promise<T>, { lines = 1 }: { readonly lines?: number } = {}): Promise<T> {
    const { records } = this.open.log;
    const before = this.state();
    const from = records.length;
    const result = await act();
    await turns();
    expect(this.state()).toEqual(before);
    const added = records.slice(from);
    expect(added.map(({ event }) => event)).toHaveLength(lines);
    for (const record of added) this.#judgeRecord(record);
    return result;
  }

  /** Nobody said a secret aloud: neither the log nor this text. */
  expectNoSecretIn(text: string): void {
    for (const secret of this.secrets) {
      expect(text).not.toContain(secret);
      expect(this.open.log.text).not.toContain(secret);
    }
  }

  /** Every row of every table, and every other file by its content. */
  state(): unknown {
    using database = new Sqlite(join(this.folder, "clawdia.db"), { readonly: true });
    const tables = database.query<{ name: string }, []>("SELECT name FROM sqlite_master WHERE type = 'table'").all();
    const rows = tables.map(({ name }) => [name, database.query(`SELECT * FROM ${name}`).all()]);
    return { rows: Object.fromEntries(rows) as unknown, files: filesIn(this.folder) };
  }

  #judgeRecord(record: LogRecord): void {
    const text = JSON.stringify(record);
    expect(text.length).toBeLessThanOrEqual(recordCharsMax);
    expect(Object.values(record.fields).join("")).not.toMatch(/[\n\r\u001b]/);
    for (const secret of this.secrets) expect(text).not.toContain(secret);
  }
}

/** What the gateway had at hand is handled. */
export async function turns(count = 3): Promise<void> {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Code and message of an error, and the machine-readable reason. */
export function refusalIn({ ok, error }: WireFrame): string {
  if (ok || !error) return "nothing was refused";
  const code = error.details?.["code"];
  return [error.code, ...(typeof code === "string" ? [code] : []), error.message].join(" ");
}

function filesIn(folder: string, path = ""): string[] {
  return readdirSync(join(folder, path))
    .filter((name) => !name.startsWith("clawdia.db"))
    .flatMap((name) => {
      const inside = join(path, name);
      if (statSync(join(folder, inside)).isDirectory()) return filesIn(folder, inside);
      return [
        `${inside} ${createHash("sha256")
          .update(readFileSync(join(folder, inside)))
          .digest("hex")}`,
      ];
    })
    .toSorted();
}
