import type { Config } from "../config/index.ts";
import type { Tool, Toolbox as ToolboxPort } from "../engine/index.ts";
import { type Clock, errorFields, type Log } from "../lib/index.ts";
import { allowsTool, type ToolLists } from "./tool-groups.ts";

/** Where further tools come from, for instance a server that is asked for them. */
export type ToolSource = () => Promise<readonly Tool[]>;

export interface ToolboxParts {
  /** Those of this program. Their names are taken: a source cannot put another tool in their place. */
  readonly tools: readonly Tool[];
  readonly sources: readonly ToolSource[];
  readonly config: Pick<Config, "tools" | "agents">;
  readonly clock: Clock;
  readonly log: Log;
}

/** A turn does not wait longer for a source; it goes on without those tools. */
export const sourceWaitMs = 5_000;
/** Tools of one turn; models get worse with more. */
export const toolsMax = 128;
const namePattern = /^[a-z][a-z0-9_]{0,63}$/;
/** For the owner alone, beside everything that is unsafe. */
const ownersTools: readonly string[] = ["exec", "write", "edit", "cron"];

/** Which tools a turn has: those of its agent that the owner allows, without the dangerous ones for anybody else. */
export class Toolbox implements ToolboxPort {
  readonly #parts: ToolboxParts;

  constructor(parts: ToolboxParts) {
    this.#parts = parts;
  }

  async toolsFor(turn: Parameters<ToolboxPort["toolsFor"]>[0]): Promise<readonly Tool[]> {
    const offered = await Promise.all(this.#parts.sources.map((source) => this.#ask(source)));
    const lists = this.#listsOf(turn.agentId);
    const kept = new Map<string, Tool>();
    for (const tool of [this.#parts.tools, ...offered].flat()) {
      if (kept.has(tool.name) || !namePattern.test(tool.name)) continue;
      if (allowsTool(tool.name, lists) && (turn.isOwner || isForEverybody(tool))) kept.set(tool.name, tool);
    }
    return [...kept.values()].slice(0, toolsMax);
  }

  #listsOf(agentId: string): readonly ToolLists[] {
    const { tools, agents } = this.#parts.config;
    const own = agents.list.find(({ id }) => id === agentId)?.tools;
    return [tools, ...(own ? [own] : [])];
  }

  /** What a source offers; nothing when it fails or takes too long. */
  async #ask(source: ToolSource): Promise<readonly Tool[]> {
    const { clock, log } = this.#parts;
    const over = new AbortController();
    const late = clock.sleep(sourceWaitMs, over.signal).then(
      () => undefined,
      () => undefined,
    );
    try {
      const tools = await Promise.race([source(), late]);
      if (tools === undefined) log.warn("tool-source.slow", { waitMs: sourceWaitMs });
      return tools ?? [];
    } catch (error) {
      log.warn("tool-source.failed", errorFields(error));
      return [];
    } finally {
      over.abort();
    }
  }
}

function isForEverybody({ name, effect }: Tool): boolean {
  return effect !== "unsafe" && !ownersTools.includes(name);
}
