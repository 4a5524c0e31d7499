import { unreachable } from "../../lib/index.ts";
import { stepsOfV08, v08Keys } from "./from-v08.ts";
import { messagesOfV1 } from "./from-v1.ts";
import {
  A2uiRefused,
  type Component,
  isObject,
  type Json,
  type JsonObject,
  onlyBody,
  type SurfaceStep,
  textAt,
} from "./message.ts";

/** From what an agent wrote (JSON lines, or messages) to steps. Each message may be of another version. */

export const messagesMax = 256;

/** Blank lines and a fence around the lines are no fault; a whole JSON array or object does as well. */
export function readJsonLines(text: string): readonly Json[] {
  const bare = text.replaceAll(/^\s*```[a-z]*\s*$/gim, "").trim();
  if (bare === "") throw new A2uiRefused("there is no message: write one JSON object a line");
  const whole = parsed(bare);
  if (Array.isArray(whole)) return whole as readonly Json[];
  if (isObject(whole)) return Array.isArray(whole["messages"]) ? (whole["messages"] as readonly Json[]) : [whole];
  return bare
    .split("\n")
    .map((line, index) => ({ line: line.trim(), number: index + 1 }))
    .filter(({ line }) => line !== "")
    .map(({ line, number }) => {
      const value = parsed(line);
      if (value === undefined) throw new A2uiRefused(`line ${number} is no JSON: write one whole object a line`);
      return value;
    });
}

export function stepsOf(messages: readonly Json[]): readonly SurfaceStep[] {
  if (messages.length > messagesMax) throw new A2uiRefused(`at most ${messagesMax} messages at a time`);
  return messages.flatMap((message, index) => {
    const place = `message ${index + 1}`;
    if (!isObject(message)) throw new A2uiRefused(`${place} must be an object`);
    return stepsOfMessage(message, place);
  });
}

function stepsOfMessage(message: JsonObject, place: string): readonly SurfaceStep[] {
  const { version } = message;
  if (version === undefined && v08Keys.some((key) => key in message)) return stepsOfV08(message, place);
  switch (version) {
    case "v0.9":
    case "v0.9.1":
    case undefined:
      return [stepOfV09(message, place)];
    case "v1.0":
    case "1.0":
      return messagesOfV1(message).map((one) => stepOfV09(one, place));
    default:
      throw new A2uiRefused(`${place}: A2UI ${JSON.stringify(version)} is not known; use "v0.9"`);
  }
}

const v09Keys = ["createSurface", "updateComponents", "updateDataModel", "deleteSurface"] as const;

function stepOfV09(message: JsonObject, place: string): SurfaceStep {
  const { key, body } = onlyBody(message, v09Keys, { place, version: "v0.9" });
  const surfaceId = textAt(body, "surfaceId", `${place}: ${key}`);
  switch (key) {
    case "createSurface": {
      const { surfaceId: _id, ...options } = body;
      const catalogId = textAt(options, "catalogId", `${place}: ${key}`);
      return { kind: "create", surfaceId, options: { ...options, catalogId }, isAgain: false };
    }
    case "updateComponents":
      return { kind: "components", surfaceId, components: componentsIn(body["components"], `${place}: ${key}`) };
    case "updateDataModel": {
      const path = typeof body["path"] === "string" ? body["path"] : "/";
      return { kind: "data", surfaceId, path, ...(body["value"] !== undefined && { value: body["value"] }) };
    }
    case "deleteSurface":
      return { kind: "delete", surfaceId };
    default:
      return unreachable(key);
  }
}

function componentsIn(value: Json | undefined, place: string): readonly Component[] {
  if (!Array.isArray(value) || value.length === 0) throw new A2uiRefused(`${place}: components must be a list`);
  return (value as readonly Json[]).map((one, index) => {
    const at = `${place}: component ${index + 1}`;
    if (!isObject(one)) throw new A2uiRefused(`${at} must be an object`);
    return { ...one, id: textAt(one, "id", at), component: textAt(one, "component", at) };
  });
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
