/** What agents may do, and what they are told about themselves. It runs no turn and knows no network. */
export { type FilesOf, makeFilesOf } from "./agent-files.ts";
export { defineTool, failure, type ToolDefinition } from "./define-tool.ts";
export { editTool } from "./edit.tool.ts";
export { execTool } from "./exec.tool.ts";
export { fenced } from "./external-content.ts";
export { listTool } from "./list.tool.ts";
export { messageTool } from "./message.tool.ts";
export { readTool } from "./read.tool.ts";
export { sessionTools } from "./sessions.tools.ts";
export { type Skill, Skills } from "./skills.ts";
export { TextCache } from "./text-cache.ts";
export { toolGroups } from "./tool-groups.ts";
export { Toolbox, type ToolSource } from "./toolbox.ts";
export { type FetchedPage, type FetchPage, webFetchTool } from "./web-fetch.tool.ts";
export { type SystemPrompts, WorkspacePrompts } from "./workspace-prompt.ts";
export { writeTool } from "./write.tool.ts";
export type { McpServerStatus } from "./mcp/mcp-server.ts";
export { McpServers } from "./mcp/mcp-servers.ts";
