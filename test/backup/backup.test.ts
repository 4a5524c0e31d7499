import { expect, test } from "bun:test";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeBackup, restoreBackup } from "../../src/backup/index.ts";
import { makePaths } from "../../src/lib/index.ts";
import { Database, StateLock } from "../../src/storage/index.ts";
import { FakeClock } from "../doubles/fake-clock.ts";
import { temporaryFolder } from "../open-house.ts";
import { Person, startGateway } from "../cli/command-house.ts";

/** A backup holds all that a gateway is; a restore brings it back, or changes nothing. */
const slowMs = 60_000;
const clock = new FakeClock();
const longName = `workspace/${"deep/".repeat(30)}ünïcode.txt`;

function stage(folder: string) {
  const paths = makePaths(join(folder, "state"));
  const write = (name: string, content: string | Uint8Array) => {
    const path = join(paths.stateDir, name);
    mkdirSync(join(path, ".."), { recursive: true, mode: 0o700 });
    writeFileSync(path, content, { mode: 0o600 });
  };
  write("clawdia.json", "{ /* mine */ }");
  write("secrets/gateway-token", "t0ken\n");
  write("media/ab", new Uint8Array(3_000_000).fill(7));
  write("logs/clawdia.log", "log");
  write("gateway.json", "{}");
  write("clawdia.json.77.tmp", "half");
  write(longName, "long");
  write("empty", "");
  symlinkSync("/etc/passwd", join(paths.stateDir, "link"));
  const database = new Database(paths.database, clock);
  database.query("INSERT INTO choices (name, value, updated_at) VALUES ('a', 'b', 1)").run();
  const options = { paths, file: join(folder, "backup.tar"), version: "1.2.3", clock };
  return { ...options, paths, database, write, options };
}

test("everything but logs, locks, links and halves comes back as it was, and the old state is kept aside", () => {
  using folder = temporaryFolder();
  const { paths, file, database, write, options } = stage(folder.path);
  const { files } = makeBackup(options);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const names = ["clawdia.db", "clawdia.json", "empty", "media/ab", "secrets/gateway-token", longName];
  expect(files.map(({ path }) => path)).toEqual(names);
  database[Symbol.dispose]();
  write("secrets/gateway-token", "another\n");
  const { before } = restoreBackup(options);
  expect(readFileSync(join(before!, "secrets/gateway-token"), "utf8")).toBe("another\n");
  expect(readFileSync(paths.gatewayTokenFile, "utf8")).toBe("t0ken\n");
  expect(readFileSync(join(paths.stateDir, longName), "utf8")).toBe("long");
  expect(statSync(join(paths.stateDir, "media/ab")).size).toBe(3_000_000);
  using again = new Database(paths.database, clock);
  expect(again.query<{ value: string }>("SELECT value FROM choices").get()?.value).toBe("b");
  expect(existsSync(join(paths.stateDir, "link"))).toBe(false);
  expect(statSync(paths.stateDir).mode & 0o777).toBe(0o700);
  expect(readdirSync(folder.path).filter((name) => /restoring|unfinished|clawdia-backup/.test(name))).toEqual([]);
});

test("tar itself reads a backup", () => {
  using folder = temporaryFolder();
  const { file, options, database } = stage(folder.path);
  makeBackup(options);
  database[Symbol.dispose]();
  const { stdout, exitCode } = Bun.spawnSync(["tar", "-tf", file]);
  expect([exitCode, stdout.toString().trim().split("\n").at(-1)]).toEqual([0, "clawdia-backup.json"]);
});

test("a config that lies elsewhere is in the backup and goes back there", () => {
  using folder = temporaryFolder();
  const { paths, options, database } = stage(folder.path);
  database[Symbol.dispose]();
  const elsewhere = { ...options, paths: { ...paths, configFile: join(folder.path, "etc/my.json") } };
  mkdirSync(join(folder.path, "etc"));
  writeFileSync(elsewhere.paths.configFile, "{ old: 1 }");
  const own = join(paths.stateDir, "clawdia.json");
  Bun.spawnSync(["rm", own]);
  makeBackup(elsewhere);
  writeFileSync(elsewhere.paths.configFile, "{ new: 1 }");
  restoreBackup(elsewhere);
  expect(readFileSync(elsewhere.paths.configFile, "utf8")).toBe("{ old: 1 }");
  expect(existsSync(own)).toBe(false);
  expect(readdirSync(join(folder.path, "etc")).length).toBe(2);
});

test("a backup is not made over a file, and a restore is refused while the state is held", () => {
  using folder = temporaryFolder();
  const { paths, options, database } = stage(folder.path);
  makeBackup(options);
  expect(() => makeBackup(options)).toThrow("is there already");
  database[Symbol.dispose]();
  const lock = StateLock.take(paths.lockFile, paths.holderFile) as StateLock;
  expect(() => restoreBackup(options)).toThrow("runs on");
  lock[Symbol.dispose]();
  restoreBackup(options);
});

test("a backup that is cut or changed at any place is refused, and the state stays as it is", () => {
  using folder = temporaryFolder();
  const { paths, file, options, database } = stage(folder.path);
  makeBackup(options);
  database[Symbol.dispose]();
  const whole = readFileSync(file);
  const damages: readonly (readonly [name: string, bytes: Uint8Array])[] = [
    ["empty", new Uint8Array()],
    ["cut in a header", whole.subarray(0, 300)],
    ["cut in a file", whole.subarray(0, Math.floor(whole.length / 2))],
    ["without its end", whole.subarray(0, whole.length - 1024)],
    ["something else", Buffer.from("x".repeat(4096))],
    ...[0.1, 0.5, 0.9].map((part): [string, Uint8Array] => {
      const changed = Buffer.from(whole);
      changed[Math.floor(whole.length * part)]! ^= 1;
      return [`changed at ${part}`, changed];
    }),
  ];
  for (const [name, bytes] of damages) {
    writeFileSync(file, bytes);
    expect([name, thrown(() => restoreBackup(options))]).toEqual([
      name,
      expect.stringMatching(/damaged|complete|backup/),
    ]);
    expect(readFileSync(paths.gatewayTokenFile, "utf8")).toBe("t0ken\n");
  }
  expect(readdirSync(folder.path).toSorted()).toEqual(["backup.tar", "state"]);
});

function thrown(run: () => unknown): string {
  try {
    run();
    return "nothing";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

test(
  "a running gateway is backed up, a restore over it is refused, and the restored state knows the conversation",
  async () => {
    using alice = new Person();
    const file = join(alice.home, "mine.tar");
    {
      await using gateway = await startGateway(alice);
      await alice.types(["agent", "--message", "remember the milk"]);
      expect(await alice.types(["backup", file])).toMatchObject({
        code: 0,
        stdout: expect.stringContaining("backed up"),
      });
      const refusal = await alice.types(["restore", file]);
      expect([refusal.code, refusal.stderr]).toEqual([1, expect.stringContaining("stop it first")]);
      await gateway.stop();
    }
    Bun.spawnSync(["rm", "-r", alice.stateDir]);
    expect(await alice.asks("restore", file)).toMatchObject({ stateDir: alice.stateDir, before: null });
    await using gateway = await startGateway(alice);
    const { messages } = await alice.asks<{ messages: unknown[] }>("sessions", "show", "main");
    expect(JSON.stringify(messages)).toContain("remember the milk");
    await gateway.stop();
  },
  slowMs,
);
