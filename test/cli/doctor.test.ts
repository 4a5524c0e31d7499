import { expect, test } from "bun:test";
import { chmodSync, mkdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import type { Finding } from "../../src/cli/doctor/finding.ts";
import { adviceFinding } from "../../src/cli/doctor/gateway-looks.ts";
import { gatewaysIn, programFindings } from "../../src/cli/doctor/machine-looks.ts";
import { serviceFindings, type ServiceFacts } from "../../src/cli/doctor/service-looks.ts";
import { fileSystemFindings, spaceFinding } from "../../src/cli/doctor/state-looks.ts";
import { parseConfig } from "../../src/config/index.ts";
import { Person, startGateway } from "./command-house.ts";

/** `clawdia doctor`: what it finds, says and mends. */
const nothing = () => false;
const slowMs = 60_000;

interface Report {
  readonly ok: boolean;
  readonly findings: readonly (Finding & { readonly canFix: boolean; readonly fixed?: string })[];
}

async function examine(person: Person, ...more: string[]): Promise<Report & { readonly code: number }> {
  const { code, stdout } = await person.types(["doctor", "--json", ...more]);
  return { ...(JSON.parse(stdout) as Report), code };
}

const only = ({ findings }: Report, id: string) => findings.filter((finding) => finding.id === id);

test(
  "rights that others have on the state are bad, and --fix takes them, but not from files of agents",
  async () => {
    using alice = new Person();
    const workspace = join(alice.stateDir, "workspace");
    mkdirSync(workspace, { recursive: true });
    writeFileSync(join(workspace, "notes"), "");
    writeFileSync(join(alice.stateDir, "clawdia.json"), "{}");
    chmodSync(join(alice.stateDir, "clawdia.json"), 0o644);
    chmodSync(alice.stateDir, 0o755);
    chmodSync(join(workspace, "notes"), 0o644);
    const before = await examine(alice);
    expect([before.code, before.ok]).toEqual([1, false]);
    expect(only(before, "state.permissions")).toMatchObject([
      { level: "bad", next: "clawdia doctor --fix", canFix: true, text: expect.stringContaining("2 files") },
    ]);
    const fixed = await examine(alice, "--fix");
    expect(only(fixed, "state.permissions")).toMatchObject([{ fixed: "took the rights of others from 2 files" }]);
    expect(statSync(alice.stateDir).mode & 0o777).toBe(0o700);
    expect(statSync(join(workspace, "notes")).mode & 0o777).toBe(0o644);
    expect(only(await examine(alice), "state.permissions")).toMatchObject([{ level: "well" }]);
  },
  slowMs,
);

test(
  "a config that cannot be used is said with its place, and half a file of a crash is removed",
  async () => {
    using alice = new Person();
    mkdirSync(alice.stateDir, { recursive: true, mode: 0o700 });
    writeFileSync(join(alice.stateDir, "clawdia.json"), "{ gateway: { port: 70000 } }", { mode: 0o600 });
    const left = join(alice.stateDir, "clawdia.json.1.tmp");
    writeFileSync(left, "", { mode: 0o600 });
    utimesSync(left, 1_000_000, 1_000_000);
    const found = await examine(alice, "--fix");
    expect(only(found, "config.broken")).toMatchObject([
      { level: "bad", text: expect.stringContaining("gateway.port") },
    ]);
    expect(only(found, "state.left-over")).toMatchObject([{ fixed: "removed 1 file" }]);
  },
  slowMs,
);

test(
  "a port that another program has is bad, and the cure shows who has it",
  async () => {
    using alice = new Person();
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    alice.writesConfig({ gateway: { port } });
    expect(only(await examine(alice), "port.taken")).toMatchObject([
      { level: "bad", next: expect.stringContaining(String(port)) },
    ]);
    server.close();
  },
  slowMs,
);

test(
  "a gateway that is well and one that does not answer are told apart",
  async () => {
    using alice = new Person();
    {
      await using gateway = await startGateway(alice);
      const found = await examine(alice);
      expect(gateway.port).toBeGreaterThan(0);
      expect(found).toMatchObject({ ok: true, code: 0 });
      expect(only(found, "gateway.up")).toHaveLength(1);
      expect(only(found, "gateway.advice").map(({ next }) => next)).toContain("clawdia models choose");
    }
    // Somebody alive is written down as the holder, and nobody listens there.
    const holder = { pid: process.pid, url: "ws://127.0.0.1:1", version: "1", startedAtMs: 0 };
    writeFileSync(join(alice.stateDir, "gateway.json"), JSON.stringify(holder), { mode: 0o600 });
    expect(only(await examine(alice), "gateway.deaf")).toMatchObject([{ level: "bad" }]);
  },
  slowMs,
);

test(
  "a damaged database is found while no gateway runs",
  async () => {
    using alice = new Person();
    mkdirSync(alice.stateDir, { recursive: true, mode: 0o700 });
    writeFileSync(join(alice.stateDir, "clawdia.db"), "not a database".repeat(1000), { mode: 0o600 });
    expect(only(await examine(alice), "store.damaged")).toMatchObject([
      { level: "bad", next: expect.stringContaining("clawdia restore") },
    ]);
  },
  slowMs,
);

const fileSystems: readonly (readonly [type: number, folder: string, platform: string, id: string | undefined])[] = [
  [0xef53, "/home/a/.clawdia", "linux", undefined],
  [0x6969, "/home/a/.clawdia", "linux", "disk.network"],
  [-11317950, "/home/a/.clawdia", "linux", "disk.network"],
  [0x6969, "/Users/a/.clawdia", "darwin", undefined],
  [0xef53, "/home/a/Dropbox/clawdia", "linux", "disk.synced"],
  [26, "/Users/a/Library/Mobile Documents/clawdia", "darwin", "disk.synced"],
];
for (const [type, folder, platform, id] of fileSystems) {
  test(`R-49 state in ${folder} on type ${type} of ${platform} is ${id ?? "well"}`, () => {
    expect(fileSystemFindings(type, folder, platform)[0]?.id).toBe(id);
  });
}

test("space is well, then scarce, then too little to accept anything", () => {
  const levels = [1024, 100, 5].map((mebibytes) => spaceFinding(mebibytes * 1024 * 1024, "/s").level);
  expect(levels).toEqual(["well", "warn", "bad"]);
});

test("other gateways are told by their command lines, and other programs are not", () => {
  const lines = [
    "/usr/local/bin/clawdia gateway",
    "bun /x/clawdia gateway --profile work",
    "openclaw-gateway",
    "node /usr/lib/node_modules/clawdbot/dist/clawdbot gateway",
    "clawdia status",
    "vim gateway",
    "grep clawdia gateway.log",
  ];
  const processes = lines.map((line, pid) => ({ pid, words: line.split(" ") }));
  expect(gatewaysIn(processes).map(({ kind, pid }) => `${pid} ${kind}`)).toEqual([
    "0 clawdia",
    "1 clawdia",
    "2 openclaw",
    "3 clawdbot",
  ]);
});

test("a network's program is missed where an account runs it here, and not where it runs elsewhere", () => {
  const local = parseConfig("{ providers: { imessage: { accounts: { main: {} } } } }").config;
  expect(programFindings(local, nothing).map(({ id }) => id)).toEqual(["program.imsg", "program.ffmpeg"]);
  expect(programFindings(local, () => true)).toEqual([]);
  expect(programFindings(parseConfig("{}").config, nothing).map(({ level }) => level)).toEqual(["note"]);
});

test("advice of the gateway is split into what is the matter and what to type", () => {
  expect(adviceFinding("Telegram: logged-out: give a new token: clawdia providers add telegram")).toEqual({
    id: "gateway.advice",
    level: "bad",
    text: "Telegram: logged-out: give a new token",
    next: "clawdia providers add telegram",
  });
  expect(adviceFinding("no network is linked: clawdia providers add telegram").level).toBe("note");
  expect(adviceFinding("apps do not find the gateway by themselves: no multicast: connect it").level).toBe("warn");
});

const running: ServiceFacts = {
  state: { isInstalled: true, isEnabled: true, isRunning: true, word: "active (running)", pid: 4 },
  isWritten: true,
  isStale: false,
  isHeld: true,
  isHeldByService: true,
  lingers: true,
  flag: "",
  userName: "alice",
  enable: () => Promise.resolve("enabled"),
};
const services: readonly (readonly [name: string, facts: Partial<ServiceFacts>, ids: readonly string[]])[] = [
  ["runs", {}, ["service.running"]],
  ["was never installed", { isWritten: false }, ["service.none"]],
  ["is stale and ends at logout", { isStale: true, lingers: false }, ["service.stale", "service.linger"]],
  ["is kept out by a gateway started by hand", { isHeldByService: false }, ["service.by-hand"]],
  [
    "failed and is not enabled",
    { isHeld: false, state: { ...running.state, isEnabled: false, isRunning: false, lastExitCode: 78 } },
    ["service.disabled", "service.down"],
  ],
];
for (const [name, facts, ids] of services) {
  test(`a service that ${name} is found so`, () => {
    expect(serviceFindings({ ...running, ...facts }).map(({ id }) => id)).toEqual([...ids]);
  });
}
