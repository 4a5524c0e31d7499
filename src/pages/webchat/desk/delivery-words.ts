import type { Lists } from "../desk-readings.ts";

/** How a message on its way out is, and what a decision over it means, in words. Pure. */

export type Delivery = Lists["sent"][number];
export type Decision = "resend" | "arrived" | "drop";
type Tone = "good" | "busy" | "bad" | "calm";

interface Words {
  readonly name: string;
  readonly tone: Tone;
  readonly text: string;
}

export const deliveryWords: Readonly<Record<Delivery["state"], Words>> = {
  queued: { name: "Queued", tone: "busy", text: "It goes out as soon as the network takes it." },
  sending: { name: "Being sent", tone: "busy", text: "It is on its way." },
  sent: { name: "Arrived", tone: "good", text: "The network took it." },
  unknown: {
    name: "Nobody can tell",
    tone: "bad",
    text: "It may have arrived: the network's answer was lost. Look into the chat before you decide.",
  },
  failed: { name: "Refused", tone: "bad", text: "The network did not take it. It did not arrive." },
  expired: { name: "Too late", tone: "bad", text: "It waited so long that it was not sent any more." },
  canceled: { name: "Dropped", tone: "calm", text: "It is not sent any more." },
};

export function needsDecision({ state }: Pick<Delivery, "state">): boolean {
  return state === "unknown" || state === "failed" || state === "expired";
}

export const decided: Readonly<Record<Decision, string>> = {
  resend: "It is sent again.",
  arrived: "It counts as delivered.",
  drop: "It is dropped.",
};

export interface Question {
  readonly title: string;
  readonly text: string;
  readonly verb: string;
}

/** What a person is asked before; undefined where nothing can go wrong. */
export function questionFor(decision: Decision, { state, mayBeDouble }: Delivery): Question | undefined {
  if (decision === "drop") {
    return { title: "Drop this message?", text: "It is never sent, and that cannot be undone.", verb: "Drop it" };
  }
  if (decision === "arrived") {
    return {
      title: "Did this message arrive?",
      text: "It counts as delivered from then on and is not sent again. That cannot be undone.",
      verb: "It arrived",
    };
  }
  if (state !== "unknown" && !mayBeDouble) return undefined;
  return {
    title: "Send this message again?",
    text: "Nobody can tell whether it arrived. When it did, whoever reads the chat gets it twice.",
    verb: "Send again",
  };
}
