/** The config: schema, file, environment and flags. It knows no feature that reads it. */
export { bindWords, Config } from "./config.schema.ts";
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
export { defaultConfig, parseConfig, type ParsedConfig } from "./parse.ts";
export { redactConfig, redacted, redactSource, secretPaths } from "./redact.ts";
