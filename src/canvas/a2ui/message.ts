import { unreachable } from "../../lib/index.ts";

/**
 * A2UI messages as the gateway keeps and hands them out: version 0.9, which the official renderer speaks. Messages of
 * 0.8 and 1.0 are turned into these when they come in.
 */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

export interface Component extends JsonObject {
  readonly id: string;
  readonly component: string;
}

export interface SurfaceOptions {
  readonly catalogId: string;
  readonly theme?: JsonObject;
  readonly sendDataModel?: boolean;
}

/** One step of a surface, without the spelling of any version. */
export type SurfaceStep =
  | { readonly kind: "create"; readonly surfaceId: string; readonly options: SurfaceOptions; readonly isAgain: boolean }
  | { readonly kind: "components"; readonly surfaceId: string; readonly components: readonly Component[] }
  | {
      readonly kind: "data";
      readonly surfaceId: string;
      readonly path: string;
      /** Without it the place is removed. */
      readonly value?: Json;
      /** Only where nothing stands yet. */
      readonly isDefault?: boolean;
    }
  | { readonly kind: "delete"; readonly surfaceId: string };

/** Messages that are refused; the text is for the agent who wrote them. */
export class A2uiRefused extends Error {
  override readonly name = "A2uiRefused";
}

export const basicCatalogId = "https://a2ui.org/specification/v0_9/catalogs/basic/catalog.json";

/** The step as version 0.9 spells it. */
export function messageOf(step: SurfaceStep): JsonObject {
  const { surfaceId } = step;
  switch (step.kind) {
    case "create":
      return { version: "v0.9", createSurface: present({ surfaceId, ...step.options }) };
    case "components":
      return { version: "v0.9", updateComponents: { surfaceId, components: step.components } };
    case "data":
      return { version: "v0.9", updateDataModel: present({ surfaceId, path: step.path, value: step.value }) };
    case "delete":
      return { version: "v0.9", deleteSurface: { surfaceId } };
    default:
      return unreachable(step);
  }
}

/** Without what is undefined. */
export function present(object: Readonly<Record<string, Json | undefined>>): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as JsonObject;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The one key that a message must have of these, and its object. `version` is for the words of a refusal. */
export function onlyBody<Key extends string>(
  message: JsonObject,
  keys: readonly Key[],
  about: { readonly place: string; readonly version: string },
): { readonly key: Key; readonly body: JsonObject } {
  const found = keys.filter((key) => key in message);
  const [key] = found;
  const body = key === undefined ? undefined : message[key];
  if (found.length !== 1 || key === undefined || !isObject(body)) {
    const wanted = `exactly one of ${keys.join(", ")} (A2UI ${about.version})`;
    throw new A2uiRefused(`${about.place} must hold ${wanted}, as an object`);
  }
  return { key, body };
}

/** The text at a key, or a refusal that names the place. */
export function textAt(object: JsonObject, key: string, place: string): string {
  const value = object[key];
  if (typeof value === "string" && value !== "") return value;
  throw new A2uiRefused(`${place}: ${key} must be a text that is not empty`);
}
