import { type Clock, errorFields, type Log, slept } from "../lib/index.ts";
import { GatewayError, unavailable } from "../protocol/index.ts";
import { isObject, type Json, type JsonObject } from "./a2ui/message.ts";
import { type Answered, type Ask, OpenPage, type PageFacts, type PageMessage, type PagePort } from "./open-page.ts";

/** The pages that are open now, each behind a socket: told of changes, asked what they show, heard when pressed. */

/** What a page does with what a person pressed. */
export interface PageActions {
  /** Resolves once it is on disk; `ended` tells how the agent's work went. Rejects with words for the person. */
  act(page: OpenPage, action: JsonObject, id: string): Promise<{ readonly ended: Promise<boolean> }>;
  /** Words of an agent-written page that a person let through. */
  say(page: OpenPage, text: string, id: string): Promise<{ readonly ended: Promise<boolean> }>;
  /** The tab was asked over the node wire to show something. */
  push(page: OpenPage, messages: readonly Json[]): Promise<{ readonly surfaces: readonly string[] }>;
}

interface BoardState {
  readonly messages: readonly JsonObject[];
  readonly path: string | undefined;
}

export interface BoardPagesParts {
  readonly clock: Clock;
  readonly log: Log;
}

/** A page that reads too slowly is cut: it gets everything anew when it comes back. */
const bufferedBytesMax = 8 * 1024 * 1024;
export const pagesMax = 512;
const pingIntervalMs = 50_000;
/** Timers hold no more than 24 days; a link may be good for longer. */
const waitMaxMs = 86_400_000;
/** The page's socket is closed with it when the link that it came by is over. */
export const linkOverCode = 4410;
/** Complaints of renderers that are kept for the agent. */
const troublesMax = 8;
const troubleCharsMax = 400;

export class BoardPages {
  readonly #parts: BoardPagesParts;
  readonly #pages = new Set<OpenPage>();
  readonly #troubles: string[] = [];
  #stateOf: (boardId: string) => BoardState = () => ({ messages: [], path: undefined });
  #actions: PageActions | undefined;

  constructor(parts: BoardPagesParts) {
    this.#parts = parts;
  }

  bind(stateOf: (boardId: string) => BoardState): void {
    this.#stateOf = stateOf;
  }

  hearActions(actions: PageActions): void {
    this.#actions = actions;
  }

  get hasRoom(): boolean {
    return this.#pages.size < pagesMax;
  }

  /** A page's socket is open: it gets its rights and, where it may see them, the surfaces. */
  open(port: PagePort, facts: PageFacts): OpenPage {
    const over = new AbortController();
    const page: OpenPage = new OpenPage(port, facts, {
      received: (text) => this.#received(page, text),
      closed: () => {
        this.#pages.delete(page);
        over.abort();
      },
    });
    const { endsAtMs } = facts.grant;
    if (endsAtMs !== undefined) void this.#endAt(page, endsAtMs, over.signal);
    this.#pages.add(page);
    page.send({ type: "welcome", board: facts.boardId, right: facts.right, files: facts.filesBase });
    if (facts.right === "files") return page;
    const { messages, path } = this.#stateOf(facts.boardId);
    page.send({ type: "a2ui", messages, replay: true });
    page.send({ type: "show", path: path ?? null });
    return page;
  }

  /** How many screens were told. */
  tell(boardId: string, message: PageMessage): number {
    const screens = this.screens(boardId);
    for (const page of screens) this.#send(page, message);
    return screens.length;
  }

  /** Files changed: every page may show some of them. */
  tellAll(message: PageMessage): void {
    for (const page of this.#pages) this.#send(page, message);
  }

  screens(boardId: string): readonly OpenPage[] {
    return [...this.#pages].filter((page) => page.facts.boardId === boardId && page.facts.right !== "files");
  }

  /** The tab that a person sees best: a visible one, and of those the one that came last. */
  async ask(boardId: string, what: Ask, params: JsonObject, timeoutMs: number): Promise<Json> {
    const tabs = this.screens(boardId).filter(({ facts }) => facts.right === "act");
    const page = tabs.findLast(({ isVisible }) => isVisible) ?? tabs.at(-1);
    if (!page) throw unavailable(`no tab shows the canvas "${boardId}": open one with \`clawdia canvas link\``);
    const answer = await this.#waitFor(page.ask(what, params), timeoutMs);
    if (!answer.ok) throw new GatewayError("UNAVAILABLE", answer.error ?? `the tab could not ${what}`);
    return answer.value ?? null;
  }

  /** A picture of what the tab shows. What a tab answers is looked at before it goes on. */
  async picture(boardId: string, params: JsonObject, timeoutMs: number): Promise<BoardPicture> {
    const value = await this.ask(boardId, "snapshot", params, timeoutMs);
    const { format, base64, width, height } = isObject(value) ? value : {};
    const isFormat = format === "png" || format === "jpeg";
    if (
      !isFormat ||
      typeof base64 !== "string" ||
      !/^[A-Za-z0-9+/]+=*$/.test(base64) ||
      !isSize(width) ||
      !isSize(height)
    ) {
      throw unavailable("the tab gave no picture");
    }
    return { format, base64, width, height };
  }

  /** What renderers complained of since somebody asked. */
  takeTroubles(): readonly string[] {
    return this.#troubles.splice(0);
  }

  /** The connection behind these pages is gone, or may not see them any more. */
  closeOf(connectionId: string): void {
    for (const page of this.#pages) {
      if (page.facts.grant.holder?.connectionId === connectionId)
        page.close(1008, "the node is not connected any more");
    }
  }

  /** Until the signal is aborted: pages are pinged, and those that do not answer are let go. */
  async keepAlive(signal: AbortSignal): Promise<void> {
    while (await slept(this.#parts.clock, pingIntervalMs, signal)) {
      for (const page of this.#pages) {
        if (!page.wasHeard()) page.close(1001, "the page does not answer");
        else page.port.ping();
      }
    }
  }

  closeAll(reason = "service restart"): void {
    for (const page of this.#pages) page.close(1012, reason);
  }

  async #endAt(page: OpenPage, endsAtMs: number, signal: AbortSignal): Promise<void> {
    const { clock } = this.#parts;
    const leftMs = () => endsAtMs - clock.nowMs();
    while (leftMs() > 0 && (await slept(clock, Math.min(leftMs(), waitMaxMs), signal)));
    if (!signal.aborted) page.close(linkOverCode, "the link is over");
  }

  async #waitFor(answer: Promise<Answered>, timeoutMs: number): Promise<Answered> {
    const over = new AbortController();
    const late = this.#parts.clock.sleep(timeoutMs, over.signal).then(
      () => ({ ok: false, error: `the tab did not answer within ${timeoutMs} ms` }),
      () => ({ ok: false, error: "nobody waits any more" }),
    );
    try {
      return await Promise.race([answer, late]);
    } finally {
      over.abort();
    }
  }

  #send(page: OpenPage, message: PageMessage): void {
    if (page.port.bufferedBytes() > bufferedBytesMax) return page.close(1008, "the page reads too slowly");
    page.send(message);
  }

  #received(page: OpenPage, message: JsonObject): void {
    const { type, id } = message;
    if (page.facts.right !== "act") return;
    switch (type) {
      case "trouble":
        if (typeof message["text"] !== "string" || this.#troubles.length >= troublesMax) return;
        this.#troubles.push(message["text"].slice(0, troubleCharsMax));
        return;
      case "action":
      case "say":
      case "push":
        if (typeof id === "string" && id !== "" && id.length <= 128) void this.#perform(page, type, message, id);
        return;
      default:
        return;
    }
  }

  async #perform(page: OpenPage, type: "action" | "say" | "push", message: JsonObject, id: string): Promise<void> {
    const status = (state: string, more: JsonObject = {}) => page.send({ type: "status", id, state, ...more });
    try {
      const actions = this.#actions;
      if (!actions) throw unavailable("the gateway is starting");
      if (type === "push") {
        const { surfaces } = await actions.push(page, (message["messages"] ?? []) as readonly Json[]);
        return status("done", { surfaces });
      }
      const { ended } =
        type === "action"
          ? await actions.act(page, (message["action"] ?? {}) as JsonObject, id)
          : await actions.say(page, typeof message["text"] === "string" ? message["text"] : "", id);
      status("accepted");
      status((await ended) ? "done" : "failed", {});
    } catch (error) {
      const isTold = error instanceof GatewayError || (error instanceof Error && error.name === "A2uiRefused");
      if (!isTold) this.#parts.log.error("canvas-action.failed", errorFields(error));
      status("refused", { error: isTold ? error.message : "a fault of the gateway; see its log" });
    }
  }
}

export interface BoardPicture {
  readonly format: "png" | "jpeg";
  readonly base64: string;
  readonly width: number;
  readonly height: number;
}

function isSize(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}
