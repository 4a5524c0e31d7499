import { expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { WorkspaceFiles } from "../../src/tools/workspace-files.ts";
import { temporaryFolder } from "../open-house.ts";

/** Files of an agent, and no others, on a real file system. */

class Stage implements Disposable {
  readonly #folder = temporaryFolder();
  readonly workspace = join(this.#folder.path, "ws");
  readonly shared = join(this.#folder.path, "skills");
  readonly outside = join(this.#folder.path, "outside");
  readonly files = new WorkspaceFiles([
    { path: this.workspace, isWritable: true },
    { path: this.shared, isWritable: false },
  ]);

  constructor() {
    for (const folder of [this.workspace, this.shared, this.outside]) mkdirSync(folder);
    writeFileSync(join(this.outside, "secret"), "canary");
    writeFileSync(join(this.workspace, "note"), "mine");
  }

  async text(path: string): Promise<string> {
    const { bytes } = await this.files.read(path, { bytesMax: 1_000_000 });
    return new TextDecoder().decode(bytes);
  }

  /** What is read, or why nothing is. */
  said(path: string): Promise<string> {
    return this.text(path).catch((error: Error) => `${error.name}: ${error.message}`);
  }

  writes(path: string, text = "new"): Promise<string> {
    const bytes = new TextEncoder().encode(text);
    return this.files.write(path, bytes).then(String, (error: Error) => `${error.name}: ${error.message}`);
  }

  get secret(): string {
    return readFileSync(join(this.outside, "secret"), "utf8");
  }

  [Symbol.dispose](): void {
    this.#folder[Symbol.dispose]();
  }
}

test("a file is found by every honest spelling of its path", async () => {
  using stage = new Stage();
  mkdirSync(join(stage.workspace, "a/b"), { recursive: true });
  writeFileSync(join(stage.workspace, "a/b/ü 😀.txt"), "deep");
  for (const path of ["a/b/ü 😀.txt", "./a//b/./ü 😀.txt", join(stage.workspace, "a/b/ü 😀.txt")]) {
    expect(await stage.text(path)).toBe("deep");
  }
});

test("a second root may be read by its full path, and not written", async () => {
  using stage = new Stage();
  mkdirSync(join(stage.shared, "x"));
  writeFileSync(join(stage.shared, "x/SKILL.md"), "skill");
  expect(await stage.text(join(stage.shared, "x/SKILL.md"))).toBe("skill");
  expect(await stage.writes(join(stage.shared, "x/SKILL.md"))).toContain("may only be read");
  expect(await stage.said("x/SKILL.md")).toContain("there is no such file");
});

const escapes = (stage: Stage): readonly string[] => [
  "../outside/secret",
  "a/../../outside/secret",
  "./../outside/secret",
  join(stage.workspace, "../outside/secret"),
  join(stage.outside, "secret"),
  `${stage.workspace}-other/secret`,
  "/etc/passwd",
  "~/secret",
  "~root/x",
  "C:\\secret",
  "c:/secret",
  "/proc/self/environ",
  "/proc/self/cwd/package.json",
  "/dev/null",
  "//etc/passwd",
  "note\0.txt",
  "note\ud800",
  "x".repeat(5000),
  `${"x".repeat(256)}/y`,
  "..",
  "a/..",
];

test("a path that leads out is refused, for reading, listing and writing", async () => {
  using stage = new Stage();
  for (const path of escapes(stage)) {
    const said = await Promise.all([
      stage.said(path),
      stage.writes(path),
      stage.files.list(path).then(String, (error: Error) => `${error.name}: ${error.message}`),
    ]);
    expect([path, said.map((text) => text.startsWith("FileRefused"))]).toEqual([path, [true, true, true]]);
  }
  expect([stage.secret, readdirSync(stage.workspace)]).toEqual(["canary", ["note"]]);
});

test("percent signs, backslashes and the like are names, and lead nowhere", async () => {
  using stage = new Stage();
  for (const path of [
    "%2e%2e/outside/secret",
    "..%2foutside",
    "..\\outside\\secret",
    "．．/outside/secret",
    "....//x",
  ]) {
    expect([path, await stage.said(path)]).toEqual([path, expect.stringContaining("there is no such file")]);
  }
});

test("a link is not followed, wherever in the path it stands and wherever it leads", async () => {
  using stage = new Stage();
  mkdirSync(join(stage.workspace, "dir"));
  writeFileSync(join(stage.workspace, "dir/inner"), "mine");
  const links: readonly (readonly [string, string])[] = [
    ["to-file", join(stage.outside, "secret")],
    ["to-folder", stage.outside],
    ["to-own-file", "note"],
    ["to-own-folder", "dir"],
    ["relative", "../outside/secret"],
    ["loop", "loop"],
    ["dangling", "nowhere"],
  ];
  for (const [name, target] of links) symlinkSync(target, join(stage.workspace, name));
  const paths = ["to-file", "to-folder/secret", "to-own-file", "to-own-folder/inner", "relative", "loop", "dangling"];
  for (const path of paths) {
    expect([path, await stage.said(path)]).toEqual([path, expect.stringMatching(/^FileRefused: .*link/)]);
    expect([path, await stage.writes(path)]).toEqual([path, expect.stringMatching(/^FileRefused: .*link/)]);
  }
  expect(await stage.writes("dangling/new")).toContain("link");
  expect([stage.secret, existsSync(join(stage.outside, "new"))]).toEqual(["canary", false]);
  expect(await stage.files.list("")).toContainEqual({ name: "to-file", kind: "link", bytes: expect.any(Number) });
});

test("a file with several names is refused: another of them may be somebody else's", async () => {
  using stage = new Stage();
  linkSync(join(stage.outside, "secret"), join(stage.workspace, "hard"));
  expect(await stage.said("hard")).toContain("has several names");
  expect(await stage.writes("hard")).toContain("has several names");
  expect(stage.secret).toBe("canary");
});

test("a folder, a pipe and what is not there are told apart", async () => {
  using stage = new Stage();
  mkdirSync(join(stage.workspace, "dir"));
  Bun.spawnSync(["mkfifo", join(stage.workspace, "pipe")]);
  expect(await Promise.all(["dir", "", "pipe", "no", "note/x", "dir/no"].map((path) => stage.said(path)))).toEqual([
    'FileRefused: "dir" is a folder',
    'FileRefused: "" is a folder',
    'FileRefused: "pipe" is no regular file',
    'FileRefused: "no": there is no such file or folder',
    'FileRefused: "note/x": something in the path is no folder, or a link',
    'FileRefused: "dir/no": there is no such file or folder',
  ]);
});

test("writing makes folders and a private file, and keeps the rights of one that is there", async () => {
  using stage = new Stage();
  expect(await stage.writes("a/b/new.txt", "one")).toBe("false");
  const path = join(stage.workspace, "a/b/new.txt");
  expect([readFileSync(path, "utf8"), statSync(path).mode & 0o777]).toEqual(["one", 0o600]);
  expect(statSync(join(stage.workspace, "a")).mode & 0o777).toBe(0o700);
  chmodSync(path, 0o750);
  expect(await stage.writes("a/b/new.txt", "two")).toBe("true");
  expect([readFileSync(path, "utf8"), statSync(path).mode & 0o777]).toEqual(["two", 0o750]);
  expect(readdirSync(join(stage.workspace, "a/b"))).toEqual(["new.txt"]);
});

test("a file that changed meanwhile is not overwritten by who read the older one", async () => {
  using stage = new Stage();
  const { stamp } = await stage.files.read("note", { bytesMax: 100 });
  expect((await stage.files.read("note", { bytesMax: 100, knownStamp: stamp })).bytes).toBeUndefined();
  writeFileSync(join(stage.workspace, "note"), "changed");
  const write = stage.files.write("note", new Uint8Array(), stamp);
  expect(await write.catch((error: Error) => error.message)).toBe('"note" has changed meanwhile: read it again');
  expect(await stage.text("note")).toBe("changed");
});

test("only the beginning is read when that is enough, and the whole size is told", async () => {
  using stage = new Stage();
  writeFileSync(join(stage.workspace, "long"), "0123456789");
  const { bytes, size } = await stage.files.read("long", { bytesMax: 4 });
  expect([new TextDecoder().decode(bytes), size]).toEqual(["0123", 10]);
});

test("a workspace behind a link of the owner's is a workspace", async () => {
  using stage = new Stage();
  const link = join(stage.outside, "link");
  symlinkSync(stage.workspace, link);
  const files = new WorkspaceFiles([{ path: link, isWritable: true }]);
  await files.write("new", new TextEncoder().encode("x"));
  expect(readFileSync(join(stage.workspace, "new"), "utf8")).toBe("x");
  expect((await files.read(join(link, "note"), { bytesMax: 9 })).size).toBe(4);
});

// A second process swaps a folder for a link, as fast as it can, while thousands of reads and writes go through it.
test("a folder that is swapped for a link meanwhile leads nowhere else", async () => {
  using stage = new Stage();
  mkdirSync(join(stage.workspace, "dir"));
  writeFileSync(join(stage.workspace, "dir/secret"), "mine");
  // A write may make the folder anew in between; then that one gives way.
  const swapping = `const fs = require("fs"); process.chdir(${JSON.stringify(stage.workspace)});
    const attempt = (step) => { try { step(); } catch { fs.rmSync("dir", { recursive: true, force: true }); } };
    console.log("ready");
    for (;;) {
      attempt(() => fs.renameSync("dir", "old")); attempt(() => fs.symlinkSync("../outside", "dir"));
      attempt(() => fs.unlinkSync("dir")); attempt(() => fs.renameSync("old", "dir"));
      if (!fs.existsSync("dir") && !fs.existsSync("old")) fs.mkdirSync("dir");
      if (fs.existsSync("dir") && !fs.existsSync("dir/secret")) fs.writeFileSync("dir/secret", "mine");
    }`;
  const swapper = Bun.spawn([process.execPath, "-e", swapping], { stdout: "pipe", stderr: "inherit" });
  await swapper.stdout.getReader().read();
  const read = new Map<string, number>();
  for (let round = 0; round < 4_000; round++) {
    const text = await stage.said("dir/secret");
    const outcome = text.startsWith("FileRefused") ? "refused" : text;
    read.set(outcome, (read.get(outcome) ?? 0) + 1);
    if (round % 4 === 0) await stage.writes(`dir/new-${round % 100}`, "x");
  }
  expect(swapper.exitCode).toBeNull();
  swapper.kill("SIGKILL");
  await swapper.exited;
  expect([read.has("canary"), read.has("mine"), read.has("refused")]).toEqual([false, true, true]);
  expect([stage.secret, readdirSync(stage.outside)]).toEqual(["canary", ["secret"]]);
}, 20_000);
