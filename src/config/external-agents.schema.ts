import { type Static, Type } from "@sinclair/typebox";
import { shape } from "../protocol/index.ts";
import { childFields, commandText } from "./child.schema.ts";

/** Agents that are programs of their own and speak the Agent Client Protocol. */
const { choice, named } = shape;

export const ExternalAgentSettings = named(
  "ExternalAgentSettings",
  {
    command: commandText(),
    ...childFields,
    permissions: choice(["deny", "ask"], {
      default: "deny",
      description:
        "What happens when it asks whether it may do something. deny: no; ask: you are asked, and silence is a no.",
    }),
    allowDangerous: Type.Boolean({
      default: false,
      description: "Lets args hold switches that take the agent's own safeguards away (--dangerously-…, --yolo).",
    }),
  },
  { description: "One agent; as a model it is called acp/<name>." },
);
export type ExternalAgentSettings = Static<typeof ExternalAgentSettings>;

export const ExternalAgents = Type.Record(
  Type.String({ pattern: "^[a-z0-9][a-z0-9_-]{0,63}$", maxLength: 64 }),
  ExternalAgentSettings,
  { additionalProperties: false, default: {}, description: "External agents (ACP) by a short name of your choice." },
);
