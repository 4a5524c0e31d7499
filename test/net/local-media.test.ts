import { expect, test } from "bun:test";
import { execFileSync } from "node:child_process";
import { existsSync, linkSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { FileRefused, readLocalMedia } from "../../src/net/index.ts";
import { temporaryFolder } from "../open-house.ts";

/** Which files a reply may name. Real files, real links. */

const secret = "canary-4711";

/** A workspace with a file, and a secret beside it that no path may lead to. */
function workspace() {
  const folder = temporaryFolder();
  const [root, second, outside] = ["root", "second", "outside"].map((name) => join(folder.path, name));
  for (const path of [root!, second!, outside!, join(root!, "folder")]) mkdirSync(path);
  writeFileSync(join(root!, "file.txt"), "hello");
  writeFileSync(join(root!, "folder", "file.txt"), "below");
  writeFileSync(join(second!, "other.txt"), "second");
  writeFileSync(join(outside!, "file.txt"), secret);
  return { ...folder, root: root!, second: second!, outside: outside!, [Symbol.dispose]: folder[Symbol.dispose] };
}

async function outcomeOf(path: string, roots: readonly string[], bytesMax = 1000): Promise<string> {
  return readLocalMedia(path, { roots, bytesMax }).then(
    ({ bytes }) => Buffer.from(bytes).toString(),
    (error) => (error instanceof FileRefused ? error.reason : String(error)),
  );
}

test("a file is read from the first folder by its relative path, from any by its absolute one", async () => {
  using place = workspace();
  const { root, second } = place;
  const read: readonly (readonly [path: string, text: string])[] = [
    ["file.txt", "hello"],
    ["./file.txt", "hello"],
    ["folder//./file.txt", "below"],
    [join(root, "folder/file.txt"), "below"],
    [`${root}//file.txt`, "hello"],
    [join(second, "other.txt"), "second"],
  ];
  for (const [path, text] of read) expect([path, await outcomeOf(path, [root, second])]).toEqual([path, text]);
  expect(await outcomeOf("other.txt", [root, second])).toBe("missing");
});

test("bytes come with their type and a name that can be shown", async () => {
  using place = workspace();
  writeFileSync(join(place.root, 'a"b\u202e.png'), "\x89PNG\r\n\x1a\n", "latin1");
  const media = await readLocalMedia('a"b\u202e.png', { roots: [place.root], bytesMax: 100 });
  expect([media.fileName, media.mimeType, media.bytes.length]).toEqual(["ab.png", "image/png", 8]);
});

test("a folder that is itself reached over a link is one, in both of its spellings", async () => {
  using place = workspace();
  const alias = join(place.path, "alias");
  symlinkSync(place.root, alias);
  for (const path of ["file.txt", join(alias, "file.txt"), join(place.root, "file.txt")]) {
    expect(await outcomeOf(path, [alias])).toBe("hello");
  }
});

const strayPaths: readonly (readonly [path: string, reason: string])[] = [
  ["/etc/hostname", "path"],
  ["/etc/passwd", "path"],
  ["/proc/self/environ", "path"],
  ["/dev/zero", "path"],
  ["/", "path"],
  ["", "path"],
  [".", "path"],
  ["./", "path"],
  ["..", "path"],
  ["../outside/file.txt", "path"],
  ["folder/../../outside/file.txt", "path"],
  ["folder/../file.txt", "path"],
  ["folder/..", "path"],
  ["file:///etc/hostname", "path"],
  ["file:file.txt", "path"],
  ["FILE:///etc/hostname", "path"],
  ["http://127.0.0.1/x", "path"],
  ["data:text/plain,x", "path"],
  ["C:\\Windows\\win.ini", "path"],
  ["c:/x", "path"],
  ["\\\\server\\share", "path"],
  ["..\\outside\\file.txt", "path"],
  ["~", "path"],
  ["~/.ssh/id_ed25519", "path"],
  ["~root/x", "path"],
  ["file.txt\0.png", "path"],
  ["file.txt\n", "path"],
  [".env", "path"],
  [".git/config", "path"],
  ["folder/.hidden", "path"],
  [".../x", "path"],
  [`${"a/".repeat(70)}b`, "path"],
  ["a".repeat(5000), "path"],
  ["%2e%2e/outside/file.txt", "missing"],
  ["..%2foutside%2ffile.txt", "path"],
  ["$HOME/file.txt", "missing"],
  ["nothing.txt", "missing"],
  ["folder/nothing/x", "missing"],
  [" file.txt", "missing"],
  ["file.txt/x", "link"],
  ["folder", "kind"],
  ["folder/", "kind"],
];

test("no other path leads to a file", async () => {
  using place = workspace();
  for (const [path, reason] of strayPaths) {
    expect([path, await outcomeOf(path, [place.root])]).toEqual([path, reason]);
  }
  expect(await outcomeOf(`${place.root}-not/file.txt`, [place.root])).toBe("path");
  expect(await outcomeOf(`${place.root}/../outside/file.txt`, [place.root])).toBe("path");
  expect(await outcomeOf(join(place.outside, "file.txt"), [place.root])).toBe("path");
  expect(await outcomeOf("file.txt", [])).toBe("path");
});

test("a link is not followed, whether it is the file, a folder on the way, or a second name", async () => {
  using place = workspace();
  const { root, outside } = place;
  symlinkSync(join(outside, "file.txt"), join(root, "to-file.txt"));
  symlinkSync("../outside/file.txt", join(root, "relative.txt"));
  symlinkSync("file.txt", join(root, "inside.txt"));
  symlinkSync(outside, join(root, "to-folder"));
  symlinkSync("folder", join(root, "inside-folder"));
  symlinkSync("nowhere", join(root, "broken.txt"));
  symlinkSync("loop", join(root, "loop"));
  symlinkSync("/proc/self", join(root, "process"));
  linkSync(join(outside, "file.txt"), join(root, "second-name.txt"));
  const paths = [
    "to-file.txt",
    "relative.txt",
    "inside.txt",
    "to-folder/file.txt",
    "inside-folder/file.txt",
    "broken.txt",
    "loop",
    "loop/file.txt",
    "process/environ",
    "second-name.txt",
  ];
  for (const path of paths) expect([path, await outcomeOf(path, [root])]).toEqual([path, "link"]);
});

test("what is no plain file is not read, and a pipe holds nobody up", async () => {
  using place = workspace();
  execFileSync("mkfifo", [join(place.root, "pipe")]);
  const server = createServer().listen(join(place.root, "socket"));
  await new Promise((resolve) => server.once("listening", resolve));
  expect(await outcomeOf("pipe", [place.root])).toBe("kind");
  expect(await outcomeOf("socket", [place.root])).toBe("kind");
  server.close();
});

test("a file is read up to the limit, and refused above it with both numbers", async () => {
  using place = workspace();
  expect(await outcomeOf("file.txt", [place.root], 5)).toBe("hello");
  const error = await readLocalMedia("file.txt", { roots: [place.root], bytesMax: 4 }).catch((thrown) => thrown);
  expect((error as FileRefused).message).toBe("the file has 5 bytes, at most 4 are sent");
});

test("a refusal names neither the folders nor where a link leads", async () => {
  using place = workspace();
  symlinkSync(join(place.outside, "file.txt"), join(place.root, "to-file.txt"));
  for (const path of ["to-file.txt", "nothing.txt", "/etc/passwd", "folder"]) {
    const error = await readLocalMedia(path, { roots: [place.root], bytesMax: 4 }).catch((thrown) => thrown);
    expect((error as FileRefused).message).not.toContain(place.path);
  }
});

test("descriptors are given back, whatever came of it", async () => {
  using place = workspace();
  symlinkSync(place.outside, join(place.root, "to-folder"));
  const before = readdirSync("/proc/self/fd").length;
  for (let count = 0; count < 200; count++) {
    await outcomeOf("folder/file.txt", [place.root]);
    await outcomeOf("to-folder/file.txt", [place.root]);
    await outcomeOf("folder", [place.root]);
    await outcomeOf("file.txt", [place.root], 1);
  }
  expect(readdirSync("/proc/self/fd").length).toBeLessThan(before + 10);
});

// Thousands of reads against a process that swaps as fast as it can.
test("a link that is put there at the very moment is not followed either", async () => {
  using place = workspace();
  const { root, outside } = place;
  const swapper = Bun.spawn([process.execPath, join(import.meta.dir, "swap-links.ts"), root, outside], {
    stderr: "ignore",
  });
  while (!existsSync(join(root, "link-to-file"))) await new Promise((resolve) => setImmediate(resolve));
  const seen = new Map<string, number>();
  for (let count = 0; count < 2000; count++) {
    for (const path of ["folder/file.txt", "file.txt"]) {
      const outcome = await outcomeOf(path, [root]);
      seen.set(outcome, (seen.get(outcome) ?? 0) + 1);
    }
  }
  writeFileSync(join(root, "stop"), "");
  const swaps = Number(await new Response(swapper.stdout).text());
  expect(
    [...seen.keys()].filter((outcome) => !["hello", "below", "link", "missing", "changed"].includes(outcome)),
  ).toEqual([]);
  expect(seen.has(secret)).toBe(false);
  // The race was real: both sides met.
  expect(swaps).toBeGreaterThan(100);
  expect(seen.get("link") ?? 0).toBeGreaterThan(0);
  expect((seen.get("hello") ?? 0) + (seen.get("below") ?? 0)).toBeGreaterThan(0);
});
