import { expect, test } from "bun:test";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ToolCallContext, ToolOutput } from "../../src/engine/index.ts";
import { Workspaces } from "../../src/exec/index.ts";
import { editTool, listTool, makeFilesOf, readTool, writeTool } from "../../src/tools/index.ts";
import { redPng } from "../doubles/browser.ts";
import { temporaryFolder } from "../open-house.ts";
import { calls } from "./tool-call.ts";

/** The file tools as an agent uses them, on real files. */

class Desk implements Disposable {
  readonly #folder = temporaryFolder();
  readonly workspace: string;
  readonly #tools;

  constructor() {
    const stateDir = this.#folder.path;
    const workspaces = new Workspaces({ stateDir, agents: [{ id: "main" }, { id: "work" }], homeDir: undefined });
    this.workspace = workspaces.folderOf("main");
    const filesOf = makeFilesOf({ workspaces, stateDir });
    const [read, write, edit, list] = [readTool(filesOf), writeTool(filesOf), editTool(filesOf), listTool(filesOf)];
    this.#tools = { read, write, edit, list };
  }

  async use(name: "read" | "write" | "edit" | "list", input: unknown, context: Partial<ToolCallContext> = {}) {
    const { text, isError }: ToolOutput = await calls(this.#tools[name], input, context);
    return isError ? `error: ${text}` : text;
  }

  see(path: string): Promise<ToolOutput> {
    return calls(this.#tools.read, { path });
  }

  put(path: string, content: string | Uint8Array): void {
    writeFileSync(join(this.workspace, path), content);
  }

  get(path: string): string {
    return readFileSync(join(this.workspace, path), "utf8");
  }

  [Symbol.dispose](): void {
    this.#folder[Symbol.dispose]();
  }
}

test("what is written is read, whole or by lines", async () => {
  using desk = new Desk();
  expect(await desk.use("write", { path: "a/b.txt", content: "one\ntwo\nthree\n" })).toBe('made "a/b.txt": 14 bytes');
  expect(await desk.use("read", { path: "a/b.txt" })).toBe("one\ntwo\nthree");
  expect(await desk.use("read", { path: "a/b.txt", offset: 2, limit: 1 })).toBe(
    "two\n[lines 2 to 2 of 3; go on with offset 3]",
  );
  expect(await desk.use("read", { path: "a/b.txt", offset: 3 })).toBe("three\n[lines 3 to 3 of 3]");
  expect(await desk.use("read", { path: "a/b.txt", offset: 4 })).toBe(
    "error: the file has 3 lines: there is no line 4",
  );
  expect(await desk.use("write", { path: "a/b.txt", content: "" })).toBe('replaced "a/b.txt": 0 bytes');
  expect(await desk.use("read", { path: "a/b.txt" })).toBe("[the file is empty]");
});

test("a long file is read in parts that fit, and says where to go on", async () => {
  using desk = new Desk();
  desk.put("long", Array.from({ length: 5_000 }, (_, index) => `line ${index + 1}`).join("\n"));
  const first = await desk.use("read", { path: "long" });
  expect(first).toEndWith("\n[lines 1 to 2000 of 5000; go on with offset 2001]");
  desk.put("wide", `${"x".repeat(39_000)}\n${"y".repeat(39_000)}\n${"z".repeat(50_000)}`);
  expect(await desk.use("read", { path: "wide" })).toEndWith("x\n[lines 1 to 1 of 3; go on with offset 2]");
  expect(await desk.use("read", { path: "wide", offset: 3 })).toEndWith("[… the line goes on]\n[lines 3 to 3 of 3]");
});

test("a picture is shown, and what is neither text nor picture is told", async () => {
  using desk = new Desk();
  desk.put("red.png", redPng);
  desk.put("x.bin", new Uint8Array([1, 0, 2, 255]));
  desk.put("latin", new Uint8Array([0xe4, 0xf6]));
  const { text, images } = await desk.see("red.png");
  expect([text, images?.map(({ mimeType }) => mimeType)]).toEqual([
    `"red.png": image/png, ${redPng.length} bytes`,
    ["image/png"],
  ]);
  expect(Buffer.from(images![0]!.bytes).equals(redPng)).toBe(true);
  expect(await desk.use("read", { path: "x.bin" })).toBe('error: "x.bin" is no text: 4 bytes of something else');
  expect(await desk.use("read", { path: "latin" })).toBe('error: "latin" is no text: 2 bytes of something else');
  desk.put("huge", new Uint8Array(10 * 1024 * 1024 + 1));
  expect(await desk.use("read", { path: "huge" })).toContain("only files of up to");
});

test("a refusal is an output that says why, never a path of the machine", async () => {
  using desk = new Desk();
  symlinkSync("/etc/passwd", join(desk.workspace, "link"));
  for (const [tool, input] of [
    ["read", { path: "link" }],
    ["read", { path: "../secrets/gateway-token" }],
    ["write", { path: "link", content: "x" }],
    ["edit", { path: "no", oldText: "a", newText: "b" }],
    ["list", { path: "no" }],
  ] as const) {
    const said = await desk.use(tool, input);
    expect(said).toStartWith("error: ");
    expect(said).not.toContain(desk.workspace);
  }
});

test("only the owner's turns write", async () => {
  using desk = new Desk();
  desk.put("a", "one");
  const bob = { isOwner: false };
  expect(await desk.use("write", { path: "a", content: "x" }, bob)).toBe("error: write is for the owner alone");
  expect(await desk.use("edit", { path: "a", oldText: "one", newText: "x" }, bob)).toContain("for the owner alone");
  expect([await desk.use("read", { path: "a" }, bob), desk.get("a")]).toEqual(["one", "one"]);
});

test("agents do not see each other's files", async () => {
  using desk = new Desk();
  desk.put("a", "mine");
  expect(await desk.use("read", { path: "a" }, { agentId: "work" })).toContain("there is no such file");
  await desk.use("write", { path: "a", content: "other" }, { agentId: "work" });
  expect(desk.get("a")).toBe("mine");
});

const edits: readonly (readonly [name: string, before: string, input: object, said: string, after: string])[] = [
  ["a piece is replaced", "a b c", { oldText: "b", newText: "x" }, 'edited "f", from line 1', "a x c"],
  ["a piece is taken out", "a\nb\nc\n", { oldText: "b\n", newText: "" }, 'edited "f", from line 2', "a\nc\n"],
  ["dollar signs are dollar signs", "a", { oldText: "a", newText: "$& $1" }, 'edited "f", from line 1', "$& $1"],
  [
    "a piece that is there twice is not guessed",
    "a a",
    { oldText: "a", newText: "b" },
    'error: "f": oldText is in the file 2 times; take more lines around it, or set all',
    "a a",
  ],
  [
    "all are replaced when that is meant",
    "a a",
    { oldText: "a", newText: "b", all: true },
    'edited "f" in 2 places, from line 1',
    "b b",
  ],
  [
    "a piece that is not there is told",
    "a",
    { oldText: "x", newText: "y" },
    'error: "f": oldText is not in the file; read it again and copy the piece exactly',
    "a",
  ],
  [
    "nothing for nothing is refused",
    "a",
    { oldText: "a", newText: "a" },
    'error: "f": oldText and newText are the same',
    "a",
  ],
  [
    "Windows line ends stay",
    "a\r\nb\r\nc",
    { oldText: "a\nb", newText: "x\ny" },
    'edited "f", from line 1',
    "x\r\ny\r\nc",
  ],
  [
    "an edit that was made is not made again",
    "const limit = 5; // was 4",
    { oldText: "const limit = 4;", newText: "const limit = 5; // was 4" },
    '"f" reads so already; nothing was changed',
    "const limit = 5; // was 4",
  ],
  [
    "an addition that was made is not made again",
    "ab",
    { oldText: "a", newText: "ab" },
    '"f" reads so already; nothing was changed',
    "ab",
  ],
  [
    "an addition beside one that was made is made",
    "ab a",
    { oldText: "a", newText: "ab", all: true },
    'edited "f" in 2 places, from line 1',
    "abb ab",
  ],
];

for (const [name, before, input, said, after] of edits) {
  test(`edit: ${name}`, async () => {
    using desk = new Desk();
    desk.put("f", before);
    expect([await desk.use("edit", { path: "f", ...input }), desk.get("f")]).toEqual([said, after]);
  });
}

test("a folder is listed with kinds and sizes, and as deep as is asked", async () => {
  using desk = new Desk();
  mkdirSync(join(desk.workspace, "b/c/d"), { recursive: true });
  mkdirSync(join(desk.workspace, "node_modules/x"), { recursive: true });
  desk.put("a.txt", "12345");
  desk.put("b/c/e", "");
  symlinkSync("a.txt", join(desk.workspace, "l"));
  expect(await desk.use("list", {})).toBe("a.txt  5 bytes\nb/\nl  [link, not followed]\nnode_modules/");
  expect(await desk.use("list", { path: "b", depth: 2 })).toBe("c/\nc/d/\nc/e  0 bytes");
  expect(await desk.use("list", { depth: 4 })).toContain("b/c/e  0 bytes\nl  [link, not followed]\nnode_modules/");
  expect(await desk.use("list", { path: "b/c/d" })).toBe("[the folder is empty]");
});
