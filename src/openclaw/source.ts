import { cpSync, existsSync, lstatSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { isInside, parseJson5, isPlainObject } from "../lib/index.ts";

/** A state folder of OpenClaw under any of its names. It is only ever read. */
export class Source {
  readonly folder: string;
  readonly configFile: string | undefined;

  constructor(folder: string) {
    this.folder = folder;
    this.configFile = configNames.map((name) => join(folder, name)).find((path) => existsSync(path));
  }

  /** The first of the usual places that is there. */
  static usual(home: string): string | undefined {
    return [".openclaw", ".clawdbot", ".moltbot"].map((name) => join(home, name)).find((path) => existsSync(path));
  }

  path(...names: readonly string[]): string {
    return join(this.folder, ...names);
  }

  has(...names: readonly string[]): boolean {
    return existsSync(this.path(...names));
  }

  /** Undefined when it is not there, or says nothing that can be read. */
  json(...names: readonly string[]): unknown {
    return jsonOf(textOf(this.path(...names)));
  }

  config(): Fields {
    return fieldsOf(this.configFile === undefined ? undefined : jsonOf(textOf(this.configFile)));
  }

  /** Lines that are JSON; a line that a crash cut off is left out. */
  lines(...names: readonly string[]): unknown[] {
    return (textOf(this.path(...names)) ?? "")
      .split("\n")
      .map(jsonOf)
      .filter((line) => line !== undefined);
  }

  text(...names: readonly string[]): string | undefined {
    return textOf(this.path(...names));
  }

  /** The full path of a folder that lies in this one; `~/` is the home that it lies in. */
  within(written: string | undefined): string | undefined {
    if (written === undefined) return undefined;
    const path = resolve(written.replace(/^~(?=\/)/, dirname(this.folder)));
    return isInside(path, this.folder) && existsSync(path) ? path : undefined;
  }

  /** False when there is something at the new place already. Links are left out: they may lead anywhere. */
  copy(folder: string, to: string): boolean {
    if (existsSync(to)) return false;
    cpSync(folder, to, { recursive: true, filter: (path) => !lstatSync(path).isSymbolicLink() });
    return true;
  }

  /** Names in a folder of it, in order. */
  names(...names: readonly string[]): string[] {
    const path = this.path(...names);
    return existsSync(path) && statSync(path).isDirectory() ? readdirSync(path).toSorted() : [];
  }
}

export type Fields = Readonly<Record<string, unknown>>;

const configNames = ["openclaw.json", "clawdbot.json", "moltbot.json"];

/** What is no object has no fields. */
export function fieldsOf(value: unknown): Fields {
  return isPlainObject(value) ? value : {};
}

export function stringOf(value: unknown): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value : undefined;
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Without what was not said. */
export function present(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function textOf(path: string): string | undefined {
  return existsSync(path) && statSync(path).isFile() ? readFileSync(path, "utf8") : undefined;
}

function jsonOf(text: string | undefined): unknown {
  if (text === undefined || text.trim() === "") return undefined;
  try {
    return parseJson5(text);
  } catch {
    return undefined;
  }
}
