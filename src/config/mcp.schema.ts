import { type Static, Type } from "@sinclair/typebox";
import { shape } from "../protocol/index.ts";
import { childFields, commandText, secretMap } from "./child.schema.ts";

/** MCP servers, whose tools the agents may use. */
const { named, optional } = shape;

const toolNames = (description: string) =>
  Type.Array(Type.String({ minLength: 1, maxLength: 256, description: "A tool's name, as the server says it." }), {
    maxItems: 256,
    default: [],
    description,
  });

const headerName = Type.String({ pattern: "^[A-Za-z0-9!#$%&'*+.^_|~-]+$", maxLength: 256 });

export const McpServerSettings = named(
  "McpServerSettings",
  {
    enabled: Type.Boolean({ default: true, description: "Off: the server is not used." }),
    command: optional(commandText()),
    ...childFields,
    url: optional(
      Type.String({
        pattern: "^https?://",
        maxLength: 2048,
        description: "Instead of a program: the address of a server that speaks streamable HTTP.",
      }),
    ),
    headers: secretMap(headerName, "HTTP headers for that address, for instance Authorization. Values are secrets."),
    toolPrefix: optional(
      Type.String({
        pattern: "^[a-z][a-z0-9_]{0,31}$",
        maxLength: 32,
        description: "What its tools' names start with; absent: the server's own name here.",
      }),
    ),
    allow: toolNames("Only these of its tools; empty: all."),
    deny: toolNames("Never these, whatever else allows them."),
    timeoutMs: Type.Integer({
      minimum: 100,
      maximum: 3_600_000,
      default: 60_000,
      description: "How long one call may take.",
    }),
  },
  { description: "One server: either a program (command) or an address (url)." },
);
export type McpServerSettings = Static<typeof McpServerSettings>;

export const McpSettings = named(
  "McpSettings",
  {
    servers: Type.Record(Type.String({ pattern: "^[a-z][a-z0-9_-]{0,31}$", maxLength: 32 }), McpServerSettings, {
      additionalProperties: false,
      default: {},
      description: "Servers by a short name of your choice.",
    }),
  },
  { default: {}, description: "MCP servers as tools of the agents." },
);
export type McpSettings = Static<typeof McpSettings>;
