import { createHash } from "node:crypto";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { makePaths, type Paths, readTextIfPresent } from "../lib/index.ts";
import type { Config } from "./config.schema.ts";
import { parseConfig, type ParsedConfig } from "./parse.ts";
import type { Lookup } from "./references.ts";
import { tailscaleModes } from "./tailscale.schema.ts";

/** The one door for the environment in. Flags beat environment, environment beats the file. */
export type Environment = Readonly<Record<string, string | undefined>>;

export interface Flags {
  readonly profile?: string | undefined;
  readonly port?: number | undefined;
  readonly bind?: string | undefined;
  readonly token?: string | undefined;
  readonly password?: string | undefined;
  readonly tailscale?: string | undefined;
  readonly tailscaleResetOnExit?: boolean | undefined;
}

/** A setting that cannot be used. The text says which, where it stands, and the cure. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

export interface ConfigFile extends ParsedConfig {
  readonly path: string;
  /** The text as it is on disk; undefined when there is no file. */
  readonly source: string | undefined;
  /** SHA-256 of the text, of the empty text when there is no file. */
  readonly hash: string;
}

export interface LoadedConfig {
  readonly paths: Paths;
  readonly file: ConfigFile;
  /** The file with flags and environment over it. */
  readonly config: Config;
}

const profilePattern = /^[a-z0-9][a-z0-9_-]{0,31}$/;
const firstProfilePort = 19_000;
const profilePortStep = 20;
const profilePorts = 500;

export function processEnvironment(): Environment {
  return process.env;
}

export function loadConfig(environment: Environment, flags: Flags = {}): LoadedConfig {
  const profile = flags.profile ?? (environment["CLAWDIA_PROFILE"] || undefined);
  const paths = findPaths(environment, profile);
  const file = readConfigFile(paths.configFile, lookupIn(environment, paths));
  const issue = file.issues[0];
  if (issue) throw new ConfigError(`config ${file.path} cannot be used${atPath(issue)}; ${editCure}`);
  return { paths, file, config: overrideConfig(file, environment, flags) };
}

/** What a person does about a config that cannot be used. */
export const editCure = "clawdia config validate shows what is wrong, clawdia config edit mends it";

/** `, at gateway.port: Expected integer` */
export function atPath({ path, message }: ParsedConfig["issues"][number]): string {
  return `${path === "" ? "" : `, at ${path}`}: ${message}`;
}

/** Secrets that the config only names: in the environment, in the secrets folder, in files. */
export function lookupIn(environment: Environment, paths: Pick<Paths, "secretsDir" | "configFile">): Lookup {
  return ({ kind, name }) => {
    if (kind === "environment") return environment[name] || undefined;
    const home = environment["HOME"] ?? homedir();
    const file = name.startsWith("~/") ? join(home, name.slice(2)) : resolve(dirname(paths.configFile), name);
    const text = secretText(kind === "secret" ? join(paths.secretsDir, name) : file);
    return text === undefined || text.trim() === "" ? undefined : text.replace(/\r?\n$/, "");
  };
}

/** Undefined when it cannot be read, for whatever reason: the setting is named, which is what a person needs. */
function secretText(path: string): string | undefined {
  try {
    return readTextIfPresent(path);
  } catch (error) {
    if (error instanceof Error && "code" in error) return undefined;
    throw error;
  }
}

export function findPaths(environment: Environment, profile: string | undefined): Paths {
  if (profile !== undefined && !profilePattern.test(profile)) {
    throw new ConfigError(`profile "${profile}" cannot be a folder name: use a-z, 0-9, _ and -, at most 32 characters`);
  }
  const home = environment["HOME"] || environment["USERPROFILE"] || homedir();
  const standard = join(home, profile === undefined ? ".clawdia" : `.clawdia-${profile}`);
  const stateDir = resolve(environment["CLAWDIA_STATE_DIR"] || standard);
  const elsewhere = environment["CLAWDIA_CONFIG_PATH"];
  return makePaths(stateDir, elsewhere ? resolve(elsewhere) : undefined);
}

/** With `lookup`, references to secrets are resolved. */
export function readConfigFile(path: string, lookup?: Lookup): ConfigFile {
  return configFile(path, sourceOf(path), lookup);
}

/** A text as if it were in the file. */
export function configFile(path: string, source: string | undefined, lookup?: Lookup): ConfigFile {
  return { ...parseConfig(source ?? "", lookup), path, source, hash: hashOf(source ?? "") };
}

export function hashOf(source: string): string {
  return createHash("sha256").update(source).digest("hex");
}

function sourceOf(path: string): string | undefined {
  try {
    return readTextIfPresent(path);
  } catch (error) {
    throw new ConfigError(`config ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The file with flags and environment over it. Throws a ConfigError for one of them that cannot be used. */
export function overrideConfig(file: ParsedConfig, environment: Environment, flags: Flags = {}): Config {
  const profile = flags.profile ?? (environment["CLAWDIA_PROFILE"] || undefined);
  const { gateway } = file.config;
  const { allowTailscale } = gateway.auth;
  const token = flags.token ?? environment["CLAWDIA_GATEWAY_TOKEN"] ?? gateway.auth.token;
  const password = flags.password ?? environment["CLAWDIA_GATEWAY_PASSWORD"] ?? gateway.auth.password;
  refuseUnusableSecret("token", token);
  refuseUnusableSecret("password", password);
  const filePort = writtenPort(file.written) ?? (profile === undefined ? gateway.port : profilePort(profile));
  return {
    ...file.config,
    gateway: {
      ...gateway,
      port: flags.port ?? environmentPort(environment["CLAWDIA_GATEWAY_PORT"]) ?? filePort,
      bind: flags.bind ?? (environment["CLAWDIA_GATEWAY_BIND"] || gateway.bind),
      auth: {
        ...(token && { token }),
        ...(password && { password }),
        ...(allowTailscale !== undefined && { allowTailscale }),
      },
      tailscale: tailscaleOver(gateway.tailscale, flags),
    },
  };
}

function tailscaleOver(settings: Config["gateway"]["tailscale"], flags: Flags): Config["gateway"]["tailscale"] {
  const mode = tailscaleModes.find((word) => word === (flags.tailscale ?? settings.mode));
  if (mode === undefined) throw new ConfigError(`--tailscale ${flags.tailscale}: use ${tailscaleModes.join(", ")}`);
  return { mode, resetOnExit: flags.tailscaleResetOnExit ?? settings.resetOnExit };
}

function environmentPort(text: string | undefined): number | undefined {
  if (text === undefined || text === "") return undefined;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : -1;
  if (port >= 0 && port <= 65_535) return port;
  throw new ConfigError(`CLAWDIA_GATEWAY_PORT is "${text}": set a port number from 0 to 65535`);
}

/** A secret that a shell or a script made of nothing is refused, so that nobody runs with the password "undefined". */
function refuseUnusableSecret(name: string, value: string | undefined): void {
  if (value === undefined) return;
  if (value.trim() === "" || ["undefined", "null", "NaN", "[object Object]"].includes(value.trim())) {
    throw new ConfigError(
      `gateway ${name} is ${JSON.stringify(value)}, which no one meant: set a real one or none at all`,
    );
  }
}

function writtenPort(written: unknown): number | undefined {
  const gateway = isObject(written) ? written["gateway"] : undefined;
  const port = isObject(gateway) ? gateway["port"] : undefined;
  return typeof port === "number" ? port : undefined;
}

/** A profile's own default port: steady for a name, away from the standard port. */
function profilePort(profile: string): number {
  const digest = createHash("sha256").update(profile).digest();
  return firstProfilePort + (digest.readUInt32BE(0) % profilePorts) * profilePortStep;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
