import { expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import {
  ConfigHistory,
  ConfigKeeper,
  type ConfigKeeperParts,
  LiveConfig,
  readConfigFile,
  redacted,
  redactSource,
} from "../../src/config/index.ts";
import { FakeClock } from "../doubles/fake-clock.ts";
import { CapturedLog } from "../doubles/captured-log.ts";
import { temporaryFolder } from "../open-house.ts";
import { rejectionOf } from "../doubles/rejection.ts";

/** A keeper on a file of its own, without a house. */
class Kept implements Disposable {
  readonly clock = new FakeClock();
  readonly log = new CapturedLog(this.clock);
  readonly path: string;
  readonly live: LiveConfig;
  readonly history: ConfigHistory;
  readonly keeper: ConfigKeeper;
  told = 0;
  readonly #folder = temporaryFolder();

  constructor(source: string | undefined, parts: Partial<ConfigKeeperParts> = {}) {
    this.path = join(this.#folder.path, "clawdia.json");
    if (source !== undefined) writeFileSync(this.path, source);
    this.live = new LiveConfig(readConfigFile(this.path).config);
    this.history = new ConfigHistory(join(this.#folder.path, "config-history"), this.clock);
    this.keeper = new ConfigKeeper({
      path: this.path,
      live: this.live,
      override: ({ config }) => config,
      tryOut: () => Promise.resolve(),
      history: this.history,
      accept: () => Promise.resolve(),
      clock: this.clock,
      log: this.log.log,
      told: () => this.told++,
      ...parts,
    });
  }

  get text(): string {
    return readFileSync(this.path, "utf8");
  }

  get now() {
    return { by: "alice", baseHash: this.keeper.read().hash };
  }

  set(text: string) {
    return this.keeper.replace(text, this.now);
  }

  [Symbol.dispose](): void {
    this.#folder[Symbol.dispose]();
  }
}

const commented = `// Alice's gateway
{
  gateway: { port: 7000 }, // chosen by dice
  logging: { level: "warn" },
  messages: { queueMax: 5 /* enough */ },
  session: { mainKey: "hall" },
}
`;

test("a change is written as it is meant, swapped, kept and named", async () => {
  using kept = new Kept(commented);
  const text = commented.replace("queueMax: 5", "queueMax: 6").replace("hall", "home");
  const { changed, needsRestart } = await kept.set(text);
  expect([changed, needsRestart]).toEqual([["messages.queueMax", "session.mainKey"], ["session.mainKey"]]);
  expect(kept.text).toBe(text);
  expect([kept.live.current.messages.queueMax, kept.live.current.session.mainKey]).toEqual([6, "hall"]);
  expect(kept.keeper.needsRestart).toEqual(["session.mainKey"]);
  expect(kept.history.read(kept.history.list()[0]!.id)).toBe(text);
  expect(statSync(kept.path).mode & 0o777).toBe(0o600);
});

test("a file behind a link is written where it is, and the folder of neither is touched", async () => {
  using elsewhere = temporaryFolder();
  chmodSync(elsewhere.path, 0o755);
  const real = join(elsewhere.path, "mine.json5");
  using kept = new Kept(undefined);
  writeFileSync(real, commented);
  symlinkSync(real, kept.path);
  await kept.keeper.patch({ messages: { queueMax: 6 } }, kept.now);
  expect(readFileSync(real, "utf8")).toBe(commented.replace("queueMax: 5", "queueMax: 6"));
  expect([readlinkSync(kept.path), statSync(elsewhere.path).mode & 0o777]).toEqual([real, 0o755]);
  expect(readdirSync(elsewhere.path)).toEqual(["mine.json5"]);
});

const refusedTexts: readonly [law: string, text: string, message: RegExp][] = [
  ["a text that is no JSON5", "{ gateway: ", /invalid config: not JSON5/],
  ["a wrong type", "{ gateway: { port: 'x' } }", /invalid config, at gateway\.port: .*must be integer/],
  ["a text of nothing", " \n", /it is empty; write \{\}/],
  ["an unknown setting", "{ gatway: {} }", /invalid config/],
  ["a mark where nothing is", `{ gateway: { auth: { token: "${redacted}" } } }`, /nothing to keep there/],
  ["a mark in a name", `{ mcp: { servers: { ${redacted}: { command: "x" } } } }`, /nothing to keep there/],
];

for (const [law, text, message] of refusedTexts) {
  test(`refused, and nothing changes: ${law}`, async () => {
    using kept = new Kept(commented);
    const before = kept.live.current;
    expect(String(await rejectionOf(kept.keeper.replace(text, { ...kept.now, mayShrink: true })))).toMatch(message);
    expect([kept.text, kept.live.current === before, kept.history.list()]).toEqual([commented, true, []]);
  });
}

test("a stale hash is refused with the words that clients look for", async () => {
  using kept = new Kept(commented);
  expect(String(await rejectionOf(kept.keeper.replace("{}", { by: "alice" })))).toContain(
    "config base hash required; re-run config.get and retry",
  );
  expect(String(await rejectionOf(kept.keeper.replace("{}", { by: "alice", baseHash: "0".repeat(64) })))).toContain(
    "config changed since last load; re-run config.get and retry",
  );
  using fresh = new Kept(undefined);
  await fresh.keeper.replace("{}", { by: "alice" });
  expect(fresh.text).toBe("{}");
});

test("who saves the file while a change is tried out wins", async () => {
  const kept: Kept = new Kept(commented, {
    tryOut: () => Promise.resolve(writeFileSync(kept.path, "{ logging: { level: 'error' } }")),
  });
  using _ = kept;
  expect(String(await rejectionOf(kept.set("{}")))).toContain("config changed since last load");
  expect(kept.text).toContain("error");
});

test("of changes at the same moment on the same hash one is taken", async () => {
  using kept = new Kept(commented);
  const { now } = kept;
  const results = await Promise.allSettled(
    Array.from({ length: 8 }, (_, index) => kept.keeper.patch({ messages: { queueMax: index + 10 } }, now)),
  );
  expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(kept.text).toBe(commented.replace("queueMax: 5", "queueMax: 10"));
});

test("a part that refuses at the swap leaves the file as it was", async () => {
  using kept = new Kept(commented);
  kept.live.follow(["messages"], (next) => {
    if (next.messages.queueMax === 6) throw new Error("no room for six");
  });
  expect(String(await rejectionOf(kept.keeper.patch({ messages: { queueMax: 6 } }, kept.now)))).toContain(
    "the config stays as it was: no room for six",
  );
  expect([kept.text, kept.live.current.messages.queueMax]).toEqual([commented, 5]);
  using fresh = new Kept(undefined);
  fresh.live.follow(["messages"], () => Promise.reject(new Error("no")));
  expect(await rejectionOf(fresh.keeper.patch({ messages: { queueMax: 6 } }, { by: "alice" }))).toBeInstanceOf(Error);
  expect(existsSync(fresh.path)).toBe(false);
});

test("a disk that refuses is asked before anything is written", async () => {
  using kept = new Kept(commented, { accept: () => Promise.reject(new Error("the disk is full")) });
  expect(String(await rejectionOf(kept.set(commented.replace("5", "6"))))).toContain("the disk is full");
  expect(kept.text).toBe(commented);
});

test("a patch changes what it names, and takes away what it says null to", async () => {
  using kept = new Kept(commented);
  await kept.keeper.patch(
    { messages: { queueMax: null, queueMode: "steer" }, logging: null, ui: { seamColor: null } },
    kept.now,
  );
  expect(kept.text).toBe(`// Alice's gateway
{
  gateway: { port: 7000 }, // chosen by dice
  messages: { /* enough */
    queueMode: "steer"
  },
  session: { mainKey: "hall" },
  ui: {},
}
`);
});

test("a broken file is not patched, and is set aside when it is replaced", async () => {
  using kept = new Kept("{ gateway: 7 }");
  expect(String(await rejectionOf(kept.keeper.patch({ logging: { level: "warn" } }, kept.now)))).toContain(
    "invalid config; fix before patching",
  );
  await kept.set("{ logging: { level: 'warn' } }");
  expect(
    kept.history
      .list()
      .map(({ kind }) => kind)
      .toSorted(),
  ).toEqual(["good", "set-aside"]);
  const aside = kept.history.list().find(({ kind }) => kind === "set-aside")!;
  expect(kept.history.read(aside.id)).toBe("{ gateway: 7 }");
});

test("a text of less than half the size is refused until it is meant", async () => {
  const long = `{ // ${"x".repeat(600)}\n}`;
  using kept = new Kept(long);
  expect(String(await rejectionOf(kept.set("{}")))).toContain("would shrink from 607 to 2 bytes: add mayShrink: true");
  await kept.keeper.replace("{}", { ...kept.now, mayShrink: true });
  expect(kept.text).toBe("{}");
});

test("a trial says what would come of it, and does nothing", async () => {
  using kept = new Kept(commented);
  const trial = await kept.keeper.patch(
    { session: { mainKey: "home" }, ui: { seamColor: "112233" } },
    { ...kept.now, isTrial: true },
  );
  expect(trial).toMatchObject({ changed: ["session.mainKey", "ui.seamColor"], needsRestart: ["session.mainKey"] });
  expect([kept.text, kept.live.current.ui]).toEqual([commented, {}]);
});

const withSecrets = `{ // mine
  gateway: { auth: { token: 'hu\\u0073h-token' /* old */, password: "\${CLAWDIA_WORD}" } },
  models: { vendors: { acme: { kind: "openai-compatible", baseUrl: "https://acme.example/hush-key/v1",
    apiKey: "hush-key" } } },
}
`;

test("what was shown and is given back leaves the same bytes; a change keeps the secrets as written", async () => {
  using kept = new Kept(withSecrets);
  const shown = redactSource(withSecrets, kept.keeper.read().written);
  expect(shown).not.toContain("hush");
  expect(shown).toContain("${CLAWDIA_WORD}");
  await kept.set(shown);
  expect(kept.text).toBe(withSecrets);
  await kept.set(shown.replace("// mine", "// still mine"));
  expect(kept.text).toBe(withSecrets.replace("// mine", "// still mine"));
  await kept.keeper.patch({ gateway: { auth: { token: redacted, password: "new-word" } } }, kept.now);
  expect(kept.text).toContain("token: 'hu\\u0073h-token' /* old */, password: \"new-word\"");
});

test("ten copies are kept, equal texts once, and a spoiled copy is not used", async () => {
  using kept = new Kept("{ ui: {} }");
  for (let index = 0; index < 12; index++) {
    await kept.clock.advance(1_000);
    await kept.set(`{ messages: { queueMax: ${index + 1} } }`);
  }
  await kept.set(kept.text);
  expect(kept.history.good()).toHaveLength(10);
  const [newest, before] = kept.history.good();
  expect(newest!.atMs - before!.atMs).toBe(1_000);
  const file = readdirSync(join(kept.path, "../config-history")).find((name) => name.startsWith(before!.id))!;
  writeFileSync(join(kept.path, "../config-history", file), "{ cut");
  await kept.keeper.rollback(undefined, { by: "alice" });
  expect(kept.text).toBe("{ messages: { queueMax: 10 } }");
  expect(
    String(await rejectionOf(kept.keeper.rollback("20200101T000000000Z-0123456789abcdef", { by: "alice" }))),
  ).toContain("there is no copy");
});

test("an edited file is followed; one that cannot be used is told once, and what holds stays", async () => {
  using kept = new Kept(commented);
  writeFileSync(kept.path, commented.replace("queueMax: 5", "queueMax: 9"));
  await kept.keeper.look();
  expect(kept.live.current.messages.queueMax).toBe(9);
  for (const broken of ["{ gateway: ", "", "{ gateway: { port: -1 } }"]) {
    writeFileSync(kept.path, broken);
    await kept.keeper.look();
    await kept.keeper.look();
    expect(kept.keeper.trouble).toMatchObject({ cure: "clawdia config validate" });
    expect(kept.live.current.messages.queueMax).toBe(9);
  }
  expect(kept.log.records.filter(({ event }) => event === "config.refused")).toHaveLength(3);
  writeFileSync(kept.path, commented);
  await kept.keeper.look();
  expect([kept.keeper.trouble, kept.live.current.messages.queueMax, kept.told]).toEqual([undefined, 5, 5]);
});

test("more than thirty changes a minute are refused with the time to wait", async () => {
  using kept = new Kept(commented);
  for (let index = 0; index < 30; index++) kept.keeper.permit();
  expect(() => kept.keeper.permit()).toThrow("at most 30 times a minute");
  await kept.clock.advance(60_000);
  kept.keeper.permit();
});
