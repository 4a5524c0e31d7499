import { type Clock, Throttle } from "../lib/index.ts";
import type { Publish } from "../protocol/index.ts";
import { modelRefOf, type Run, type RunSignal } from "../runs/index.ts";
import type { chatEvents } from "./chat.events.ts";

/** One `chat` delta a run in this time; what comes faster is carried by the next one. */
export const chatDeltaIntervalMs = 150;

interface Feed {
  readonly throttle: Throttle;
  text: string;
  seq: number;
  told: string;
}

/** Turns what runs do into `chat` events. */
export class ChatFeed {
  readonly #clock: Clock;
  readonly #publish: Publish<typeof chatEvents>;
  readonly #model: () => { readonly provider: string; readonly model: string };
  readonly #feeds = new Map<string, Feed>();

  constructor(parts: {
    readonly clock: Clock;
    readonly publish: Publish<typeof chatEvents>;
    readonly model: () => { readonly provider: string; readonly model: string };
  }) {
    this.#clock = parts.clock;
    this.#publish = parts.publish;
    this.#model = parts.model;
  }

  hear(signal: RunSignal): void {
    if (signal.kind === "ended") return this.#end(signal);
    if (signal.kind !== "text") return;
    const feed = this.#feeds.get(signal.run.id) ?? this.#open(signal.run);
    feed.text = signal.text;
    feed.seq = signal.seq;
    feed.throttle.request();
  }

  #open(run: Run): Feed {
    const feed: Feed = {
      throttle: new Throttle(this.#clock, chatDeltaIntervalMs, () => this.#tellDelta(run, feed)),
      text: "",
      seq: 0,
      told: "",
    };
    this.#feeds.set(run.id, feed);
    return feed;
  }

  #tellDelta(run: Run, feed: Feed): void {
    const deltaText = feed.text.slice(feed.told.length);
    feed.told = feed.text;
    this.#publish("chat", {
      runId: run.id,
      sessionKey: run.sessionKey,
      seq: feed.seq,
      state: "delta",
      message: { role: "assistant", content: [{ type: "text", text: feed.text }], timestamp: this.#clock.nowMs() },
      deltaText,
    });
  }

  #end({ run, seq, text }: Extract<RunSignal, { kind: "ended" }>): void {
    this.#feeds.get(run.id)?.throttle.flush();
    this.#feeds.delete(run.id);
    const base = { runId: run.id, sessionKey: run.sessionKey, seq };
    const message = text.trim() === "" ? {} : { message: this.#finalMessage(run, text) };
    const stopReason = run.stopReason ?? "stop";
    if (run.state === "ok") {
      this.#publish("chat", {
        ...base,
        state: "final",
        ...message,
        ...(run.usage && { usage: run.usage }),
        stopReason,
      });
    } else if (run.state === "aborted" || run.state === "timeout") {
      this.#publish("chat", { ...base, state: "aborted", ...message, stopReason });
    } else {
      this.#publish("chat", {
        ...base,
        state: "error",
        ...message,
        errorMessage: run.error ?? "the run failed",
        stopReason,
      });
    }
  }

  #modelOf({ model }: Run): { readonly provider: string; readonly model: string } {
    return modelRefOf(model) ?? this.#model();
  }

  #finalMessage(run: Run, text: string) {
    return {
      role: "assistant" as const,
      content: [{ type: "text" as const, text }],
      timestamp: run.endedAtMs ?? this.#clock.nowMs(),
      runId: run.id,
      ...this.#modelOf(run),
    };
  }
}
