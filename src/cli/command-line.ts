import type { ArgDef, ArgsDef, SubCommandsDef } from "citty";
import { UsageError } from "./failure.ts";
import { gatewayFlags } from "./gateway-flags.ts";

/** Which command is meant, and whether its words and flags are ones it knows. citty itself lets unknown flags pass. */

export type AnyCommand = Exclude<SubCommandsDef[string], Promise<unknown> | ((...args: never) => unknown)>;

export interface Found {
  readonly command: AnyCommand;
  /** `["clawdia", "devices", "approve"]` */
  readonly names: readonly string[];
  /** Words behind the command's name, and shared flags before it. */
  readonly words: readonly string[];
  readonly wantsHelp: boolean;
  /** Why the names lead nowhere; the command is then the last one that was understood. */
  readonly problem?: string;
}

/** Follows the names down the tree. Shared flags may stand before a command's name. */
export async function findCommand(root: AnyCommand, argv: readonly string[]): Promise<Found> {
  let command = root;
  const names = ["clawdia"];
  const carried: string[] = [];
  const rest = [...argv];
  const stopped = (problem?: string): Found => {
    return { command, names, words: [], wantsHelp: problem === undefined, ...(problem !== undefined && { problem }) };
  };
  while (command.subCommands) {
    const word = rest.shift();
    if (word === "--help" || word === "-h") return stopped();
    const shared = word?.startsWith("-") ? sharedFlag(word, rest) : undefined;
    if (shared) {
      carried.push(...shared);
      continue;
    }
    const isName = word !== undefined && !word.startsWith("-");
    // `clawdia devices` is `clawdia devices list`, and so are its flags.
    const name = isName ? word : await resolved<string | undefined>(command.default);
    if (word !== undefined && !isName) rest.unshift(word);
    if (name === undefined) {
      return stopped(word === undefined ? `say what to do: ${names.join(" ")} COMMAND` : `unknown flag ${word}`);
    }
    const children = await resolved<SubCommandsDef>(command.subCommands);
    const child = Object.hasOwn(children, name) ? children[name] : undefined;
    if (child === undefined) return stopped(unknownCommand(name, Object.keys(children), names));
    command = await resolved<AnyCommand>(child);
    names.push(name);
  }
  const flagsEnd = rest.indexOf("--");
  const flags = flagsEnd === -1 ? rest : rest.slice(0, flagsEnd);
  const wantsHelp = flags.includes("--help") || flags.includes("-h");
  return { command, names, words: [...carried, ...rest], wantsHelp };
}

/** A value, a promise of it, or a function that gives one: citty's lazy parts. */
export async function resolved<T>(lazy: unknown): Promise<T> {
  return (await (typeof lazy === "function" ? (lazy as () => T | Promise<T>)() : lazy)) as T;
}

/**
 * The words in a form that has one reading (`--flag=value …, --, positionals`), or a UsageError. `mayLackValue` names
 * flags that mean something without their value.
 */
export function checkedWords(
  words: readonly string[],
  args: ArgsDef,
  mayLackValue: readonly string[] = [],
): readonly string[] {
  const flags: string[] = [];
  const positionals: string[] = [];
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === "--") {
      positionals.push(...rest);
      break;
    }
    if (!word.startsWith("-") || word === "-") positionals.push(word);
    else flags.push(checkedFlag(word, rest, args, mayLackValue));
  }
  checkPositionals(positionals, args);
  for (const [name, definition] of Object.entries(args)) {
    const isGiven = flags.some((flag) => flag === `--${name}` || flag.startsWith(`--${name}=`));
    if (definition.required && definition.type !== "positional" && !isGiven)
      throw new UsageError(`--${name} is missing`);
  }
  return [...flags, "--", ...positionals];
}

/** Takes the flag's value from the words that follow, where it has one. */
function checkedFlag(word: string, rest: string[], args: ArgsDef, mayLackValue: readonly string[]): string {
  const [written, inline] = split(word);
  const [name, definition] = definitionOf(written, args);
  if (!definition) throw new UsageError(`unknown flag ${written}`);
  if (definition.type === "boolean") {
    if (inline !== undefined) throw new UsageError(`${written} takes no value`);
    return `--${name}`;
  }
  const value = inline ?? (isValue(rest[0]) ? rest.shift()! : undefined);
  if (value === undefined) {
    if (mayLackValue.includes(name)) return `--${name}=`;
    throw new UsageError(
      `${written} needs a value${definition.valueHint ? `: ${written} ${definition.valueHint}` : ""}`,
    );
  }
  if (definition.type === "enum" && !definition.options?.includes(value)) {
    throw new UsageError(`${written} ${value}: choose one of ${definition.options?.join(", ")}`);
  }
  return `--${name}=${value}`;
}

function definitionOf(written: string, args: ArgsDef): [string, ArgDef | undefined] {
  const name = written.replace(/^--?/, "");
  const isLong = written.startsWith("--");
  if (isLong && Object.hasOwn(args, name) && args[name]!.type !== "positional") return [name, args[name]];
  const byAlias = Object.entries(args).find(([, definition]) => {
    const alias = "alias" in definition ? definition.alias : undefined;
    return !isLong && (Array.isArray(alias) ? alias.includes(name) : alias === name);
  });
  return byAlias ?? [name, undefined];
}

/** A positional with this hint takes every word that follows; they are in `args._`. */
const restHint = "…";

function checkPositionals(given: readonly string[], args: ArgsDef): void {
  const known = Object.entries(args).filter(([, definition]) => definition.type === "positional");
  const missing = known.slice(given.length).find(([, { required }]) => required !== false);
  if (missing) throw new UsageError(`${missing[0].toUpperCase()} is missing`);
  if (known.at(-1)?.[1].valueHint === restHint) return;
  if (given.length > known.length) throw new UsageError(`"${given[known.length]!}" is one word too many`);
}

/** The flag with its value, when every command that talks to a gateway knows it. */
function sharedFlag(word: string, rest: string[]): string[] | undefined {
  const [written, inline] = split(word);
  const [, definition] = definitionOf(written, gatewayFlags);
  if (!definition) return undefined;
  return definition.type === "boolean" || inline !== undefined || !isValue(rest[0]) ? [word] : [word, rest.shift()!];
}

function split(word: string): [string, string | undefined] {
  const at = word.indexOf("=");
  return at === -1 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)];
}

/** `-` alone means stdin. A value that starts with a dash is written `--flag=-value`. */
function isValue(word: string | undefined): boolean {
  return word !== undefined && (word === "-" || !word.startsWith("-"));
}

function unknownCommand(word: string, known: readonly string[], names: readonly string[]): string {
  const near = known.find((name) => distance(name, word) <= 2) ?? known.find((name) => name.startsWith(word));
  const command = [...names.slice(1), word].join(" ");
  return `unknown command "${command}"${near ? `; did you mean ${[...names, near].join(" ")}?` : ""}`;
}

/** How many letters differ (Levenshtein). */
function distance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, at) => at);
  for (let i = 1; i <= left.length; i++) {
    const next = [i];
    for (let j = 1; j <= right.length; j++) {
      const replaced = row[j - 1]! + (left[i - 1] === right[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1));
    }
    row = next;
  }
  return row[right.length]!;
}
