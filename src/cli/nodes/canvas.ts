import { defineCommand } from "citty";
import { readFileSync } from "node:fs";
import { refused, UsageError, wholeNumber } from "../failure.ts";
import { printJson, printLine } from "../print.ts";
import { shown, shownText } from "../words.ts";
import { askNode, type NodeFlags, nodeFlags, nodeName } from "./ask-node.ts";
import { printSaved, saveMedia } from "./saved-media.ts";

/** The page that a node shows. */

const charsMax = 16_000_000;

const formats: string[] = ["png", "jpeg"];
const format = { type: "enum" as const, options: formats, description: "Default: png" };

export const canvasCommand = defineCommand({
  meta: { name: "canvas", description: "Show a page on a node, and work with it" },
  subCommands: {
    present: defineCommand({
      meta: { name: "present", description: "Show the canvas, or a page on it" },
      args: { page: { type: "positional", required: false, description: "Address of the page" }, ...nodeFlags },
      run: ({ args }) => perform(args, "canvas.present", args.page === undefined ? {} : { url: args.page }),
    }),
    hide: defineCommand({
      meta: { name: "hide", description: "Hide the canvas" },
      args: nodeFlags,
      run: ({ args }) => perform(args, "canvas.hide", {}),
    }),
    navigate: defineCommand({
      meta: { name: "navigate", description: "Show another page" },
      args: { page: { type: "positional", required: true, description: "Address; / is the start page" }, ...nodeFlags },
      run: ({ args }) => perform(args, "canvas.navigate", { url: args.page }),
    }),
    eval: defineCommand({
      meta: { name: "eval", description: "Run JavaScript on the page and print its value" },
      args: { script: { type: "positional", required: true, description: "JavaScript" }, ...nodeFlags },
      run: async ({ args }) => {
        const { payload } = await askNode(args, "canvas.eval", { javaScript: args.script });
        if (args.json) return printJson(payload);
        const result = (payload as { readonly result?: unknown } | null)?.result;
        printLine(shownText(typeof result === "string" ? result : JSON.stringify(result ?? null)));
      },
    }),
    snapshot: defineCommand({
      meta: { name: "snapshot", description: "Take a picture of the page" },
      args: {
        format,
        "max-width": { type: "string", description: "Widest picture", valueHint: "PX" },
        out: { type: "string", description: "File to write (default: a new one here)", valueHint: "FILE" },
        ...nodeFlags,
      },
      run: async ({ args }) => {
        const maxWidth = wholeNumber("max-width", args["max-width"], { min: 16, max: 16_384 });
        const params = { format: args.format ?? "png", ...(maxWidth !== undefined && { maxWidth }) };
        const { payload } = await askNode(args, "canvas.snapshot", params);
        const { data, ...saved } = saveMedia(payload, { family: "image", name: "canvas", out: args.out });
        if (args.json) return printJson(saved);
        printSaved({ data, ...saved });
      },
    }),
    a2ui: defineCommand({
      meta: { name: "a2ui", description: "Surfaces of A2UI on the canvas" },
      subCommands: {
        push: defineCommand({
          meta: { name: "push", description: "Push A2UI messages, one JSON a line" },
          args: {
            jsonl: { type: "string", description: "File with the messages; - is standard input", valueHint: "FILE" },
            text: { type: "string", description: "Show this text alone", valueHint: "TEXT" },
            ...nodeFlags,
          },
          run: async ({ args }) => perform(args, "canvas.a2ui.pushJSONL", { jsonl: await messages(args) }),
        }),
        reset: defineCommand({
          meta: { name: "reset", description: "Clear the surfaces" },
          args: nodeFlags,
          run: ({ args }) => perform(args, "canvas.a2ui.reset", {}),
        }),
      },
    }),
  },
});

async function perform(flags: NodeFlags, command: string, params: object): Promise<void> {
  const { node, payload } = await askNode(flags, command, params);
  if (flags.json) return printJson({ ok: true, nodeId: node.nodeId, payload });
  printLine(`${nodeName(node)}: done.`);
}

async function messages(args: {
  readonly jsonl?: string | undefined;
  readonly text?: string | undefined;
}): Promise<string> {
  if (args.text !== undefined) return oneText(args.text);
  if (args.jsonl === undefined) throw new UsageError("give --jsonl FILE or --text TEXT");
  const text = args.jsonl === "-" ? await Bun.stdin.text() : readFile(args.jsonl);
  if (text.length > charsMax) throw refused(`the messages are longer than ${charsMax} characters`);
  const lines = text.split("\n").map((line) => line.trim());
  const broken = lines.findIndex((line) => line !== "" && !isJson(line));
  if (broken !== -1) throw refused(`line ${broken + 1} is no JSON`, "one JSON object a line");
  return lines.filter((line) => line !== "").join("\n");
}

/** In the oldest version, which every app reads. */
function oneText(text: string): string {
  const surfaceId = "main";
  const components = [
    { id: "root", component: { Column: { children: { explicitList: ["text"] } } } },
    { id: "text", component: { Text: { text: { literalString: text }, usageHint: "body" } } },
  ];
  return [{ surfaceUpdate: { surfaceId, components } }, { beginRendering: { surfaceId, root: "root" } }]
    .map((message) => JSON.stringify(message))
    .join("\n");
}

function readFile(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw refused(`${shown(path)} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
