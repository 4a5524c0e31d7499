import { type Static, Type } from "@sinclair/typebox";
import { shape } from "../protocol/index.ts";

/** Requests of other programs that wake the agent, give it work, or have a message delivered. */
const { choice, named, optional } = shape;

const word = (charsMax: number, description: string) => Type.String({ minLength: 1, maxLength: charsMax, description });
const template = (description: string) => word(20_000, `${description} Takes {{path.to.value}}.`);
const trust = () =>
  choice(["external", "owner"], {
    default: "external",
    description:
      "Whose words it brings. external: text of strangers; it is fenced, and its run has no tools that are for the " +
      "owner alone. owner: yours; the agent obeys it as if you had written it.",
  });

const HookCondition = named(
  "HookCondition",
  {
    path: word(256, "Where the value stands: a.b[0].c in the body, headers.x-name, or query.name."),
    equals: Type.String({ maxLength: 1024, description: "The value as text." }),
  },
  { description: "A value that must be there." },
);

const HookMapping = named(
  "HookMapping",
  {
    path: Type.String({
      pattern: "^[a-z0-9][a-z0-9_-]{0,63}$",
      maxLength: 64,
      description: "The mapping answers at <hooks.path>/<this>. Several may share it: the first that fits is taken.",
    }),
    when: Type.Array(HookCondition, {
      maxItems: 16,
      default: [],
      description: "All of these must hold; where no mapping of the path fits, the request is answered with 204.",
    }),
    action: choice(["agent", "wake", "message"], {
      default: "agent",
      description:
        "agent: a run in a session of its own; wake: a notice in the main session; message: the text is delivered " +
        "as it is, without a model.",
    }),
    name: optional(word(64, "What the hook is called in prompts and lists; absent: its path.")),
    text: template("What is said: the material for the agent, the notice, or the message."),
    instruction: optional(
      word(20_000, "What the agent is to do with the material, in your words. Nothing is filled in here."),
    ),
    trust: trust(),
    mode: choice(["now", "next-heartbeat"], {
      default: "now",
      description: "For wake: whether the agent looks at the notice now, or with whatever comes next.",
    }),
    agent: optional(word(64, "The agent that does the work; absent: the default one.")),
    sessionKey: optional(template("Session of the run, beginning with hook: – absent: a new one for each request.")),
    deliver: Type.Boolean({ default: true, description: "Whether the answer of a run goes to a chat." }),
    channel: optional(word(64, "Network of that chat; absent or last: where you last wrote from.")),
    to: optional(template("The chat there.")),
    accountId: optional(word(128, "Our account there.")),
    threadId: optional(template("The thread there.")),
    model: optional(word(256, "Thinks for this run, as vendor/model.")),
    thinking: optional(word(32, "How much it thinks.")),
    timeoutSeconds: optional(Type.Integer({ minimum: 1, maximum: 86_400, description: "How long the run may take." })),
    deliveryId: optional(
      word(256, "Where the body or a header names the delivery, so that a repeat is known; beside the usual headers."),
    ),
  },
  { description: "A request at a path of its own, turned into work by text templates. Nothing in it is executed." },
);
export type HookMapping = Static<typeof HookMapping>;

export const HooksSettings = named(
  "HooksSettings",
  {
    enabled: Type.Boolean({ default: false, description: "Whether requests are taken. Needs a token." }),
    token: optional(
      Type.String({
        minLength: 16,
        maxLength: 4096,
        secret: true,
        description:
          "What a request must bring as Authorization: Bearer, or in x-clawdia-token. Not the gateway's own.",
      }),
    ),
    path: Type.String({
      pattern: "^(/[a-z0-9][a-z0-9_-]{0,63}){1,4}$",
      maxLength: 256,
      default: "/hooks",
      description: "Where they are taken.",
    }),
    bodyBytesMax: Type.Integer({
      minimum: 1_024,
      maximum: 10_485_760,
      default: 262_144,
      description: "Largest body.",
    }),
    trust: trust(),
    mappings: Type.Array(HookMapping, {
      maxItems: 64,
      default: [],
      description: "Paths beside wake, agent and message.",
    }),
  },
  { default: {}, description: "Requests of other programs (POST /hooks/wake, /hooks/agent, /hooks/message)." },
);
export type HooksSettings = Static<typeof HooksSettings>;
