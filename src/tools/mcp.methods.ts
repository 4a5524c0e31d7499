import { methodsFor, NoParams, operator, shape } from "../protocol/index.ts";
import type { McpServers } from "./mcp/mcp-servers.ts";

const { arrayOf, closed, count, named, namedOneOf, nonEmpty, optional, text } = shape;

const method = methodsFor<{ mcp: Pick<McpServers, "status"> }>();

const ServerStatus = named("McpServerStatus", {
  name: nonEmpty(32),
  state: namedOneOf("McpServerState", "off", "idle", "connecting", "ready", "waiting"),
  toolCount: count(),
  /** Why it is away, for people. */
  error: optional(text(512)),
});

export const mcpMethods = {
  "mcp.status": method({
    summary: "How the MCP servers of the config are, and why one is away.",
    access: operator("read"),
    params: NoParams,
    result: closed({ servers: arrayOf(ServerStatus, 1024) }),
    handle: (_params, { mcp }) => ({ servers: [...mcp.status()] }),
  }),
};
