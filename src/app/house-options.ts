import type { Config, ConfigTrouble, Environment, Lookup, ParsedConfig } from "../config/index.ts";
import type { AgentEngine } from "../engine/index.ts";
import type { GatewaySettings } from "../gateway/index.ts";
import type { LogFile } from "../lib/index.ts";
import type { Provider } from "../providers/index.ts";
import type { World } from "./world.ts";

/** Where the config is kept, and what lies over it. */
export interface ConfigPlace {
  readonly path: string;
  /** Absent: in the state folder. */
  readonly historyDir?: string;
  /** Secrets that the config only names; absent: there are none. */
  readonly lookup?: Lookup;
  /** Flags and environment over the file. Throws a ConfigError. */
  readonly override?: (file: ParsedConfig) => Config;
  /** Why the file is not what the house starts with. */
  readonly trouble?: ConfigTrouble | undefined;
  /** The file is looked at, and followed when somebody edits it. */
  readonly isWatched: boolean;
}

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
  readonly configPlace: ConfigPlace;
  readonly logFile: Pick<LogFile, "path" | "flush">;
  /** 32 bytes; see `DeviceTokens`. */
  readonly deviceTokenKey: Uint8Array;
  /** Beside those of the config. */
  readonly secrets: { readonly tokens: readonly string[]; readonly password: string | undefined };
  readonly listen: Pick<GatewaySettings, "addresses" | "port" | "tls">;
  /** The certificate by the config's settings; throws a ConfigError. Absent: there is no TLS to be switched on. */
  readonly certificateFor?: (settings: Config["gateway"]["tls"]) => GatewaySettings["tls"];
  /** The house listens at another address now. */
  readonly moved?: (facts: { readonly url: string; readonly tlsFingerprint?: string }) => void;
  /** A config came to hold, or was taken back. */
  readonly configured?: (config: Config) => void;
  /** Ends the process soon, to be started again; in how many milliseconds. Absent where nobody would start it. */
  readonly restart?: (reason: string, delayMs: number) => number;
  readonly engine?: AgentEngine;
  /** Networks in place of those that there are. */
  readonly providers?: readonly Provider[];
  readonly checksResults: boolean;
}
