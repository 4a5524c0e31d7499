import { iconNames } from "./catalog.ts";
import { A2uiRefused, isObject, type Json, type JsonObject, present } from "./message.ts";

/** The properties of version 0.8's components under the names of 0.9. Types of other catalogs keep theirs. */

export interface PropertyReader {
  /** For refusals. */
  readonly place: string;
}

type Rename = Readonly<Record<string, string>>;

/** What is only called differently. Values are unwrapped in any case. */
const renames: Readonly<Record<string, Rename>> = {
  Text: { usageHint: "variant" },
  Image: { usageHint: "variant", altText: "description" },
  Row: { distribution: "justify", alignment: "align" },
  Column: { distribution: "justify", alignment: "align" },
  List: { alignment: "align" },
  Tabs: { tabItems: "tabs" },
  Modal: { entryPointChild: "trigger", contentChild: "content" },
  TextField: { text: "value", textFieldType: "variant" },
  Slider: { minValue: "min", maxValue: "max" },
  MultipleChoice: { selections: "value", variant: "displayStyle" },
};

/** What has no place in 0.9. */
const dropped: Readonly<Record<string, readonly string[]>> = {
  Button: ["primary"],
  MultipleChoice: ["maxAllowedSelections"],
};

/** For names that only some renderers had. */
const circle = "M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16zm0 2a6 6 0 1 1 0 12 6 6 0 0 1 0-12z";
const wrappers = ["literalString", "literalNumber", "literalBoolean", "literalArray"] as const;

/** The component's type and properties; they go beside its id. */
export function propertiesOfV08(type: string, properties: JsonObject, { place }: PropertyReader): Typed {
  const names = Object.hasOwn(renames, type) ? renames[type]! : {};
  const left = Object.hasOwn(dropped, type) ? dropped[type]! : [];
  const renamed: Record<string, Json> = {};
  for (const [key, value] of Object.entries(properties)) {
    if (left.includes(key)) continue;
    const name = Object.hasOwn(names, key) ? names[key]! : key;
    renamed[name] = key === "children" ? childrenOf(value, place) : unwrapped(value);
  }
  return { ...renamed, ...adjusted(type, properties, place) };
}

type Typed = JsonObject & { readonly component: string };

/** What differs in more than its name. */
function adjusted(type: string, properties: JsonObject, place: string): Typed {
  const typed = (more: Readonly<Record<string, Json | undefined>> = {}, component = type): Typed => ({
    ...present(more),
    component,
  });
  switch (type) {
    case "Image":
      return typed({ fit: properties["fit"] === "scale-down" ? "scaleDown" : undefined });
    case "Icon": {
      const name = unwrapped(properties["name"] ?? null);
      if (name === null) return typed();
      const isDrawn = typeof name !== "string" || iconNames.has(name);
      return typed({ name: isDrawn ? name : { svgPath: circle } });
    }
    case "Button": {
      const action = actionOf(properties["action"], place);
      return typed({ action, variant: properties["primary"] === true ? "primary" : undefined });
    }
    case "TextField":
      return typed({ variant: properties["textFieldType"] === "date" ? "shortText" : undefined });
    case "Slider":
      return typed({ max: properties["maxValue"] ?? 100 });
    case "MultipleChoice": {
      const isOne = properties["maxAllowedSelections"] === 1;
      return typed({ variant: isOne ? "mutuallyExclusive" : "multipleSelection" }, "ChoicePicker");
    }
    default:
      return typed();
  }
}

function childrenOf(value: Json, place: string): Json {
  if (!isObject(value)) return value;
  if (Array.isArray(value["explicitList"])) return value["explicitList"] as readonly Json[];
  const { template } = value;
  if (isObject(template) && typeof template["dataBinding"] === "string") {
    return { componentId: template["componentId"] ?? "", path: template["dataBinding"] };
  }
  throw new A2uiRefused(`${place}: children must hold explicitList or template`);
}

function actionOf(value: Json | undefined, place: string): JsonObject {
  if (!isObject(value) || typeof value["name"] !== "string") {
    throw new A2uiRefused(`${place}: action must be an object with a name`);
  }
  const given = Array.isArray(value["context"]) ? (value["context"] as readonly Json[]) : [];
  const entries = given
    .filter(isObject)
    .map((entry) => [typeof entry["key"] === "string" ? entry["key"] : "", unwrapped(entry["value"] ?? null)]);
  return { event: { name: value["name"], context: Object.fromEntries(entries) as JsonObject } };
}

/** `{literalString: "x"}` is "x", `{path: "/x"}` stays; whatever holds such values is walked. */
function unwrapped(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(unwrapped);
  if (!isObject(value)) return value;
  if (typeof value["path"] === "string") return { path: value["path"] };
  for (const wrapper of wrappers) if (wrapper in value) return value[wrapper]!;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, unwrapped(inner)]));
}

/** Values that are bound and given at once: they stand at the path until something else does. */
export function defaultsIn(value: Json): readonly { readonly path: string; readonly value: Json }[] {
  if (Array.isArray(value)) return (value as readonly Json[]).flatMap(defaultsIn);
  if (!isObject(value)) return [];
  const { path } = value;
  const literal = wrappers.map((wrapper) => value[wrapper]).find((one) => one !== undefined);
  if (typeof path === "string" && literal !== undefined) return path.startsWith("/") ? [{ path, value: literal }] : [];
  return Object.values(value).flatMap(defaultsIn);
}
