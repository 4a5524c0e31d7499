import type { Config, ConfigFile, Environment } from "../config/index.ts";
import type { AgentEngine } from "../engine/index.ts";
import type { GatewaySettings } from "../gateway/index.ts";
import type { LogFile } from "../lib/index.ts";
import type { Provider } from "../providers/index.ts";
import type { World } from "./world.ts";

/** All that a house is built from. One call in production, one in tests. */
export interface HouseOptions {
  readonly world: World;
  readonly config: Config;
  readonly version: string;
  readonly commit: string | undefined;
  /** `:memory:` or a file. */
  readonly databasePath: string;
  readonly mediaDir: string | undefined;
  /** Absent: nothing is taken from it. */
  readonly environment?: Environment;
  readonly stateDir: string;
  /** Undefined keeps secrets in memory. */
  readonly secretsDir: string | undefined;
  readonly readConfig: () => ConfigFile;
  readonly logFile: Pick<LogFile, "path" | "flush">;
  /** 32 bytes; see `DeviceTokens`. */
  readonly deviceTokenKey: Uint8Array;
  readonly secrets: { readonly tokens: readonly string[]; readonly password: string | undefined };
  readonly listen: Pick<GatewaySettings, "addresses" | "port" | "tls">;
  readonly engine?: AgentEngine;
  /** Networks in place of those that there are. */
  readonly providers?: readonly Provider[];
  readonly checksResults: boolean;
}
