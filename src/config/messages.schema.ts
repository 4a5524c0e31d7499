import { type Static, Type } from "@sinclair/typebox";
import { shape } from "../protocol/index.ts";

/** How messages become turns, and turns replies. */
const { choice, named, optional } = shape;

const minutes = (fallback: number, description: string) =>
  Type.Integer({ minimum: 1, maximum: 10_080, default: fallback, description });

export const MessagesSettings = named(
  "MessagesSettings",
  {
    queueMode: choice(["collect", "followup", "steer", "interrupt"], {
      default: "collect",
      description:
        "Messages that come while the agent works. collect: one turn for all of them afterwards; followup: one turn " +
        "each; steer: into the running turn; interrupt: end the running turn and start with the newest.",
    }),
    queueMax: Type.Integer({
      minimum: 1,
      maximum: 64,
      default: 20,
      description: "Messages that may wait for one session.",
    }),
    queueDrop: choice(["summarize", "old", "new"], {
      default: "summarize",
      description: "Above that: summarize keeps one line of each of the oldest, old drops the oldest, new the newest.",
    }),
    catchUpMinutes: minutes(
      15,
      "Direct messages and mentions sent while the gateway was away are answered up to this age.",
    ),
    replyLifeMinutes: minutes(60, "A reply that could not be delivered for so long is given up and reported."),
    proactiveLifeMinutes: minutes(1_440, "The same for messages that nobody asked for."),
    noticeLifeMinutes: minutes(10, "The same for notices of the gateway."),
    typing: choice(["instant", "message", "never"], {
      default: "instant",
      description: "When the typing sign is shown: at once, with the first text, or never.",
    }),
  },
  { default: {}, description: "From messages to turns, and back." },
);
export type MessagesSettings = Static<typeof MessagesSettings>;

export const BindingSettings = named(
  "BindingSettings",
  {
    agent: Type.String({ minLength: 1, maxLength: 64, description: "The agent that answers." }),
    provider: optional(Type.String({ minLength: 1, maxLength: 64, description: "Only messages of this network." })),
    account: optional(Type.String({ minLength: 1, maxLength: 64, description: "Only messages of this account." })),
    peer: optional(Type.String({ minLength: 1, maxLength: 128, description: "Only messages of this chat's id." })),
    sender: optional(Type.String({ minLength: 1, maxLength: 128, description: "Only messages of this person's id." })),
  },
  { description: "Which agent answers whom. The binding that names most wins; among equals the first." },
);
export type BindingSettings = Static<typeof BindingSettings>;
