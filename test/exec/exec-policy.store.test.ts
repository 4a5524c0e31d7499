import { expect, test } from "bun:test";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ExecPolicyStore } from "../../src/exec/exec-policy.store.ts";
import type { ExecPolicyFile } from "../../src/exec/policy-file.ts";
import { makeIds, realRandom, sha256Text } from "../../src/lib/index.ts";
import { CapturedLog } from "../doubles/captured-log.ts";
import { FakeClock } from "../doubles/fake-clock.ts";
import { temporaryFolder } from "../open-house.ts";

/** The owner's rules on disk. */

function openStore(folder: string | undefined) {
  const clock = new FakeClock();
  const captured = new CapturedLog(clock);
  const path = folder === undefined ? undefined : join(folder, "exec-approvals.json");
  const store = new ExecPolicyStore({ path, clock, ids: makeIds(clock, realRandom), log: captured.log });
  return { store, clock, captured, path: path ?? "" };
}

const refusal = (run: () => unknown): string => {
  try {
    run();
    return "nothing was refused";
  } catch (error) {
    return (error as Error).message;
  }
};

test("without a file there are no rules, and the hash is that of nothing", () => {
  using folder = temporaryFolder();
  const { store, path } = openStore(folder.path);
  expect(store.snapshot()).toEqual({ path, exists: false, hash: sha256Text(""), file: { version: 1 } });
});

test("rules are replaced by who has read them, in a file that is the owner's alone", () => {
  using folder = temporaryFolder();
  const { store, path } = openStore(folder.path);
  const first = store.replace({ version: 1, defaults: { ask: "always" } }, undefined);
  expect([first.exists, first.hash]).toEqual([true, sha256Text(readFileSync(path, "utf8"))]);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const next: ExecPolicyFile = { version: 1, agents: { main: { security: "full" } } };
  const retry = "re-run exec.approvals.get and retry";
  for (const none of [undefined, "", " "]) {
    expect(refusal(() => store.replace(next, none))).toBe(`exec approvals base hash required; ${retry}`);
  }
  expect(refusal(() => store.replace(next, "x"))).toBe(`exec approvals changed since last load; ${retry}`);
  expect(store.file).toEqual({ version: 1, defaults: { ask: "always" } });
  expect(store.replace(next, first.hash).file).toEqual(next);
});

test("the secret of the socket is kept and never shown", () => {
  using folder = temporaryFolder();
  const { store, path, captured } = openStore(folder.path);
  const { hash, file } = store.replace({ version: 1, socket: { path: "/run/x", token: "canary" } }, undefined);
  expect(file).toEqual({ version: 1, socket: { path: "/run/x" } });
  expect(store.replace({ version: 1, socket: { path: "/run/y" } }, hash).file.socket).toEqual({ path: "/run/y" });
  expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({ version: 1, socket: { path: "/run/y", token: "canary" } });
  expect(captured.text).not.toContain("canary");
});

const spoiled = [
  "",
  "{",
  "[]",
  "{}",
  '{"version":2}',
  '{"version":1,"extra":1}',
  '{"version":1,"defaults":{"ask":"x"}}',
];

for (const source of spoiled) {
  test(`a file of ${JSON.stringify(source)} switches commands off and is left as it is`, () => {
    using folder = temporaryFolder();
    const { store, path, captured } = openStore(folder.path);
    writeFileSync(path, source);
    expect(store.file.defaults).toEqual({ security: "deny" });
    store.allow("main", { pattern: "/bin/ls" });
    store.used("main", { pattern: "/bin/ls" }, "ls");
    expect([readFileSync(path, "utf8"), captured.of("exec-policy.unreadable").length]).toEqual([source, 3]);
    // Who has seen it may mend it.
    expect(store.replace({ version: 1 }, store.snapshot().hash).file).toEqual({ version: 1 });
  });
}

test("a file that cannot be read has no hash to build on", () => {
  using folder = temporaryFolder();
  const { store, path } = openStore(folder.path);
  mkdirSync(path);
  expect(store.file.defaults).toEqual({ security: "deny" });
  expect(refusal(() => store.replace({ version: 1 }, store.snapshot().hash))).toBe(
    "exec approvals base hash unavailable; re-run exec.approvals.get and retry",
  );
});

test("an entry is added once, and its use is noted now and then", async () => {
  using folder = temporaryFolder();
  const { store, clock } = openStore(folder.path);
  store.replace({ version: 1, defaults: { ask: "on-miss" }, agents: { work: { security: "deny" } } }, undefined);
  store.allow("main", { pattern: "/bin/ls", argPattern: "[]" });
  store.allow("main", { pattern: "/bin/ls", argPattern: "[]" });
  const [entry] = store.file.agents?.["main"]?.allowlist ?? [];
  const startMs = clock.nowMs();
  store.used("main", entry!, "ls");
  await clock.advance(3_599_999);
  store.used("main", store.file.agents!["main"]!.allowlist![0]!, "ls again");
  expect(store.file).toEqual({
    version: 1,
    defaults: { ask: "on-miss" },
    agents: {
      work: { security: "deny" },
      main: { allowlist: [{ ...entry!, lastUsedAt: startMs, lastUsedCommand: "ls" }] },
    },
  });
});

test("without a folder the rules are in memory", () => {
  const { store } = openStore(undefined);
  const { hash, exists } = store.replace({ version: 1, defaults: { ask: "off" } }, undefined);
  expect([exists, store.snapshot().hash, store.file.defaults?.ask]).toEqual([true, hash, "off"]);
});
