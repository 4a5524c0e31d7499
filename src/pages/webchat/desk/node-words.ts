import type { Lists } from "../desk-readings.ts";
import type { Tone } from "./frame.tsx";

/** Nodes, what they may be asked for, and what they answer, in words. Pure; nothing that a node says is trusted. */

export type ShownNode = Lists["nodes"][number];
export type NodeRequest = Lists["nodeRequests"]["pending"][number];

/** Only a person gives these, one node at a time: what each of them lets the agent do. */
const meanings: Readonly<Record<string, string>> = {
  chat: "talk to your agent from there, and read the conversations that it asks for",
  "camera.snap": "take pictures with its camera",
  "camera.clip": "film with its camera, and hear its microphone",
  "screen.record": "film what is on its screen",
  "screen.snapshot": "take pictures of what is on its screen",
  "sms.send": "send text messages from its number, in your name",
  "system.run": "run programs on it, with everything that its user may do",
  "system.execApprovals.get": "read its own rules for programs",
  "system.execApprovals.set": "change its own rules for programs",
  "browser.proxy": "use the browser on it, where you are signed in",
};

/** What it means to allow it; undefined for commands that nobody put into words. */
export function meaningOf(command: string): string | undefined {
  return Object.hasOwn(meanings, command) ? meanings[command] : undefined;
}

/** Programs and messages cannot be taken back, so they are asked about once more. */
export function isGrave(command: string): boolean {
  return command.startsWith("system.") || command === "browser.proxy" || command === "sms.send";
}

const groups: readonly (readonly [label: string, pattern: RegExp])[] = [
  ["canvas", /^canvas\./],
  ["camera", /^camera\.(snap|clip)$/],
  ["screen", /^screen\./],
  ["location", /^location\./],
  ["notifications", /^system\.notify$/],
  ["programs", /^system\.run$/],
  ["browser", /^browser\./],
  ["text messages", /^sms\./],
];

/** What it is good for now, in a few words. */
export function abilitiesOf({ commands, mayChat }: Pick<ShownNode, "commands" | "mayChat">): string[] {
  const own = groups.filter(([, pattern]) => commands.some((command) => pattern.test(command)));
  return [...own.map(([label]) => label), ...(mayChat ? ["chat"] : [])];
}

const platforms: readonly (readonly [start: string, name: string])[] = [
  ["web", "Browser"],
  ["ios", "iPhone"],
  ["ipados", "iPad"],
  ["android", "Android"],
  ["mac", "Mac"],
  ["darwin", "Mac"],
  ["win", "Windows"],
  ["linux", "Linux"],
];

export function platformName({ platform = "", modelIdentifier }: Pick<ShownNode, "platform" | "modelIdentifier">) {
  const known = platforms.find(([start]) => platform.toLowerCase().startsWith(start))?.[1];
  return [known ?? (platform || "Unknown kind"), modelIdentifier].filter(Boolean).join(", ");
}

export function nodeName({ displayName, nodeId }: Pick<ShownNode, "displayName" | "nodeId">): string {
  return displayName ?? nodeId.slice(0, 12);
}

export function stateOf(node: Pick<ShownNode, "connected">, asking: string | undefined): readonly [Tone, string] {
  if (!node.connected) return ["calm", "offline"];
  return asking === undefined ? ["good", "online"] : ["busy", "busy"];
}

/** What became of asking a node. */
export type Outcome =
  | { readonly kind: "picture"; readonly address: string; readonly file: string; readonly atMs: number }
  | { readonly kind: "place"; readonly lat: number; readonly lon: number; readonly about: string }
  | { readonly kind: "done" | "failed"; readonly text: string };

const pictureCharsMax = 24_000_000;

/** A picture that the page may draw, or why there is none. */
export function pictureIn(payload: unknown, name: string, atMs: number): Outcome {
  const { format, base64 } = fieldsOf(payload);
  const type = format === "png" ? "png" : format === "jpg" || format === "jpeg" ? "jpeg" : undefined;
  const isPicture =
    type !== undefined &&
    typeof base64 === "string" &&
    base64.length <= pictureCharsMax &&
    /^[A-Za-z0-9+/]+=*$/.test(base64);
  if (!isPicture) return { kind: "failed", text: "It sent no picture that can be shown." };
  const file = `${name.replaceAll(/[^\p{L}\p{N}]+/gu, "-") || "node"}.${type === "png" ? "png" : "jpg"}`;
  return { kind: "picture", address: `data:image/${type};base64,${base64}`, file, atMs };
}

export function placeIn(payload: unknown): Outcome {
  const { lat, lon, accuracyMeters, source } = fieldsOf(payload);
  const isPlace = isBetween(lat, 90) && isBetween(lon, 180);
  if (!isPlace) return { kind: "failed", text: "It did not say where it is." };
  const within = isBetween(accuracyMeters, 1e8) ? `within ${Math.round(Math.abs(accuracyMeters))} m` : undefined;
  const by = typeof source === "string" && source !== "" ? `by ${source.slice(0, 40)}` : undefined;
  return { kind: "place", lat, lon, about: [within, by].filter(Boolean).join(", ") };
}

/** Codes are for programs; the words behind them are for people. */
export function failureWords(message: string): string {
  return message.replace(/^[A-Z][A-Z0-9_]+: /, "");
}

function fieldsOf(payload: unknown): Readonly<Record<string, unknown>> {
  return typeof payload === "object" && payload !== null ? (payload as Readonly<Record<string, unknown>>) : {};
}

function isBetween(value: unknown, most: number): value is number {
  return typeof value === "number" && Math.abs(value) <= most;
}
