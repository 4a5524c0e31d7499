import { type Static, Type } from "@sinclair/typebox";
import type { Tool, ToolCallContext, ToolOutput } from "../engine/index.ts";
import { shorten, unreachable } from "../lib/index.ts";
import { shape } from "../protocol/index.ts";
import { defineTool, failure } from "./define-tool.ts";
import { nameOf, type NodeCalls } from "./node-calls.ts";
import { node } from "./node-param.ts";

/** The page that one of the owner's devices shows. */

const words = ["present", "hide", "navigate", "eval", "snapshot", "a2ui_push", "a2ui_reset"] as const;

const Canvas = shape.closed({
  node,
  action: shape.oneOf(...words),
  url: Type.Optional(Type.String({ maxLength: 4096, description: "For present and navigate" })),
  javaScript: Type.Optional(Type.String({ maxLength: 100_000, description: "For eval" })),
  jsonl: Type.Optional(Type.String({ maxLength: 1_000_000, description: "For a2ui_push: one A2UI message a line" })),
  maxWidth: Type.Optional(Type.Integer({ minimum: 64, maximum: 4096, description: "For snapshot" })),
});

const resultCharsMax = 20_000;

export function nodeCanvasTool(calls: NodeCalls): Tool {
  return defineTool({
    name: "node_canvas",
    description:
      "Shows a page on one of the owner's devices, and works with it: present and navigate (url), hide, eval " +
      "(javaScript; its value comes back), snapshot (you see it), a2ui_push and a2ui_reset (an A2UI surface).",
    params: Canvas,
    effect: "unsafe",
    ownerOnly: true,
    run: (input, call) => perform(calls, input, call),
  });
}

async function perform(calls: NodeCalls, input: Static<typeof Canvas>, call: ToolCallContext): Promise<ToolOutput> {
  const wish = wishOf(input);
  if (typeof wish === "string") return failure(wish);
  const { command, params } = wish;
  const found = calls.find(input.node, command);
  if (command === "canvas.snapshot") {
    return calls.fetch(found, { command, params, family: "image", name: "canvas" }, call);
  }
  const payload = await calls.ask(found, command, params, call);
  const value = payload === null || payload === undefined ? "done" : JSON.stringify(payload);
  return { text: shorten(`${nameOf(found)}: ${value}`, resultCharsMax) };
}

/** The command as nodes know it, or what is missing. */
function wishOf(input: Static<typeof Canvas>): { readonly command: string; readonly params: object } | string {
  const { url, javaScript, jsonl, maxWidth = 1200 } = input;
  switch (input.action) {
    case "present":
      return { command: "canvas.present", params: url === undefined ? {} : { url } };
    case "hide":
      return { command: "canvas.hide", params: {} };
    case "navigate":
      return url === undefined ? "navigate needs a url" : { command: "canvas.navigate", params: { url } };
    case "eval":
      return javaScript === undefined ? "eval needs javaScript" : { command: "canvas.eval", params: { javaScript } };
    case "snapshot":
      return { command: "canvas.snapshot", params: { format: "jpeg", maxWidth, quality: 0.85 } };
    case "a2ui_push":
      return jsonl === undefined ? "a2ui_push needs jsonl" : { command: "canvas.a2ui.pushJSONL", params: { jsonl } };
    case "a2ui_reset":
      return { command: "canvas.a2ui.reset", params: {} };
    default:
      return unreachable(input.action);
  }
}
