/** What executes a turn: the port, the built-in engine, language models. It sends nothing to any network of chats. */
export { ExternalAgents } from "./acp/external-agents.ts";
export { AcpEngine, type AcpEngineOptions, makeAcpEngine } from "./acp/acp-engine.ts";
export type { AskPermission, PermissionRequest } from "./acp/permission.ts";
export type { SessionIds } from "./acp/stored-session.ts";
export { EchoEngine, echoNotice, echoNoticeIntervalMs, type EchoParts } from "./echo-engine.ts";
export {
  type AgentEngine,
  EngineError,
  type EngineEvent,
  type EngineFailure,
  type EngineTurn,
  type ModelRef,
} from "./engine.ts";
export { repaired, summaryMessage } from "./conversation.ts";
export { type EngineParts, makeEngine } from "./make-engine.ts";
export { ModelEngine, type ModelEngineParts, stepsMax, type SystemPrompts, thinkingOf } from "./model-engine.ts";
export { coolDownMs, ModelHealth } from "./model-health.ts";
export { type ChosenModel, ModelSetup, type WantedModel } from "./model-setup.ts";
export { type AgentModel, Models } from "./models.ts";
export { ChoosingEngine } from "./choosing-engine.ts";
export { jsonSchemaProblem } from "./json-schema.ts";
export { judgeInput } from "./tool-input.ts";
export { resultCharsMax, skippedText, unknownText } from "./tool-runner.ts";
export { keptMessages, toSumUp, windowOf } from "./compaction.ts";
export { costOf } from "./models/cost.ts";
export { detect, type Detection, type FoundModel, type FoundServer, usualAddresses } from "./models/detect.ts";
export { type FailureContext, failureOf, retryAfterOf } from "./models/failure.ts";
export { knownVendors } from "./models/known-models.ts";
export { type Model, ModelError, type ModelPart, type ModelStep, type StepMessage } from "./models/model.ts";
export { makeOpenModel, type OpenModel } from "./models/open-model.ts";
export type { ModelChoice, ModelTarget, Vendor } from "./models/target.ts";
export { type TrialResult } from "./models/trial.ts";
export { freshCallId } from "./models/call-id.ts";
export { isNear, ollamaUrlOf } from "./models/vendor-book.ts";
export { localLimits, remoteLimits, type StepLimits, watched } from "./models/watchdog.ts";
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
