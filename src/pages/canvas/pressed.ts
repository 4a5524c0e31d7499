import { newId } from "./new-id.ts";
import type { Notice } from "./notice.ts";
import type { PageSocket } from "./page-socket.ts";
import type { FromGateway, UserAction } from "./page-words.ts";

/** Buttons on their way to the agent: each press counts once, and the person sees what becomes of it. */

type Status = Extract<FromGateway, { type: "status" }>;

const shortMs = 2_500;
const longMs = 8_000;

export class Pressed {
  readonly #notice: Notice;
  readonly #socket: () => PageSocket | undefined;
  /** The button of each press under way, by the press's id. */
  readonly #buttons = new Map<string, string>();

  constructor(notice: Notice, socket: () => PageSocket | undefined) {
    this.#notice = notice;
    this.#socket = socket;
  }

  press(action: UserAction): void {
    const button = JSON.stringify([action.surfaceId, action.sourceComponentId]);
    if ([...this.#buttons.values()].includes(button)) return;
    const id = newId();
    this.#buttons.set(id, button);
    this.#notice.say("Sending…");
    this.#socket()?.say({ type: "action", id, action });
  }

  /** Words of a page that the person let through. */
  say(text: string): void {
    this.#notice.say("Sending…");
    this.#socket()?.say({ type: "say", id: newId(), text });
  }

  hear({ id, state, error }: Status): void {
    // Once it is stored the same button may be pressed again: that is another press.
    this.#buttons.delete(id);
    switch (state) {
      case "accepted":
        return this.#notice.say("Working…");
      case "done":
        return this.#notice.say("Done", shortMs);
      case "failed":
        return this.#notice.say("The agent could not finish that", longMs);
      case "refused":
        return this.#notice.say(error ?? "That was refused", longMs);
    }
  }
}
