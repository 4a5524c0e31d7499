import type { Config, ConfigFile, Environment } from "../config/index.ts";
import type { AgentEngine } from "../engine/index.ts";
import type { GatewaySettings } from "../gateway/index.ts";
import type { LogFile } from "../lib/index.ts";
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
  readonly stateDir: string;
  readonly readConfig: () => ConfigFile;
  readonly logFile: Pick<LogFile, "path" | "flush">;
  /** 32 bytes; see `DeviceTokens`. */
  readonly deviceTokenKey: Uint8Array;
  readonly secrets: { readonly tokens: readonly string[]; readonly password: string | undefined };
  readonly listen: Pick<GatewaySettings, "addresses" | "port">;
  readonly engine?: AgentEngine;
  /** Of this process: commands of agents get the harmless part of it. */
  readonly environment?: Environment;
  readonly checksResults: boolean;
}
