import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BoardPages, Boards } from "../../src/canvas/index.ts";
import { realClock } from "../../src/lib/index.ts";
import { Database } from "../../src/storage/index.ts";
import { canvasTools } from "../../src/tools/index.ts";
import { CapturedLog } from "../doubles/captured-log.ts";
import { temporaryFolder } from "../open-house.ts";
import { form } from "../pages/canvas-screen.ts";
import { calls } from "./tool-call.ts";

/** The canvas, as an agent has it in hand. */

const tabLink = ({ name }: { readonly name?: string }) => ({ path: "/tab/", url: `http://box/tab/#${name ?? ""}` });
const viewLink = (_boardId: string, durationMs: number) => ({ path: "/v", url: `http://box/v?${durationMs}` });

function openDesk(root: string) {
  const database = new Database(":memory:", realClock);
  const pages = new BoardPages({ clock: realClock, log: new CapturedLog(realClock).log });
  const boards = new Boards({ database, clock: realClock, pages });
  const tools = canvasTools({ boards, pages, root, tabLink, viewLink });
  const use = (name: string, input: unknown, isOwner = true) =>
    calls(
      tools.find((tool) => tool.name === name)!,
      input,
      { sessionKey: "agent:main:x", isOwner },
    );
  return { boards, pages, use, tools, [Symbol.dispose]: () => database[Symbol.dispose]() };
}

const jsonl = form()
  .map((message) => JSON.stringify(message))
  .join("\n");

test("an agent writes, reads and lists files of the canvas and no others", async () => {
  using folder = temporaryFolder();
  writeFileSync(join(folder.path, "secret"), "outside");
  mkdirSync(join(folder.path, "canvas"));
  using desk = openDesk(join(folder.path, "canvas"));
  expect((await desk.use("canvas_write", { path: "dash/index.html", content: "<p>Hi" })).text).toContain("made");
  expect((await desk.use("canvas_read", { path: "dash/index.html" })).text).toBe("<p>Hi");
  expect((await desk.use("canvas_list", { path: "dash" })).text).toBe("index.html (file, 5 bytes)");
  for (const path of ["../secret", "/etc/passwd"]) {
    expect(await desk.use("canvas_read", { path })).toMatchObject({ isError: true });
    expect(await desk.use("canvas_write", { path, content: "x" })).toMatchObject({ isError: true });
  }
  for (const path of ["../secret", "https://example.com/", "a/../../secret"]) {
    expect(await desk.use("canvas_show", { path })).toMatchObject({ isError: true });
  }
});

test("what an agent draws belongs to the conversation that it draws in, and mistakes are told", async () => {
  using folder = temporaryFolder();
  using desk = openDesk(folder.path);
  expect((await desk.use("canvas_ui", { jsonl })).text).toContain("Surfaces now: order. No screen is open now");
  expect(desk.boards.store.find("main", "order")?.sessionKey).toBe("agent:main:x");
  expect(await desk.use("canvas_ui", { jsonl })).toMatchObject({
    isError: true,
    text: expect.stringContaining("already"),
  });
  await desk.use("canvas_clear", {});
  expect(desk.boards.surfaceIds("main")).toEqual([]);
  expect(await desk.use("canvas_look", {})).toMatchObject({ isError: true, text: expect.stringContaining("no tab") });
});

test("links are made for tabs and for looking, and nobody but the owner uses any of the tools", async () => {
  using folder = temporaryFolder();
  using desk = openDesk(folder.path);
  expect((await desk.use("canvas_link", { kind: "tab", name: "Hall" })).text).toBe("http://box/tab/#Hall");
  expect((await desk.use("canvas_link", { kind: "view", hours: 2 })).text).toBe("http://box/v?7200000");
  const inputs: Readonly<Record<string, unknown>> = {
    canvas_write: { path: "a", content: "b" },
    canvas_read: { path: "a" },
    canvas_ui: { jsonl },
    canvas_eval: { javaScript: "1" },
    canvas_link: { kind: "tab" },
  };
  for (const { name } of desk.tools) {
    const told = `${name} is for the owner alone`;
    expect(await desk.use(name, inputs[name] ?? {}, false)).toEqual({ text: told, isError: true });
  }
});
