import type { Json, JsonObject } from "./a2ui/message.ts";
import type { CanvasGrant, CanvasRight } from "./capabilities.ts";

/** One page that is open, behind its socket. */

/** The way out to one page; lent by the server. */
export interface PagePort {
  send(text: string): void;
  bufferedBytes(): number;
  ping(): void;
  close(code: number, reason: string): void;
}

export type PageMessage =
  | { readonly type: "a2ui"; readonly messages: readonly JsonObject[]; readonly replay?: true }
  | { readonly type: "show"; readonly path: string | null }
  | { readonly type: "changed"; readonly paths: readonly string[] }
  | { readonly type: "moved"; readonly from: number; readonly to: number };

export type Ask = "eval" | "snapshot";

export interface Answered {
  readonly ok: boolean;
  readonly value?: Json;
  readonly error?: string;
}

export interface PageFacts {
  readonly boardId: string;
  readonly right: CanvasRight;
  readonly grant: CanvasGrant;
  /** Where the page finds files of the canvas folder. */
  readonly filesBase: string;
}

interface PageEars {
  readonly received: (message: JsonObject) => void;
  readonly closed: () => void;
}

/** Questions that one page may have before it. */
const asksMax = 16;
/** Characters of a frame from a page that may only look. */
const watcherCharsMax = 4_096;

/** One page that is open. */
export class OpenPage {
  readonly port: PagePort;
  readonly facts: PageFacts;
  /** A tab says when it is hidden. */
  isVisible = true;
  readonly #ears: PageEars;
  readonly #asked = new Map<string, (answer: Answered) => void>();
  #askCount = 0;
  #isHeard = true;

  constructor(port: PagePort, facts: PageFacts, ears: PageEars) {
    this.port = port;
    this.facts = facts;
    this.#ears = ears;
  }

  send(message: JsonObject | PageMessage): void {
    this.port.send(JSON.stringify(message));
  }

  ask(what: Ask, params: JsonObject): Promise<Answered> {
    if (this.#asked.size >= asksMax) return Promise.resolve({ ok: false, error: "the tab has too much to do already" });
    const id = String(++this.#askCount);
    const { promise, resolve } = Promise.withResolvers<Answered>();
    this.#asked.set(id, resolve);
    this.send({ type: "ask", id, what, params });
    return promise;
  }

  heard(): void {
    this.#isHeard = true;
  }

  /** Since it was asked last. */
  wasHeard(): boolean {
    const was = this.#isHeard;
    this.#isHeard = false;
    return was;
  }

  /** A frame of the page. What is not understood is left alone: it may be of a newer page. */
  received(text: string): void {
    this.#isHeard = true;
    if (this.facts.right !== "act" && text.length > watcherCharsMax) return this.close(1009, "it may not say so much");
    const message = parsed(text);
    if (!message) return;
    if (message["type"] === "visible") {
      this.isVisible = message["visible"] === true;
      return;
    }
    if (message["type"] === "answer") return this.#answered(message);
    this.#ears.received(message);
  }

  closed(): void {
    this.#ears.closed();
    for (const resolve of this.#asked.values()) resolve({ ok: false, error: "the tab was closed" });
    this.#asked.clear();
  }

  close(code: number, reason: string): void {
    this.port.close(code, reason);
  }

  #answered({ id, ok, value, error }: JsonObject): void {
    const resolve = typeof id === "string" ? this.#asked.get(id) : undefined;
    if (!resolve) return;
    this.#asked.delete(id as string);
    resolve({
      ok: ok === true,
      ...(value !== undefined && { value }),
      ...(typeof error === "string" && { error: error.slice(0, 2_000) }),
    });
  }
}

function parsed(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}
