import type { AccountPolicy } from "../config/index.ts";
import type { Outbox, OutboxContent } from "../outbox/index.ts";
import type { Directives } from "../markup/index.ts";
import type { Capabilities, RenderedText } from "../providers/index.ts";
import { endTexts, type Run, type RunReplies } from "../runs/index.ts";

/** From what a run said to rows of the outbox, inside the transaction that ends the run. */

export interface TextLimits {
  readonly dialect: Capabilities["dialect"];
  readonly textCharsMax: number;
  readonly countedIn: Capabilities["countedIn"];
  readonly linesMax: Capabilities["linesMax"];
}

/** Text to a network's markup; lent by `markup`. */
export interface Markup {
  renderParts(markdown: string, limits: TextLimits): readonly RenderedText[];
  /** Text that still grows, in one part. */
  draftText(markdown: string, limits: TextLimits): RenderedText;
  readDirectives(text: string): Directives;
  /** Growing text without directives, also half-written ones at its end. */
  visibleText(partial: string): string;
}

export interface RepliesParts {
  readonly outbox: Outbox;
  readonly markup: Markup;
  readonly canOf: (provider: string) => Capabilities | undefined;
  readonly policyOf: (provider: string, accountId: string) => AccountPolicy;
  /** Whether the session's replies say what they cost: `off`, `tokens`, `full`. */
  readonly usageShownIn: (sessionKey: string) => string | undefined;
  /** The messages that the run answers are done. */
  readonly finishInbox: (runId: string, whySilent: string | undefined) => void;
}

/** Files of one reply. */
const mediaMax = 10;

export class Replies implements RunReplies {
  readonly #parts: RepliesParts;

  constructor(parts: RepliesParts) {
    this.#parts = parts;
  }

  ended(run: Run, text: string): void {
    this.#parts.finishInbox(run.id, whySilent(run, text));
    const { delivery } = run;
    if (!delivery) return;
    const can = this.#parts.canOf(delivery.provider);
    if (!can) return;
    const draft = this.#parts.outbox.store.findByIdem(draftIdem(run.id));
    const contents = this.contentsOf(run, text, can, draft !== undefined);
    for (const [index, content] of contents.entries()) {
      const editsRow = index === 0 && content.text && draft ? draft.id : undefined;
      this.#parts.outbox.add({
        idem: `run:${run.id}:${index}`,
        provider: delivery.provider,
        accountId: delivery.accountId,
        peer: delivery.peer,
        kind: editsRow === undefined ? "message" : "edit",
        content: { ...content, editsRow },
        class: "reply",
        runId: run.id,
        sessionKey: run.sessionKey,
      });
    }
    // A draft that is not on its way yet gives way to the reply itself. One that may have arrived is looked for first.
    if (draft?.state === "queued" && !draft.mayBeDouble)
      this.#parts.outbox.store.update(draft.id, { state: "canceled" });
  }

  /** The parts of a reply in their order: text, then files. */
  contentsOf(run: Run, said: string, can: Capabilities, hasDraft: boolean): OutboxContent[] {
    const delivery = run.delivery!;
    const { markup, policyOf } = this.#parts;
    const { text, isSilent, replyTo, media, asVoice } = markup.readDirectives(wordsFor(run, said, hasDraft));
    const mode = policyOf(delivery.provider, delivery.accountId).replyToMode;
    const quoted = replyTo === "current" ? delivery.replyToId : replyTo?.id;
    const quotes = quoted ?? (delivery.peer.kind === "direct" ? undefined : delivery.replyToId);
    const quoteAt = (index: number) => (mode === "all" || (mode === "first" && index === 0) ? quotes : undefined);
    const footer = usageFooter(run, this.#parts.usageShownIn(run.sessionKey));
    const parts = isSilent || text.trim() === "" ? [] : markup.renderParts(`${text}${footer}`, limitsOf(can));
    return [
      ...parts.map((part, index): OutboxContent => ({ text: part, replyToId: quoteAt(index) })),
      ...media
        .slice(0, mediaMax)
        .map((source): OutboxContent => ({ mediaSource: { source, agentId: run.agentId, asVoice } })),
    ];
  }
}

export function limitsOf({ dialect, textCharsMax, countedIn, linesMax }: Capabilities): TextLimits {
  return { dialect, textCharsMax, countedIn, linesMax };
}

/** What the run cost, as a line of its own; empty where nobody wants it or nothing is known. */
function usageFooter({ usage, model }: Run, wanted: string | undefined): string {
  if (!usage || usage.totalTokens === 0 || wanted === undefined || wanted === "off") return "";
  const tokens = `${usage.input + usage.cacheRead + usage.cacheWrite} tokens in, ${usage.output} out`;
  if (wanted !== "full") return `\n\n_${tokens}_`;
  const total = usage.cost?.total ?? 0;
  const cost = total > 0 ? `, $${total.toFixed(4)}` : "";
  return `\n\n_${[tokens + cost, model].filter((part) => part !== undefined).join(" · ")}_`;
}

/** Why nothing of a run is seen in its chat; undefined when something is. */
function whySilent({ state, model, error }: Run, text: string): string | undefined {
  if (state === "error" || state === "timeout") return `the run failed: ${error ?? state}`;
  if (text.trim() !== "") return undefined;
  if (model === "builtin/echo") return "no language model is connected: clawdia models choose";
  return state === "ok" ? "the agent had nothing to say" : `the run ended without an answer (${state})`;
}

export function draftIdem(runId: string): string {
  return `run:${runId}:draft`;
}

/** What people in the chat read about an end that was no answer. */
function wordsFor(run: Run, said: string, hasDraft: boolean): string {
  switch (run.state) {
    case "ok":
      return said;
    case "aborted":
      // `/stop` answers for itself; a draft that people saw growing gets its last form.
      return hasDraft ? said : "";
    case "interrupted":
      return said;
    default: {
      const why = run.error ?? endTexts[run.state === "timeout" ? "timeout" : "error"];
      return said === "" ? `I could not answer: ${why}` : `${said}\n\nI could not go on: ${why}`;
    }
  }
}
