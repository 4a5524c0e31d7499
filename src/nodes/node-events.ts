import type { DeviceId } from "../devices/index.ts";
import type { Log } from "../lib/index.ts";
import type { Call } from "../protocol/index.ts";

/** What nodes tell by themselves. Whatever nobody here knows is taken and forgotten. */

export interface NodeNews {
  readonly nodeId: DeviceId;
  readonly event: string;
  /** As the node sent it, parsed. */
  readonly payload: unknown;
  readonly call: Pick<Call, "connectionId" | "principal" | "hearTopic" | "leaveTopic">;
}

/** Why nothing came of it; undefined when something did. */
export type NodeNewsOutcome = string | undefined;
export type NodeNewsHandler = (news: NodeNews) => Promise<NodeNewsOutcome> | NodeNewsOutcome;

/** True when the news is its own and nobody else is to hear of it. */
export type NodeNewsTaker = (news: NodeNews) => Promise<boolean> | boolean;

export class NodeEvents {
  readonly #handlers: ReadonlyMap<string, NodeNewsHandler>;
  readonly #log: Log;
  readonly #takers: NodeNewsTaker[] = [];
  #ignored = 0;

  constructor(handlers: Readonly<Record<string, NodeNewsHandler>>, log: Log) {
    this.#handlers = new Map(Object.entries(handlers));
    this.#log = log;
  }

  get ignoredCount(): number {
    return this.#ignored;
  }

  /** Somebody who looks at all news first, in the order of these calls; for instance who knows a canvas's clicks. */
  addTaker(taker: NodeNewsTaker): void {
    this.#takers.push(taker);
  }

  async hear(news: NodeNews): Promise<NodeNewsOutcome> {
    for (const taker of this.#takers) if (await taker(news)) return undefined;
    const outcome = await (this.#handlers.get(news.event) ?? unknown)(news);
    if (outcome === undefined) return undefined;
    this.#ignored++;
    const { nodeId, event } = news;
    this.#log.debug("node-event.ignored", { nodeId, event: event.slice(0, 64), outcome, count: this.#ignored });
    return outcome;
  }
}

const unknown: NodeNewsHandler = () => "unknown event";
