/** What agents may do, beyond talking. It starts no turns and keeps no conversation. */
export type { McpServerStatus } from "./mcp/mcp-server.ts";
export { McpServers } from "./mcp/mcp-servers.ts";
