import { newId } from "./new-id.ts";
import type { FrameAnswer, Json, Params } from "./page-words.ts";

/** An agent's page inside of the tab: in an origin that is nobody's, and heard as a stranger. */

export interface FrameEars {
  /** The page wants to say something to the agent; a person decides. */
  readonly asksToSay: (text: string) => void;
}

const wordsMax = 4_000;
const loadMs = 15_000;

export class FrameHost {
  readonly element: HTMLIFrameElement;
  readonly #ears: FrameEars;
  readonly #waiting = new Map<string, PromiseWithResolvers<Json>>();

  constructor(element: HTMLIFrameElement, ears: FrameEars) {
    this.element = element;
    this.#ears = ears;
    // The answer's policy says the same once more; neither alone is trusted.
    element.setAttribute("sandbox", "allow-scripts allow-forms allow-modals allow-pointer-lock allow-downloads");
    element.referrerPolicy = "no-referrer";
    addEventListener("message", this.#hear);
  }

  /** Resolves when the page is there. */
  async load(address: string): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(() => reject(new Error("the page did not load in time")), loadMs);
    this.element.addEventListener("load", () => resolve(), { once: true });
    this.element.src = address;
    try {
      await promise;
    } finally {
      clearTimeout(timer);
    }
  }

  async ask(what: "eval" | "snapshot", params: Params, timeoutMs: number): Promise<Json> {
    const id = newId();
    const waiting = Promise.withResolvers<Json>();
    this.#waiting.set(id, waiting);
    const timer = setTimeout(() => waiting.reject(new Error("the page did not answer in time")), timeoutMs);
    // The frame's origin is opaque, so there is none to name.
    this.element.contentWindow?.postMessage({ clawdia: "ask", id, what, params }, "*");
    try {
      return await waiting.promise;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(id);
    }
  }

  readonly #hear = ({ source, data }: MessageEvent<unknown>) => {
    if (source !== this.element.contentWindow || typeof data !== "object" || data === null) return;
    const { clawdia, text } = data as { readonly clawdia?: unknown; readonly text?: unknown };
    if (clawdia === "answer") return this.#answered(data as FrameAnswer);
    if (clawdia === "say" && typeof text === "string" && text !== "") this.#ears.asksToSay(text.slice(0, wordsMax));
  };

  #answered({ id, ok, value, error }: FrameAnswer): void {
    const waiting = this.#waiting.get(id);
    if (!waiting) return;
    if (ok) waiting.resolve(value ?? null);
    else waiting.reject(new Error((typeof error === "string" ? error : "the page refused").slice(0, 2_000)));
  }
}
