import { type Client, ConnectError, RequestError } from "../../client/index.ts";
import { newIdempotencyKey } from "../shared/chance.ts";
import type { ChatParts } from "./asking.ts";
import { withConversation, withoutUnsent, withUnsent } from "./chat-state.ts";
import { withMessage, withRun } from "./conversation.ts";
import { attachmentsOf, type DraftImage, keptUnsent, messageOf, type Unsent } from "./unsent.ts";

/** Brings what a person wrote to the gateway, in order, once. While the gateway is away messages wait here. */

/** A message with images may take its time on a slow line. */
const sendTimeoutMs = 60_000;

export class Sender {
  readonly #parts: ChatParts;
  /** Runs that ended, so that a late reply does not bring one back. */
  readonly #ended = new Set<string>();
  #isSending = false;

  constructor(parts: ChatParts) {
    this.#parts = parts;
  }

  async restore(): Promise<void> {
    const unsent = await keptUnsent(this.#parts.keep);
    this.#parts.state.update((state) => ({ ...state, unsent }));
  }

  async write(sessionKey: string, text: string, images: readonly DraftImage[]): Promise<void> {
    await this.#put({
      idempotencyKey: newIdempotencyKey(),
      sessionKey,
      text,
      images,
      writtenAtMs: Date.now(),
      state: "waiting",
    });
    await this.sendAll();
  }

  /** A refused message is another request; one that only found no connection keeps its key. */
  async retry(unsent: Unsent): Promise<void> {
    if (unsent.state === "refused") {
      await this.discard(unsent);
      return this.write(unsent.sessionKey, unsent.text, unsent.images);
    }
    return this.sendAll();
  }

  async discard({ idempotencyKey }: Unsent): Promise<void> {
    this.#parts.state.update((state) => withoutUnsent(state, idempotencyKey));
    await this.#parts.keep.remove("unsent", idempotencyKey);
  }

  async sendAll(): Promise<void> {
    if (this.#isSending) return;
    this.#isSending = true;
    try {
      for (;;) {
        const client = this.#parts.client();
        const next = this.#parts.state.value.unsent.find(({ state }) => state === "waiting");
        if (!client || !next || !(await this.#send(client, next))) return;
      }
    } finally {
      this.#isSending = false;
    }
  }

  /** The gateway has it: by its reply, or by an event that was faster. */
  async accepted(unsent: Unsent): Promise<void> {
    const { idempotencyKey: runId, sessionKey } = unsent;
    this.#parts.state.update((state) =>
      withConversation(withoutUnsent(state, runId), sessionKey, (before) => {
        const after = withMessage(before, messageOf(unsent));
        return this.#ended.has(runId) ? after : withRun(after, runId);
      }),
    );
    await this.#parts.keep.remove("unsent", runId);
  }

  ended(runId: string): void {
    this.#ended.add(runId);
  }

  /** True when the next message may be tried. */
  async #send(client: Client, unsent: Unsent): Promise<boolean> {
    const { idempotencyKey, sessionKey, text, images } = unsent;
    this.#parts.state.update((state) => withUnsent(state, { ...unsent, state: "sending" }));
    const attachments = images.length > 0 ? { attachments: attachmentsOf(images) } : {};
    const params = { sessionKey, message: text, idempotencyKey, ...attachments };
    try {
      const { status } = await client.call("chat.send", params, { timeoutMs: sendTimeoutMs });
      // `ok` is an answer without a run: a word that stops others, or a run that ended before.
      if (status === "ok") await this.discard(unsent);
      else if (this.#isUnsent(idempotencyKey)) await this.accepted(unsent);
      return true;
    } catch (error) {
      return this.#failed(unsent, error);
    }
  }

  async #failed(unsent: Unsent, error: unknown): Promise<boolean> {
    if (!this.#isUnsent(unsent.idempotencyKey)) return true;
    if (error instanceof RequestError) {
      await this.#put({ ...unsent, state: "refused", reason: error.message });
      return true;
    }
    this.#parts.state.update((state) => withUnsent(state, { ...unsent, state: "waiting" }));
    if (error instanceof ConnectError) return false;
    throw error;
  }

  #isUnsent(key: string): boolean {
    return this.#parts.state.value.unsent.some(({ idempotencyKey }) => idempotencyKey === key);
  }

  async #put(unsent: Unsent): Promise<void> {
    this.#parts.state.update((state) => withUnsent(state, unsent));
    await this.#parts.keep.put("unsent", unsent.idempotencyKey, unsent);
  }
}
