import { isPlainObject } from "../lib/index.ts";
import type { TSchema } from "@sinclair/typebox";
import { Config } from "./config.schema.ts";

/**
 * The config while the gateway runs: its one value, and who follows it. Features hold `view`, whose settings are those
 * of the moment; only what must do something at a change (open an account, close a server) listens.
 */

/**
 * Told after the swap. What it throws takes the whole change back; it is led back by a call with the sides changed.
 * What cannot be taken back (a socket that is closed) it returns, to be done once every other part has followed.
 */
export type Follower = (next: Config, before: Config) => Followed | Promise<Followed>;
type Followed = undefined | void | Finish;
/** Clients that have to come back keep what they have for `delayMs`. Says what they feel of it. */
type Finish = (delayMs: number) => void | readonly string[];

/** When clients that have to come back are ended, where nobody wishes otherwise. */
export const usualDelayMs = 2_000;

type Section = keyof Config;

interface Following {
  readonly sections: readonly Section[];
  readonly follow: Follower;
}

/** A change that some part refused; everything is as it was before. */
export class SwapFailed extends Error {
  override readonly name = "SwapFailed";
}

export class LiveConfig {
  /** Always the same object; what is read from it is what holds now. Arrays and records are read, not kept. */
  readonly view: Config;
  readonly #followers: Following[] = [];
  #current: Config;

  constructor(config: Config) {
    this.#current = config;
    this.view = viewOf(Config, () => this.#current) as Config;
  }

  get current(): Config {
    return this.#current;
  }

  /** Calls after every change of one of the sections, in the order in which they came to listen. */
  follow(sections: readonly Section[], follow: Follower): void {
    this.#followers.push({ sections, follow });
  }

  /** All or nothing: rejects with SwapFailed after the parts that had followed were led back. Says what is felt. */
  async swap(next: Config, delayMs = usualDelayMs): Promise<readonly string[]> {
    const before = this.#current;
    const concerned = this.#followers.filter(({ sections }) =>
      sections.some((section) => !isSame(before[section], next[section])),
    );
    const led: Following[] = [];
    const finishes: Followed[] = [];
    this.#current = next;
    try {
      for (const following of concerned) {
        led.push(following);
        finishes.push(await following.follow(next, before));
      }
    } catch (error) {
      this.#current = before;
      for (const { follow } of led.toReversed()) (await follow(before, next))?.(0);
      throw new SwapFailed(error instanceof Error ? error.message : String(error), { cause: error });
    }
    return finishes.flatMap((finish) => finish?.(delayMs) ?? []);
  }
}

/** Settings that take hold only at a start, by their dot paths. The schema marks them with `restart: true`. */
export const restartPaths: readonly string[] = findMarked(Config, "");

/** What can be taken over now: the next config, with the settings that need a restart as they are; and those. */
export function holdBack(running: Config, next: Config): { readonly config: Config; readonly needsRestart: string[] } {
  const config = structuredClone(next);
  const needsRestart = restartPaths.filter((path) => {
    const names = path.split(".");
    const isChanged = !isSame(valueAt(running, names), valueAt(next, names));
    if (isChanged) putAt(config, names, valueAt(running, names));
    return isChanged;
  });
  return { config, needsRestart };
}

/** Paths of the settings that differ, as people write them, as deep as both sides have objects. */
export function changedPaths(before: unknown, after: unknown, path = ""): string[] {
  if (isSame(before, after)) return [];
  if (!isPlainObject(before) || !isPlainObject(after)) return [path];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((name) => changedPaths(before[name], after[name], pathBelow(path, name)));
}

/** `models.aliases["a-4.1"]`: a name with dots in it is quoted. */
function pathBelow(path: string, name: string): string {
  if (!/^[^.[\]"\\]+$/.test(name)) return `${path}["${name.replaceAll(/["\\]/g, "\\$&")}"]`;
  return path === "" ? name : `${path}.${name}`;
}

/** The same settings, whatever their order. */
export function isSame(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (Array.isArray(left) && Array.isArray(right)) {
    return left.length === right.length && left.every((item, index) => isSame(item, right[index]));
  }
  if (!isPlainObject(left) || !isPlainObject(right)) return false;
  const names = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...names].every((name) => isSame(left[name], right[name]));
}

/** An object of the schema's settings, each read when it is asked for. */
function viewOf(schema: TSchema, read: () => unknown): unknown {
  const view = {};
  const required = (schema["required"] ?? []) as readonly string[];
  for (const [name, property] of Object.entries((schema["properties"] ?? {}) as Record<string, TSchema>)) {
    const readIt = () => (read() as Record<string, unknown>)[name];
    const isObject = property["properties"] !== undefined && required.includes(name);
    const inner = isObject ? viewOf(property, readIt) : undefined;
    Object.defineProperty(view, name, { enumerable: true, get: inner === undefined ? readIt : () => inner });
  }
  return view;
}

function findMarked(schema: TSchema, path: string): string[] {
  if (schema["restart"] === true) return [path];
  return Object.entries((schema["properties"] ?? {}) as Record<string, TSchema>).flatMap(([name, property]) =>
    findMarked(property, path === "" ? name : `${path}.${name}`),
  );
}

function valueAt(value: unknown, names: readonly string[]): unknown {
  return names.reduce<unknown>((inner, name) => (isPlainObject(inner) ? inner[name] : undefined), value);
}

function putAt(config: Config, names: readonly string[], value: unknown): void {
  const parent = valueAt(config, names.slice(0, -1));
  const name = names.at(-1)!;
  if (!isPlainObject(parent)) return;
  if (value === undefined) delete parent[name];
  else parent[name] = value;
}
