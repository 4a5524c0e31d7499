import { Type } from "@sinclair/typebox";
import {
  A2uiRefused,
  type BoardPages,
  type Boards,
  type CanvasLink,
  mainBoard,
  plainCanvasPath,
  readJsonLines,
} from "../canvas/index.ts";
import type { Tool } from "../engine/index.ts";
import { shape } from "../protocol/index.ts";
import { defineTool, failure } from "./define-tool.ts";
import { WorkspaceFiles } from "./workspace-files.ts";
import { quoted } from "./workspace-path.ts";

/** The canvas, for agents: pages of files, surfaces of A2UI, and a look at what the person sees. */

export interface CanvasToolsParts {
  readonly boards: Boards;
  readonly pages: BoardPages;
  /** Undefined: there is no folder on disk. */
  readonly root: string | undefined;
  readonly tabLink: (options: { readonly boardId: string; readonly name?: string }) => CanvasLink;
  readonly viewLink: (boardId: string, durationMs: number) => CanvasLink;
}

const contentCharsMax = 1_000_000;
const readBytesMax = 200_000;
const askMs = 20_000;
const hourMs = 3_600_000;

const uiDescription =
  "Draws a user interface on the canvas with A2UI v0.9 messages, one JSON object a line. First createSurface: " +
  '{"version":"v0.9","createSurface":{"surfaceId":"s","catalogId":' +
  '"https://a2ui.org/specification/v0_9/catalogs/basic/catalog.json"}}, then updateComponents (a flat list; the root ' +
  'has the id "root"; there are Text Image Icon Video AudioPlayer Row Column List Card Tabs Modal Divider Button ' +
  "TextField CheckBox ChoicePicker Slider DateTimeInput), updateDataModel {surfaceId,path,value}, deleteSurface. " +
  'A button acts by "action":{"event":{"name":"…","context":{"key":{"path":"/…"}}}}; what is pressed comes to you ' +
  "as a message. Mistakes are told, and nothing is drawn then.";

const { closed, optional } = shape;
const path = Type.String({ minLength: 1, maxLength: 1024, description: "Path in the canvas folder, e.g. index.html" });

export function canvasTools(parts: CanvasToolsParts): readonly Tool[] {
  return [
    ...(parts.root === undefined ? [] : fileTools(parts, parts.root)),
    ...surfaceTools(parts),
    ...lookTools(parts),
  ];
}

function fileTools({ boards }: CanvasToolsParts, root: string): readonly Tool[] {
  const files = new WorkspaceFiles([{ path: root, isWritable: true }]);
  const write = defineTool({
    name: "canvas_write",
    description:
      "Writes a whole file of the canvas folder (html, css, js, svg, json). Open screens follow at once. Pages run " +
      "without network but for their own folder; use relative addresses. Show a page with canvas_show.",
    params: closed({ path, content: Type.String({ maxLength: contentCharsMax }) }),
    effect: "idempotent",
    ownerOnly: true,
    run: async (input) => {
      const bytes = new TextEncoder().encode(input.content);
      const wasThere = await files.write(input.path, bytes);
      return { text: `${wasThere ? "replaced" : "made"} ${quoted(input.path)}: ${bytes.length} bytes` };
    },
  });
  const read = defineTool({
    name: "canvas_read",
    description: "Reads a text file of the canvas folder.",
    params: closed({ path }),
    effect: "read",
    ownerOnly: true,
    run: async (input) => {
      const { bytes, size } = await files.read(input.path, { bytesMax: readBytesMax });
      const text = new TextDecoder().decode(bytes);
      return { text: size > readBytesMax ? `${text}\n[cut: the file has ${size} bytes]` : text };
    },
  });
  const list = defineTool({
    name: "canvas_list",
    description: "Lists a folder of the canvas.",
    params: closed({ path: optional(path) }),
    effect: "read",
    ownerOnly: true,
    run: async (input) => {
      const found = await files.list(input.path ?? ".");
      return {
        text: found.map(({ name, kind, bytes }) => `${name} (${kind}, ${bytes} bytes)`).join("\n") || "It is empty.",
      };
    },
  });
  const show = defineTool({
    name: "canvas_show",
    description: "Shows a page of the canvas folder on all screens; without a path, the surfaces of canvas_ui.",
    params: closed({ path: optional(path) }),
    effect: "idempotent",
    ownerOnly: true,
    run: async (input) => {
      const plain = input.path === undefined ? undefined : plainCanvasPath(input.path);
      return { text: screensLine(await boards.show(mainBoard, plain)) };
    },
  });
  return [write, read, list, show];
}

function surfaceTools({ boards, pages }: CanvasToolsParts): readonly Tool[] {
  const push = defineTool({
    name: "canvas_ui",
    description: uiDescription,
    params: closed({ jsonl: Type.String({ minLength: 1, maxLength: contentCharsMax }) }),
    effect: "idempotent",
    ownerOnly: true,
    run: async ({ jsonl }, { sessionKey }) => {
      try {
        const { surfaceIds, screenCount } = await boards.push(mainBoard, readJsonLines(jsonl), sessionKey);
        const troubles = pages.takeTroubles().map((text) => `\nA screen complained: ${text}`);
        return {
          text: `Surfaces now: ${surfaceIds.join(", ") || "none"}. ${screensLine(screenCount)}${troubles.join("")}`,
        };
      } catch (error) {
        if (error instanceof A2uiRefused) return failure(error.message);
        throw error;
      }
    },
  });
  const clear = defineTool({
    name: "canvas_clear",
    description: "Takes every surface of canvas_ui off the canvas.",
    params: closed({}),
    effect: "idempotent",
    ownerOnly: true,
    run: async () => ({ text: screensLine(await boards.reset(mainBoard)) }),
  });
  return [push, clear];
}

function lookTools({ pages, tabLink, viewLink }: CanvasToolsParts): readonly Tool[] {
  const look = defineTool({
    name: "canvas_look",
    description: "A picture of what the person sees on the canvas now. They are told that you look.",
    params: closed({}),
    effect: "read",
    ownerOnly: true,
    run: async () => {
      const { format, base64, width, height } = await pages.picture(
        mainBoard,
        { format: "jpeg", maxWidth: 1280 },
        askMs,
      );
      const image = { mimeType: `image/${format}`, bytes: new Uint8Array(Buffer.from(base64, "base64")) };
      return { text: `The screen, ${width} by ${height}.`, images: [image] };
    },
  });
  const run = defineTool({
    name: "canvas_eval",
    description: "Runs JavaScript in the page that canvas_show shows, and gives its value.",
    params: closed({ javaScript: Type.String({ minLength: 1, maxLength: 100_000 }) }),
    effect: "unsafe",
    ownerOnly: true,
    run: async ({ javaScript }) => {
      const value = await pages.ask(mainBoard, "eval", { javaScript }, askMs);
      return { text: typeof value === "string" ? value : JSON.stringify(value) };
    },
  });
  const link = defineTool({
    name: "canvas_link",
    description:
      "An address to send to the person: as a tab it makes any browser a screen of yours, which they approve once; " +
      "as a view it only shows the surfaces, to whoever has it, until it expires. The owner who types /screen in a " +
      "private chat gets one that needs neither token nor approval.",
    params: closed({
      kind: Type.Union([Type.Literal("tab"), Type.Literal("view")]),
      name: optional(Type.String({ minLength: 1, maxLength: 64, description: "What the screen is called" })),
      hours: optional(
        Type.Integer({ minimum: 1, maximum: 720, description: "How long a view is good; 24 when absent" }),
      ),
    }),
    effect: "read",
    ownerOnly: true,
    run: ({ kind, name, hours = 24 }) => {
      const given = name === undefined ? {} : { name };
      const { url } = kind === "tab" ? tabLink({ boardId: mainBoard, ...given }) : viewLink(mainBoard, hours * hourMs);
      return { text: url };
    },
  });
  return [look, run, link];
}

function screensLine(count: number): string {
  if (count === 0) return "No screen is open now; it is kept for the next one. canvas_link gives an address to open.";
  return count === 1 ? "One screen shows it." : `${count} screens show it.`;
}
