/** The config: schema, file, environment and flags. It knows no feature that reads it. */
export type { CronSettings, HeartbeatSettings } from "./automation.schema.ts";
export { type AccountPolicy, type GroupSettings, isPolicy } from "./account-policy.schema.ts";
export { bindWords, Config } from "./config.schema.ts";
export type { ExternalAgentSettings } from "./external-agents.schema.ts";
export type { HookMapping, HooksSettings } from "./hooks.schema.ts";
export type { HttpSettings } from "./http.schema.ts";
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
export { tailscaleModes } from "./tailscale.schema.ts";
export type { ToolsSettings } from "./tools.schema.ts";
export {
  type Changed,
  type ChangeRequest,
  ConfigKeeper,
  type ConfigKeeperParts,
  type ConfigTrouble,
} from "./config-keeper.ts";
export { ConfigRefused } from "./change-rules.ts";
export { type ConfigCopy, ConfigHistory } from "./history.ts";
export { changedPaths, type Follower, isSame, LiveConfig, restartPaths, usualDelayMs } from "./live-config.ts";
export { type Lookup, type Reference, referenceIn } from "./references.ts";
export {
  atPath,
  ConfigError,
  configFile,
  type ConfigFile,
  type Environment,
  findPaths,
  type Flags,
  loadConfig,
  lookupIn,
  overrideConfig,
  type LoadedConfig,
  processEnvironment,
  readConfigFile,
} from "./load.ts";
export { accountDefaults, defaultConfig, parseConfig, type ParsedConfig } from "./parse.ts";
export { isSecretSetting, namesBelow, readPath, setSetting, settingAt, wordAsValue } from "./setting.ts";
export { redactConfig, redacted, redactSource, secretNames, secretPaths, secretTexts } from "./redact.ts";
export { shownConfig } from "./shown-config.ts";
