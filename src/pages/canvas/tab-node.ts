import type { Client } from "../../client/index.ts";
import type { EventFrame } from "../../protocol/index.ts";
import { answeredInTime, getLocation, notify, ownCommands, requireVisible } from "./abilities.ts";
import { clipCamera, listCameras, snapCamera } from "./camera.ts";
import type { Json, Params } from "./page-words.ts";
import { type Stage, textOf } from "./stage.ts";

/** The tab as a node: what the gateway asks of it, and what it answers (section 10 of the wire document). */

interface InvokeRequest {
  readonly id: string;
  readonly nodeId: string;
  readonly command: string;
  readonly paramsJSON?: string | null;
  readonly timeoutMs?: number;
}

/** Before the asker's own time is up, so that they hear why. */
const earlyMs = 1_000;
const waitUsualMs = 15_000;

const canvasCommands = [
  "canvas.present",
  "canvas.hide",
  "canvas.navigate",
  "canvas.eval",
  "canvas.snapshot",
  "canvas.a2ui.push",
  "canvas.a2ui.pushJSONL",
  "canvas.a2ui.reset",
];
const knownCodes = /^([A-Z][A-Z_]{2,}): /;

export function tabCommands(): readonly string[] {
  return [...canvasCommands, ...ownCommands()];
}

export function tabCaps(): readonly string[] {
  const own = ownCommands();
  return [
    "canvas",
    ...(own.includes("camera.snap") ? ["camera"] : []),
    ...(own.includes("location.get") ? ["location"] : []),
  ];
}

/** Each request once: a second one under the same id is the gateway's retry. */
export class TabNode {
  readonly #stage: Stage;
  readonly #client: () => Client | undefined;

  constructor(stage: Stage, client: () => Client | undefined) {
    this.#stage = stage;
    this.#client = client;
  }

  hear({ event, payload }: EventFrame): void {
    if (event === "node.invoke.request") void this.#answer(payload as InvokeRequest);
  }

  async #answer({ id, nodeId, command, paramsJSON, timeoutMs = waitUsualMs }: InvokeRequest): Promise<void> {
    const outcome = await this.#perform(command, paramsJSON ?? "{}", Math.max(0, timeoutMs - earlyMs));
    // A connection that is gone has its requests ended by the gateway.
    await this.#client()
      ?.callByName("node.invoke.result", { id, nodeId, ...outcome })
      .catch(() => undefined);
  }

  async #perform(command: string, paramsJSON: string, withinMs: number) {
    try {
      const params = JSON.parse(paramsJSON) as Params | null;
      const value = await answeredInTime(command, withinMs, (signal) => this.#run(command, params ?? {}, signal));
      return { ok: true, ...(value !== null && { payloadJSON: JSON.stringify(value) }) };
    } catch (error) {
      const message = textOf(error);
      return { ok: false, error: { code: knownCodes.exec(message)?.[1] ?? "UNAVAILABLE", message } };
    }
  }

  async #run(command: string, params: Params, signal: AbortSignal): Promise<Json> {
    const stage = this.#stage;
    const { watched, consent } = stage;
    const lent = { signal, watched, consent };
    switch (command) {
      case "canvas.present":
      case "canvas.navigate":
        await stage.show(pathIn(params["url"]));
        return null;
      case "canvas.hide":
        await stage.show(undefined);
        return null;
      case "canvas.eval":
        requireVisible();
        return { result: await stage.evaluate(textIn(params, "javaScript")) };
      case "canvas.snapshot":
        requireVisible();
        return stage.snapshot(params);
      case "canvas.a2ui.push":
        return stage.push((params["messages"] as readonly Json[] | undefined) ?? linesOf(textIn(params, "jsonl")));
      case "canvas.a2ui.pushJSONL":
        return stage.push(linesOf(textIn(params, "jsonl")));
      case "canvas.a2ui.reset":
        await stage.push(stage.surfaceIds.map((surfaceId) => ({ version: "v0.9", deleteSurface: { surfaceId } })));
        return { ok: true };
      case "camera.list":
        return listCameras();
      case "camera.snap":
        return snapCamera(params, lent);
      case "camera.clip":
        return clipCamera(params, lent);
      case "location.get":
        return getLocation(params);
      case "system.notify":
        return notify(params, lent);
      default:
        throw new Error(`INVALID_REQUEST: unknown command ${command}`);
    }
  }
}

/** Nothing, and the root, mean the surfaces. */
function pathIn(url: Json | undefined): string | undefined {
  if (url === undefined || url === null || url === "" || url === "/") return undefined;
  if (typeof url !== "string") throw new Error("INVALID_REQUEST: url must be a text");
  return url;
}

function textIn(params: Params, name: string): string {
  const value = params[name];
  if (typeof value === "string" && value !== "") return value;
  throw new Error(`INVALID_REQUEST: ${name} required`);
}

function linesOf(jsonl: string): readonly Json[] {
  return jsonl
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => JSON.parse(line) as Json);
}
