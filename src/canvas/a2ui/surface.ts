import { unreachable } from "../../lib/index.ts";
import {
  A2uiRefused,
  type Component,
  isObject,
  type Json,
  messageOf,
  type JsonObject,
  type SurfaceOptions,
  type SurfaceStep,
} from "./message.ts";

/** What a surface shows now. It stands for all messages that made it. Pure: a step gives a new one. */
export interface Surface {
  readonly surfaceId: string;
  /** Undefined until it is created: version 0.8 sends the content first. */
  readonly options: SurfaceOptions | undefined;
  readonly components: Readonly<Record<string, Component>>;
  readonly model: Json;
}

export const componentsMax = 2_000;
export const surfaceCharsMax = 1_000_000;

/** The surface after the step; undefined when it is gone. */
export function applied(surface: Surface | undefined, step: SurfaceStep): Surface | undefined {
  if (step.kind === "delete") return undefined;
  const before = surface ?? { surfaceId: step.surfaceId, options: undefined, components: {}, model: {} };
  const after = changed(before, step);
  if (Object.keys(after.components).length > componentsMax) {
    throw new A2uiRefused(
      `surface "${step.surfaceId}" has more than ${componentsMax} components: delete it, or split it`,
    );
  }
  return after;
}

function changed(surface: Surface, step: Exclude<SurfaceStep, { kind: "delete" }>): Surface {
  switch (step.kind) {
    case "create":
      if (surface.options && !step.isAgain) {
        throw new A2uiRefused(`surface "${step.surfaceId}" is there already: send deleteSurface first, or update it`);
      }
      return { ...surface, options: step.options };
    case "components": {
      const added = Object.fromEntries(step.components.map((one) => [one.id, one]));
      return { ...surface, components: { ...surface.components, ...added } };
    }
    case "data":
      if (step.isDefault && valueAt(surface.model, pointerParts(step.path)) !== undefined) return surface;
      return { ...surface, model: withValue(surface.model, pointerParts(step.path), step.value) };
    default:
      return unreachable(step);
  }
}

/** The messages that make it anew. A surface that is not shown yet makes none. */
export function messagesOf({ surfaceId, options, components, model }: Surface): readonly JsonObject[] {
  if (!options) return [];
  const list = Object.values(components);
  return [
    messageOf({ kind: "create", surfaceId, options, isAgain: false }),
    ...(list.length > 0 ? [messageOf({ kind: "components", surfaceId, components: list })] : []),
    ...(isObject(model) && Object.keys(model).length === 0
      ? []
      : [messageOf({ kind: "data", surfaceId, path: "/", value: model })]),
  ];
}

/** The names of the actions that the surface's components may start. */
export function offersAction(surface: Surface, componentId: string, name: string): boolean {
  // Ids of components in templates carry the path of their data behind the id.
  const component = surface.components[componentId] ?? surface.components[componentId.split(":")[0]!];
  if (!component) return false;
  const { action } = component;
  const event = isObject(action) ? action["event"] : undefined;
  return isObject(event) && event["name"] === name;
}

function pointerParts(path: string): readonly string[] {
  const bare = path.replace(/^\//, "").replace(/\/$/, "");
  if (bare === "") return [];
  return bare.split("/").map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function valueAt(target: Json | undefined, parts: readonly string[]): Json | undefined {
  return parts.reduce<Json | undefined>((value, name) => {
    if (Array.isArray(value)) return (value as readonly Json[])[Number(name)];
    return isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  }, target);
}

function withValue(target: Json, parts: readonly string[], value: Json | undefined): Json {
  const [name, ...rest] = parts;
  if (name === undefined) return value === undefined ? {} : value;
  if (Array.isArray(target) && /^\d{1,6}$|^-$/.test(name)) {
    const list = [...(target as readonly Json[])];
    const index = name === "-" ? list.length : Number(name);
    if (index > list.length)
      throw new A2uiRefused(`the data model's list has ${list.length} items: ${name} is past its end`);
    if (rest.length === 0 && value === undefined) list.splice(index, 1);
    else list[index] = withValue(list[index] ?? {}, rest, value);
    return list;
  }
  const object: Record<string, Json> = { ...(isObject(target) ? target : {}) };
  if (rest.length === 0 && value === undefined) delete object[name];
  else Object.defineProperty(object, name, ownValue(withValue(object[name] ?? {}, rest, value)));
  return object;
}

/** Also for the name `__proto__`, which an assignment would take for something else. */
function ownValue(value: Json): PropertyDescriptor {
  return { value, enumerable: true, configurable: true, writable: true };
}
