import { unreachable } from "../../lib/index.ts";
import { defaultsIn, type PropertyReader, propertiesOfV08 } from "./properties-v08.ts";
import {
  A2uiRefused,
  basicCatalogId,
  type Component,
  isObject,
  type Json,
  type JsonObject,
  onlyBody,
  type SurfaceStep,
  textAt,
} from "./message.ts";

/**
 * Version 0.8 as steps. It differs in spelling alone: values are wrapped, children are listed in an object, the data
 * model comes as typed entries, and a surface is shown by `beginRendering`, which names its root.
 */

export const v08Keys = ["beginRendering", "surfaceUpdate", "dataModelUpdate", "deleteSurface"] as const;
const standardCatalog = /standard_catalog|^standard$/;
const depthMax = 16;

export function stepsOfV08(message: JsonObject, place: string): readonly SurfaceStep[] {
  const { key, body } = onlyBody(message, v08Keys, { place, version: "v0.8" });
  const surfaceId = textAt(body, "surfaceId", `${place}: ${key}`);
  switch (key) {
    case "beginRendering":
      return begin(surfaceId, body, `${place}: ${key}`);
    case "surfaceUpdate":
      return [
        { kind: "components", surfaceId, components: componentsOf(body["components"], `${place}: ${key}`) },
        ...defaultsIn(body["components"] ?? []).map((one) => ({
          kind: "data" as const,
          surfaceId,
          isDefault: true,
          ...one,
        })),
      ];
    case "dataModelUpdate": {
      const value = valueOfEntries(body["contents"], `${place}: ${key}`, 0);
      const path = typeof body["path"] === "string" && body["path"] !== "" ? absolute(body["path"]) : "/";
      // Entries are put beside those that are there; only a place of its own is replaced.
      if (path !== "/" || !isObject(value)) return [{ kind: "data", surfaceId, path, value }];
      return Object.entries(value).map(([name, inner]) => ({
        kind: "data" as const,
        surfaceId,
        path: `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`,
        value: inner,
      }));
    }
    case "deleteSurface":
      return [{ kind: "delete", surfaceId }];
    default:
      return unreachable(key);
  }
}

/** Version 0.9 calls every root `root`; a surface of 0.8 may call it anything. */
function begin(surfaceId: string, body: JsonObject, place: string): readonly SurfaceStep[] {
  const root = textAt(body, "root", place);
  const { catalogId, styles } = body;
  const isOther = typeof catalogId === "string" && !standardCatalog.test(catalogId);
  const color = isObject(styles) && typeof styles["primaryColor"] === "string" ? styles["primaryColor"] : undefined;
  const options = {
    catalogId: isOther ? catalogId : basicCatalogId,
    ...(color !== undefined && /^#[0-9a-f]{6}$/i.test(color) && { theme: { primaryColor: color } }),
  };
  const create: SurfaceStep = { kind: "create", surfaceId, options, isAgain: true };
  if (root === "root") return [create];
  const wrapper: Component = { id: "root", component: "Column", children: [root] };
  return [create, { kind: "components", surfaceId, components: [wrapper] }];
}

function componentsOf(value: Json | undefined, place: string): readonly Component[] {
  if (!Array.isArray(value) || value.length === 0) throw new A2uiRefused(`${place}: components must be a list`);
  return (value as readonly Json[]).map((one, index) => {
    const at = `${place}: component ${index + 1}`;
    if (!isObject(one)) throw new A2uiRefused(`${at} must be an object`);
    const id = textAt(one, "id", at);
    const wrapped = one["component"];
    const entry = isObject(wrapped) ? Object.entries(wrapped) : [];
    const [type, properties] = entry[0] ?? [];
    if (entry.length !== 1 || type === undefined || !isObject(properties)) {
      throw new A2uiRefused(`${at} ("${id}"): component must be an object with one key, the component's type`);
    }
    const reader: PropertyReader = { place: `${at} ("${id}")` };
    const typed = propertiesOfV08(type, properties, reader);
    return typeof one["weight"] === "number" ? { weight: one["weight"], ...typed, id } : { ...typed, id };
  });
}

/** `[{key, valueString | valueNumber | valueBoolean | valueMap}]` as a plain object. */
function valueOfEntries(value: Json | undefined, place: string, depth: number): Json {
  if (!Array.isArray(value)) throw new A2uiRefused(`${place}: contents must be a list of entries`);
  if (depth > depthMax) throw new A2uiRefused(`${place}: contents are nested more than ${depthMax} deep`);
  const entries = (value as readonly Json[]).map((entry): readonly [string, Json, boolean] => {
    if (!isObject(entry)) throw new A2uiRefused(`${place}: every entry must be an object with a key`);
    const key = textAt(entry, "key", `${place}: entry`);
    if ("valueMap" in entry) return [key, valueOfEntries(entry["valueMap"], place, depth + 1), true];
    const plain = entry["valueString"] ?? entry["valueNumber"] ?? entry["valueBoolean"];
    return [key, plain ?? null, false];
  });
  // A list is written as a map with counted keys there: of maps, or of anything by its place.
  const isCounted = entries.every(([key], index) => key === String(index));
  const isOfMaps = entries.every(([key, , isMap]) => isMap && /^(item_?)?\d+$/i.test(key));
  if (depth > 0 && entries.length > 0 && (isCounted || isOfMaps)) return entries.map(([, inner]) => inner);
  return Object.fromEntries(entries.map(([key, inner]) => [key, inner]));
}

function absolute(path: string): string {
  return path.startsWith("/") ? path : `/${path}`;
}
