import {
  type EventTable,
  type GatewayEvent,
  judgeAccess,
  type PayloadOf,
  type Principal,
  type Publish,
  type StateVersion,
} from "../protocol/index.ts";
import type { Outgoing, PreparedEvent } from "./outgoing.ts";

/** Somebody who may hear events. */
export interface Listener {
  readonly principal: Principal;
  readonly outgoing: Outgoing;
  /** What this client calls a topic, where it uses a spelling of its own. */
  topicName(topic: string): string | undefined;
  /** True when it asked for the topic and may hear it, whatever its role. */
  hears(topic: string): boolean;
}

export interface BroadcastParts<T extends EventTable> {
  readonly events: T;
  readonly listeners: () => Iterable<Listener>;
  readonly stateVersion: () => StateVersion;
  /** Runs once, after the input at hand was handled. */
  readonly soon: (run: () => void) => void;
}

/** An event to everyone who may hear it: judged by the event's access, serialised once, written once a turn. */
export class Broadcast<T extends EventTable> {
  readonly #parts: BroadcastParts<T>;
  #waiting: Outgoing[] = [];

  constructor(parts: BroadcastParts<T>) {
    this.#parts = parts;
  }

  readonly publish: Publish<T> = (name, payload) => {
    const definition: GatewayEvent = this.#parts.events[name]!;
    const variants = new Map<string | undefined, PreparedEvent>();
    const topic = definition.topicKey && (payload as Readonly<Record<string, string>>)[definition.topicKey];
    for (const listener of this.#parts.listeners()) {
      const isAllowed = judgeAccess(definition.access, listener.principal).kind === "allowed";
      if (!isAllowed && !(topic !== undefined && listener.hears(topic))) continue;
      const spelling = topic === undefined ? undefined : listener.topicName(topic);
      let prepared = variants.get(spelling);
      if (!prepared) {
        prepared = this.#prepare(
          name,
          definition,
          spelling === undefined ? payload : { ...payload, [definition.topicKey!]: spelling },
        );
        variants.set(spelling, prepared);
      }
      listener.outgoing.event(prepared);
    }
  };

  /** Gathers the ways out that have something to write. */
  readonly scheduleFlush = (outgoing: Outgoing): void => {
    this.#waiting.push(outgoing);
    if (this.#waiting.length === 1) this.#parts.soon(() => this.flush());
  };

  flush(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const outgoing of waiting) outgoing.flush();
  }

  #prepare(name: string, definition: GatewayEvent, payload: PayloadOf<T[keyof T]>): PreparedEvent {
    const head = `{"type":"event","event":${JSON.stringify(name)},"payload":${JSON.stringify(payload)},"seq":`;
    const tail = definition.stateVersion ? `,"stateVersion":${JSON.stringify(this.#parts.stateVersion())}}` : "}";
    const { delivery } = definition;
    return { head, tail, delivery: typeof delivery === "function" ? delivery(payload) : delivery };
  }
}
