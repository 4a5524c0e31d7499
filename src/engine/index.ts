/** What executes a turn: the port, the built-in engine, the models there are. It keeps no state and sends nothing. */
export { AcpEngine, type AcpEngineOptions, makeAcpEngine } from "./acp/acp-engine.ts";
export type { AskPermission, PermissionRequest } from "./acp/permission.ts";
export type { SessionIds } from "./acp/stored-session.ts";
export { EchoEngine, echoNotice } from "./echo-engine.ts";
export {
  type AgentEngine,
  EngineError,
  type EngineEvent,
  type EngineFailure,
  type EngineTurn,
  type ModelRef,
} from "./engine.ts";
export { type ModelChoice, Models } from "./models.ts";
export type {
  Tool,
  Toolbox,
  ToolCall,
  ToolCallContext,
  ToolEffect,
  ToolImage,
  ToolOrigin,
  ToolOutput,
  ToolResult,
} from "./tool.ts";
export {
  addUsage,
  type PastImage,
  type PastMessage,
  type Replay,
  type StepEnd,
  type TurnUsage,
  zeroTurnUsage,
} from "./turn-words.ts";
