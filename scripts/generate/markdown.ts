import type { Access } from "../../src/protocol/index.ts";
import { unreachable } from "../../src/lib/index.ts";
import {
  type Declarations,
  type Definitions,
  type EventDeclaration,
  type MethodDeclaration,
  nameOfPayload,
  namesOfMethod,
} from "./declarations.ts";
import { type Shape, shapeOf } from "./shape.ts";

/** The tables for people. A change of the wire is a readable difference here. */

const note = "<!-- Made by `bun run generate`. Change the declaration in src, not this file. -->";

export function methodsPage(all: Declarations, definitions: Definitions): string {
  const groups = [...grouped(Object.keys(all.methods))];
  const tables = groups.flatMap(([group, names]) => [
    `## ${group}`,
    "",
    ...table(
      ["Method", "Access", "What it does", "Takes", "Gives", "Errors", "Listed"],
      names.map((name) => methodRow(name, all.methods[name]!, definitions)),
    ),
    "",
  ]);
  const intro =
    "What a client can ask. A question mark marks what may be left out, `| null` what may be null, `…` further " +
    "keys that are admitted. A method that is not listed can be called, but does not stand in `features.methods` of " +
    "`hello-ok`. Every method can also fail with `INVALID_REQUEST` (params), `FORBIDDEN` (scope), `TOO_LARGE` " +
    "(reply) and `INTERNAL`.";
  return page("Methods", [intro, "", ...tables, ...typesSection(all, definitions)]);
}

export function eventsPage(all: Declarations, definitions: Definitions): string {
  const intro =
    "What the gateway tells. A lossy event is left out for a client that reads too slowly, and its `seq` shows the " +
    "gap; for a sure one such a client is cut instead. The shapes with a name stand in METHODS.md.";
  const rows = Object.entries(all.events).map(([name, event]) => eventRow(name, event, definitions));
  return page("Events", [intro, "", ...table(["Event", "Heard by", "Delivery", "What it says", "Payload"], rows)]);
}

export function errorsPage(
  errors: Readonly<Record<string, { readonly retryable: boolean; readonly help: string }>>,
  all: Declarations,
): string {
  const rows = Object.entries(errors).map(([code, { retryable, help }]) => {
    const declaring = Object.keys(all.methods).filter((name) => all.methods[name]?.errors?.some((own) => own === code));
    return [`\`${code}\``, retryable ? "yes" : "no", help, declaring.map((name) => `\`${name}\``).join(", ")];
  });
  const intro =
    "Codes in `error.code` of a response. `error.retryable` and `error.retryAfterMs` tell of the single case, where " +
    "it differs. A code is never reused for another meaning.";
  return page("Errors", [intro, "", ...table(["Code", "Retryable", "Meaning and cure", "Declared by"], rows)]);
}

/** `operator.read`, `node`, or any connection. */
export function accessText(access: Access): string {
  switch (access.kind) {
    case "operator":
      return access.scope;
    case "node":
      return "node";
    case "connected":
      return "connected";
    default:
      return unreachable(access);
  }
}

/** The text before the first dot; names without a dot and without relatives come together under `gateway`. */
function grouped(names: readonly string[]): Map<string, string[]> {
  const heads = names.map((name) => name.split(".")[0]!);
  const groups = new Map<string, string[]>();
  for (const [index, name] of names.entries()) {
    const head = heads[index]!;
    const isAlone = name === head && !names.some((other) => other.startsWith(`${head}.`));
    const group = isAlone ? "gateway" : head;
    groups.set(group, [...(groups.get(group) ?? []), name]);
  }
  return groups;
}

function methodRow(name: string, method: MethodDeclaration, definitions: Definitions): string[] {
  const names = namesOfMethod(name, method);
  const body = (definition: string) => asCode(rootText(definition, definitions));
  const first = names.acknowledgement === undefined ? "" : `first ${body(names.acknowledgement)}, then `;
  return [
    `\`${name}\``,
    accessText(method.access),
    method.summary,
    body(names.params),
    `${first}${body(names.result)}`,
    (method.errors ?? []).map((error) => `\`${error}\``).join(", "),
    method.listed === false ? "no" : "yes",
  ];
}

function eventRow(name: string, event: EventDeclaration, definitions: Definitions): string[] {
  const delivery = typeof event.delivery === "string" ? event.delivery : "by payload";
  const extras = [
    ...(event.targeted ? ["to one connection, without `seq`"] : []),
    ...(event.stateVersion ? ["with `stateVersion`"] : []),
  ];
  return [
    `\`${name}\``,
    accessText(event.access),
    [delivery, ...extras].join(", "),
    event.summary,
    asCode(rootText(nameOfPayload(name, event), definitions)),
  ];
}

/** The shapes that stand inside of others. */
function typesSection(all: Declarations, definitions: Definitions): string[] {
  const roots = new Set([
    ...Object.entries(all.methods).flatMap(([name, method]) => Object.values(namesOfMethod(name, method))),
    ...Object.entries(all.events).map(([name, event]) => nameOfPayload(name, event)),
  ]);
  const mentioned = [...definitions.values()].flatMap(({ name, schema }) => mentionsIn(shapeOf(schema, name)));
  const shown = [...definitions.keys()].filter((name) => mentioned.includes(name) || !roots.has(name));
  const rows = shown.map((name) => [`\`${name}\``, asCode(rootText(name, definitions))]);
  return ["## Shapes with a name", "", ...table(["Name", "Shape"], rows)];
}

function mentionsIn(shape: Shape): string[] {
  switch (shape.kind) {
    case "named":
      return [shape.name];
    case "array":
      return mentionsIn(shape.item);
    case "record":
      return mentionsIn(shape.value);
    case "nullable":
      return mentionsIn(shape.of);
    case "object":
      return shape.fields.flatMap((field) => mentionsIn(field.shape));
    case "tagged":
      return shape.cases.map(({ name }) => name);
    default:
      return [];
  }
}

function rootText(name: string, definitions: Definitions): string {
  return shapeText(shapeOf(definitions.get(name)!.schema, name));
}

function shapeText(shape: Shape): string {
  switch (shape.kind) {
    case "json":
      return "any";
    case "constant":
      return JSON.stringify(shape.value);
    case "words":
      return shape.words.map((word) => JSON.stringify(word)).join(" | ");
    case "array":
      return isCompound(shape.item) ? `(${shapeText(shape.item)})[]` : `${shapeText(shape.item)}[]`;
    case "record":
      return `{ [key]: ${shapeText(shape.value)} }`;
    case "nullable":
      return `${shapeText(shape.of)} | null`;
    case "object": {
      const fields = shape.fields.map(
        (field) => `${field.name}${field.isOptional ? "?" : ""}: ${shapeText(field.shape)}`,
      );
      const all = shape.isOpen ? [...fields, "…"] : fields;
      return all.length === 0 ? "{}" : `{ ${all.join(", ")} }`;
    }
    case "tagged":
      return shape.cases.map(({ name }) => name).join(" | ");
    case "named":
      return shape.name;
    default:
      return shape.kind;
  }
}

function isCompound(shape: Shape): boolean {
  return shape.kind === "words" || shape.kind === "nullable";
}

function asCode(text: string): string {
  return `\`${text.replaceAll("|", "\\|")}\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
}

function page(title: string, lines: readonly string[]): string {
  return `${[note, "", `# ${title}`, "", ...lines].join("\n").trimEnd()}\n`;
}
