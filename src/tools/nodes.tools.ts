import { type Static, Type } from "@sinclair/typebox";
import type { Tool, ToolCallContext, ToolOutput } from "../engine/index.ts";
import { isoTime, shorten } from "../lib/index.ts";
import { shape } from "../protocol/index.ts";
import { defineTool, failure } from "./define-tool.ts";
import { NodeCalls, nameOf, type NodeToolsParts } from "./node-calls.ts";
import { nodeRunTool } from "./node-run.tool.ts";
import { nodeCanvasTool } from "./node-canvas.tool.ts";
import { node } from "./node-param.ts";

/** The owner's devices as tools: their cameras, screens, places and notifications. For the owner's turns alone. */

const facing = Type.Optional(
  Type.Union([Type.Literal("front"), Type.Literal("back"), Type.Literal("both")], { description: "Default: front" }),
);
const durationMs = (longest: number, usual: number) =>
  Type.Optional(Type.Integer({ minimum: 250, maximum: longest, description: `Default: ${usual}` }));
const deviceId = Type.Optional(Type.String({ minLength: 1, maxLength: 256, description: "A camera of several" }));

const Camera = shape.closed({
  node,
  action: Type.Union([Type.Literal("list"), Type.Literal("snap"), Type.Literal("clip")]),
  facing,
  deviceId,
  durationMs: durationMs(60_000, 3_000),
  includeAudio: Type.Optional(Type.Boolean()),
});

export function nodeTools(parts: NodeToolsParts): readonly Tool[] {
  const calls = new NodeCalls(parts);
  return [
    listTool(parts),
    cameraTool(calls),
    screenTool(calls),
    locationTool(calls),
    notifyTool(calls),
    nodeRunTool(calls, parts),
    nodeCanvasTool(calls),
  ];
}

function listTool({ nodes }: NodeToolsParts): Tool {
  return defineTool({
    name: "nodes_list",
    description: "Lists the owner's devices that you can use: which are connected, and what each may be asked for.",
    params: shape.closed({}),
    effect: "read",
    ownerOnly: true,
    run: () => {
      const lines = nodes.list().map((one) => {
        const state = one.connected ? "connected" : `away since ${isoTime(one.lastConnectedAtMs ?? 0)}`;
        const waiting = one.pendingCommands?.length ? `; not approved: ${one.pendingCommands.join(", ")}` : "";
        return `${nameOf(one)} (${one.nodeId.slice(0, 12)}, ${one.platform ?? "unknown"}, ${state}): ${
          one.commands.join(", ") || "nothing"
        }${waiting}`;
      });
      return {
        text:
          lines.join("\n") ||
          "There is none. The owner pairs one in its app, or makes a browser one by typing /screen in a private chat.",
      };
    },
  });
}

function cameraTool(calls: NodeCalls): Tool {
  return defineTool({
    name: "node_camera",
    description:
      "Takes a picture (snap) or a short film (clip) with a camera of an owner's device, or lists its cameras. " +
      "You see pictures; files are put into your workspace.",
    params: Camera,
    effect: "unsafe",
    ownerOnly: true,
    run: (input, call) => (input.action === "list" ? listCameras(calls, input, call) : shoot(calls, input, call)),
  });
}

async function listCameras(calls: NodeCalls, input: Static<typeof Camera>, call: ToolCallContext): Promise<ToolOutput> {
  const found = await calls.ask(calls.find(input.node, "camera.list"), "camera.list", {}, call);
  return { text: shorten(JSON.stringify(found), textCharsMax) };
}

async function shoot(calls: NodeCalls, input: Static<typeof Camera>, call: ToolCallContext): Promise<ToolOutput> {
  const isClip = input.action === "clip";
  const command = isClip ? "camera.clip" : "camera.snap";
  const found = calls.find(input.node, command);
  const sides = input.facing === "both" ? (["front", "back"] as const) : [input.facing ?? "front"];
  const outputs: ToolOutput[] = [];
  for (const side of sides) {
    const params = {
      facing: side,
      ...(input.deviceId !== undefined && { deviceId: input.deviceId }),
      ...(isClip
        ? { durationMs: input.durationMs ?? 3_000, includeAudio: input.includeAudio ?? true, format: "mp4" }
        : { maxWidth: 1600, quality: 0.9, format: "jpg" }),
    };
    const family = isClip ? ("video" as const) : ("image" as const);
    outputs.push(await calls.fetch(found, { command, params, family, name: `camera-${side}` }, call));
  }
  const images = outputs.flatMap((output) => output.images ?? []);
  const text = outputs.map((output) => output.text).join("\n");
  return { text, images, ...(outputs.every(({ isError }) => isError) && { isError: true }) };
}

function screenTool(calls: NodeCalls): Tool {
  return defineTool({
    name: "node_screen_record",
    description:
      "Films the screen of one of the owner's devices for some seconds; the film is put into your workspace.",
    params: shape.closed({
      node,
      durationMs: durationMs(60_000, 10_000),
      fps: Type.Optional(Type.Integer({ minimum: 1, maximum: 60 })),
      screenIndex: Type.Optional(Type.Integer({ minimum: 0, maximum: 15 })),
      includeAudio: Type.Optional(Type.Boolean()),
    }),
    effect: "unsafe",
    ownerOnly: true,
    run: ({ node: word, durationMs: long = 10_000, fps = 10, screenIndex, includeAudio }, call) => {
      const command = "screen.record";
      const params = {
        durationMs: long,
        fps,
        format: "mp4",
        ...(screenIndex !== undefined && { screenIndex }),
        ...(includeAudio !== undefined && { includeAudio }),
      };
      return calls.fetch(calls.find(word, command), { command, params, family: "video", name: "screen" }, call);
    },
  });
}

function locationTool(calls: NodeCalls): Tool {
  return defineTool({
    name: "node_location",
    description: "Asks one of the owner's devices where it is.",
    params: shape.closed({
      node,
      desiredAccuracy: Type.Optional(
        Type.Union([Type.Literal("coarse"), Type.Literal("balanced"), Type.Literal("precise")]),
      ),
      maxAgeMs: Type.Optional(Type.Integer({ minimum: 0, maximum: 86_400_000 })),
    }),
    effect: "read",
    ownerOnly: true,
    run: async ({ node: word, ...wish }, call) => {
      const command = "location.get";
      const place = await calls.ask(calls.find(word, command), command, { timeoutMs: 10_000, ...wish }, call);
      return { text: shorten(JSON.stringify(place), textCharsMax) };
    },
  });
}

function notifyTool(calls: NodeCalls): Tool {
  return defineTool({
    name: "node_notify",
    description: "Shows a notification on one of the owner's devices.",
    params: shape.closed({
      node,
      title: Type.Optional(Type.String({ maxLength: 256 })),
      body: Type.Optional(Type.String({ maxLength: 2_000 })),
      priority: Type.Optional(
        Type.Union([Type.Literal("passive"), Type.Literal("active"), Type.Literal("timeSensitive")]),
      ),
    }),
    effect: "unsafe",
    ownerOnly: true,
    run: async ({ node: word, title = "", body = "", priority }, call) => {
      if (`${title}${body}`.trim() === "") return failure("Give a title or a body.");
      const command = "system.notify";
      const found = calls.find(word, command);
      await calls.ask(found, command, { title, body, ...(priority && { priority }) }, call);
      return { text: `Shown on ${nameOf(found)}.` };
    },
  });
}

const textCharsMax = 8_000;
