/** The config: schema, file, environment and flags. It knows no feature that reads it. */
export type { CronSettings, HeartbeatSettings } from "./automation.schema.ts";
export { type AccountPolicy, type GroupSettings } from "./account-policy.schema.ts";
export { bindWords, Config } from "./config.schema.ts";
export type { ExternalAgentSettings } from "./external-agents.schema.ts";
export type { McpServerSettings, McpSettings } from "./mcp.schema.ts";
export type { BindingSettings, MessagesSettings } from "./messages.schema.ts";
export {
  type ModelCost,
  type ModelSettings,
  type ModelsSettings,
  type ThinkingLevel,
  thinkingLevels,
  type VendorKind,
  vendorKinds,
  type VendorQuirks,
  type VendorSettings,
} from "./models.schema.ts";
export type { ProvidersSettings } from "./providers.schema.ts";
export type { ToolsSettings } from "./tools.schema.ts";
export {
  ConfigError,
  type ConfigFile,
  type Environment,
  findPaths,
  type Flags,
  loadConfig,
  type LoadedConfig,
  processEnvironment,
  readConfigFile,
} from "./load.ts";
export { accountDefaults, defaultConfig, parseConfig, type ParsedConfig } from "./parse.ts";
export { redactConfig, redacted, redactSource, secretPaths } from "./redact.ts";
