import { type Static, Type } from "@sinclair/typebox";
import { shape } from "../protocol/index.ts";

/** What agents may do. */
const { named, optional } = shape;

const names = (description: string) =>
  Type.Array(Type.String({ minLength: 1, maxLength: 64, description: "A tool's name, or group:<name>." }), {
    maxItems: 256,
    default: [],
    description,
  });

const lists = {
  allow: names("Only these tools; empty: all that are there."),
  deny: names("Never these, whatever else allows them."),
};

const ExecSettings = named(
  "ExecSettings",
  {
    timeoutSeconds: Type.Integer({
      minimum: 1,
      maximum: 86_400,
      default: 120,
      description: "How long a command may take when the agent does not say.",
    }),
    environment: Type.Array(
      Type.String({ pattern: "^[A-Za-z_][A-Za-z0-9_]*$", maxLength: 128, description: "Name of a variable." }),
      {
        maxItems: 64,
        default: [],
        description:
          "Variables of the gateway's environment that commands get beside PATH, HOME and the like. Those that make " +
          "programs load code (LD_PRELOAD, NODE_OPTIONS, GIT_* …) are left out all the same.",
      },
    ),
  },
  { default: {}, description: "Commands of the agents. Who may run what is in exec-approvals.json: clawdia exec." },
);

const FetchSettings = named(
  "FetchSettings",
  {
    allowHosts: Type.Array(
      Type.String({
        pattern: "^\\S{1,253}:\\d{1,5}$",
        maxLength: 260,
        description: "host:port, for instance nas.lan:8080.",
      }),
      {
        maxItems: 64,
        default: [],
        description:
          "Services in your own network that pages and files may be fetched from. All others there are refused.",
      },
    ),
  },
  { default: {}, description: "What agents and replies fetch from the web." },
);

export const ToolsSettings = named(
  "ToolsSettings",
  { ...lists, exec: ExecSettings, fetch: FetchSettings },
  { default: {}, description: "Tools of the agents." },
);
export type ToolsSettings = Static<typeof ToolsSettings>;

/** One agent's own lists; they narrow the lists for all. */
export const AgentToolsSettings = optional(
  named("AgentToolsSettings", lists, { description: "Tools of this agent, among those that all may have." }),
);
