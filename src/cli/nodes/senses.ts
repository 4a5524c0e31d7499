import { defineCommand } from "citty";
import { withGateway } from "../connected.ts";
import { UsageError, wholeNumber } from "../failure.ts";
import { printJson, printLine } from "../print.ts";
import { printFacts, printTable } from "../table.ts";
import { shown } from "../words.ts";
import { askNode, askOver, type NodeFlags, nodeFlags } from "./ask-node.ts";
import { printSaved, saveMedia } from "./saved-media.ts";

/** What nodes see and where they are: cameras, screens, places. */

const out = { type: "string", description: "File to write (default: a new one here)", valueHint: "FILE" } as const;
const sides: string[] = ["front", "back", "both"];
const facing = { type: "enum" as const, options: sides, description: "Which camera (default front)" };
const exactness: string[] = ["coarse", "balanced", "precise"];
const accuracy = { type: "enum" as const, options: exactness, description: "How exact" };
const device = { type: "string", description: "Id of a camera (clawdia nodes camera list)", valueHint: "ID" } as const;
const duration = (usual: string) =>
  ({ type: "string", description: `How long (default ${usual})`, valueHint: "10s" }) as const;

export const cameraCommand = defineCommand({
  meta: { name: "camera", description: "See through a node's cameras" },
  subCommands: {
    list: defineCommand({
      meta: { name: "list", description: "List a node's cameras" },
      args: nodeFlags,
      run: ({ args }) => listCameras(args),
    }),
    snap: defineCommand({
      meta: { name: "snap", description: "Take a picture" },
      args: {
        facing,
        device,
        "max-width": { type: "string", description: "Widest picture (default 1600)", valueHint: "PX" },
        out,
        ...nodeFlags,
      },
      run: ({ args }) => {
        const maxWidth = wholeNumber("max-width", args["max-width"], { min: 16, max: 16_384 }) ?? 1600;
        return shoot(args, { command: "camera.snap", params: { maxWidth, quality: 0.9, format: "jpg" } });
      },
    }),
    clip: defineCommand({
      meta: { name: "clip", description: "Take a short film" },
      args: {
        facing,
        device,
        duration: duration("3s"),
        "no-audio": { type: "boolean", description: "Without sound" },
        out,
        ...nodeFlags,
      },
      run: ({ args }) => {
        const params = { durationMs: spanMs(args.duration, 3_000), includeAudio: !args["no-audio"], format: "mp4" };
        return shoot(args, { command: "camera.clip", params });
      },
    }),
  },
});

export const screenCommand = defineCommand({
  meta: { name: "screen", description: "See a node's screen" },
  subCommands: {
    record: defineCommand({
      meta: { name: "record", description: "Record the screen" },
      args: {
        duration: duration("10s"),
        fps: { type: "string", description: "Pictures a second (default 10)", valueHint: "N" },
        screen: { type: "string", description: "Which screen (default 0)", valueHint: "N" },
        "no-audio": { type: "boolean", description: "Without sound" },
        out,
        ...nodeFlags,
      },
      run: async ({ args }) => {
        const params = {
          durationMs: spanMs(args.duration, 10_000),
          fps: wholeNumber("fps", args.fps, { max: 60 }) ?? 10,
          screenIndex: wholeNumber("screen", args.screen, { min: 0, max: 15 }) ?? 0,
          format: "mp4",
          ...(args["no-audio"] && { includeAudio: false }),
        };
        const { payload } = await askNode(args, "screen.record", params);
        const { data, ...saved } = saveMedia(payload, { family: "video", name: "screen", out: args.out });
        if (args.json) return printJson(saved);
        printSaved({ data, ...saved });
      },
    }),
  },
});

export const locationCommand = defineCommand({
  meta: { name: "location", description: "Ask where a node is" },
  default: "get",
  subCommands: {
    get: defineCommand({
      meta: { name: "get", description: "Ask where a node is" },
      args: {
        accuracy,
        "max-age": { type: "string", description: "A place known for so long will do", valueHint: "30s" },
        ...nodeFlags,
      },
      run: ({ args }) =>
        locate(args, {
          timeoutMs: 10_000,
          ...(args.accuracy && { desiredAccuracy: args.accuracy }),
          ...(args["max-age"] !== undefined && { maxAgeMs: spanMs(args["max-age"], 0, 86_400_000) }),
        }),
    }),
  },
});

interface ShootFlags extends NodeFlags {
  readonly facing?: string | undefined;
  readonly device?: string | undefined;
  readonly out?: string | undefined;
}

async function shoot(
  flags: ShootFlags,
  { command, params }: { readonly command: string; readonly params: object },
): Promise<void> {
  const wanted = flags.facing === "both" ? ["front", "back"] : [flags.facing ?? "front"];
  if (wanted.length > 1 && flags.out !== undefined) throw new UsageError("--out names one file: choose front or back");
  const family = command === "camera.clip" ? "video" : "image";
  const saved = await withGateway(flags, async (gateway) => {
    const found = [];
    for (const side of wanted) {
      const wish = { facing: side, ...(flags.device !== undefined && { deviceId: flags.device }), ...params };
      const { payload } = await askOver(gateway, flags, { command, params: wish });
      found.push(saveMedia(payload, { family, name: `camera-${side}`, out: flags.out }));
    }
    return found;
  });
  if (flags.json) return printJson(saved.map(({ data: _data, ...facts }) => facts));
  for (const one of saved) printSaved(one);
}

async function listCameras(flags: NodeFlags): Promise<void> {
  const { payload } = await askNode(flags, "camera.list", {});
  if (flags.json) return printJson(payload);
  const devices = (payload as { readonly devices?: unknown } | null)?.devices;
  const rows = (Array.isArray(devices) ? devices : []) as readonly Readonly<Record<string, unknown>>[];
  if (rows.length === 0) return printLine("It has no camera that can be used now.");
  printTable(
    ["CAMERA", "NAME", "POSITION"],
    rows.map((row) => ["id", "name", "position"].map((name) => textOf(row[name]))),
  );
}

async function locate(flags: NodeFlags, params: object): Promise<void> {
  const { payload } = await askNode(flags, "location.get", params);
  if (flags.json) return printJson(payload);
  const place = (typeof payload === "object" && payload !== null ? payload : {}) as Readonly<Record<string, unknown>>;
  printFacts(
    Object.entries(place)
      .filter(([, value]) => ["string", "number", "boolean"].includes(typeof value))
      .map(([name, value]) => [shown(name), textOf(value)] as const),
  );
}

function textOf(value: unknown): string {
  return shown(typeof value === "string" ? value : JSON.stringify(value ?? ""));
}

/** `1500`, `1500ms`, `10s`, `1m`. */
export function spanMs(text: string | undefined, usual: number, max = 60_000): number {
  if (text === undefined) return usual;
  const [, digits, unit = "ms"] = /^(\d{1,9})(ms|s|m)?$/.exec(text) ?? [];
  const ms = Number(digits) * { ms: 1, s: 1_000, m: 60_000 }[unit as "ms" | "s" | "m"];
  if (ms >= 1 && ms <= max) return ms;
  throw new UsageError(`${text}: give a time such as 1500ms, 10s or 1m, at most ${max / 1000} s`);
}
