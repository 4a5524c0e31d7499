import { plaintextRefusal, type Credentials, type DeviceTokenStore } from "../client/index.ts";
import {
  type Config,
  defaultConfig,
  type Environment,
  findPaths,
  loadConfig,
  processEnvironment,
} from "../config/index.ts";
import { type Paths, readTextIfPresent } from "../lib/index.ts";
import type { Holder } from "../storage/index.ts";
import { deviceTokensFor, noDeviceTokens } from "./device-tokens.ts";
import { refused, UsageError } from "./failure.ts";
import type { GatewayFlags } from "./gateway-flags.ts";
import { hideFromProcessList } from "./secret-flags.ts";
import { Sockets } from "./sockets.ts";
import { checkSshHost, SshTunnel } from "./ssh-tunnel.ts";
import { parseFingerprint } from "./tls-pin.ts";

/** Which gateway a command talks to, and with what credentials. */
export interface Target {
  readonly url: string;
  /** Where the address was found, in words. */
  readonly found: string;
  /** This state folder's own gateway. */
  readonly isLocal: boolean;
  readonly credentials: Credentials;
  /** Where the credential was found, in words. */
  readonly credentialFrom: string;
  readonly sockets: Sockets;
  readonly paths: Paths;
  readonly tokens: DeviceTokenStore;
}

export async function findTarget(flags: GatewayFlags): Promise<Target> {
  const environment = processEnvironment();
  const paths = findPaths(environment, flags.profile ?? environment["CLAWDIA_PROFILE"]);
  if (flags.token) await hideFromProcessList(flags.token, "--token", "CLAWDIA_GATEWAY_TOKEN");
  if (flags.password) await hideFromProcessList(flags.password, "--password", "CLAWDIA_GATEWAY_PASSWORD");
  const given = flags.url === undefined ? undefined : gatewayUrl(flags.url);
  const givenPin = flags["tls-fingerprint"] === undefined ? undefined : parseFingerprint(flags["tls-fingerprint"]);
  if (flags.ssh !== undefined) return behindSsh(flags, { environment, paths, given, pin: givenPin });
  if (givenPin !== undefined && given?.protocol !== "wss:")
    throw new UsageError("--tls-fingerprint needs --url wss://…: there is no certificate without TLS");
  const local = given === undefined ? localGateway(environment, flags, paths) : holderOf(paths);
  // The local gateway's own token is for the local gateway: no --url is ever offered it but this very one.
  const isLocal = given === undefined || (local !== undefined && new URL(local.url).origin === given.origin);
  const url = given?.href ?? local!.url;
  refusePlaintext(url);
  const pin = givenPin ?? (isLocal && url.startsWith("wss:") ? local?.tlsFingerprint : undefined);
  const { credentials, credentialFrom } = credentialsFor(flags, environment, isLocal ? paths : undefined);
  return {
    url,
    found: given ? "given by --url" : local!.found,
    isLocal,
    credentials,
    credentialFrom,
    sockets: new Sockets(pin),
    paths,
    tokens: isLocal ? noDeviceTokens : deviceTokensFor(paths, new URL(url).origin),
  };
}

interface Behind {
  readonly environment: Environment;
  readonly paths: Paths;
  /** As the machine with the ssh server sees it. */
  readonly given: URL | undefined;
  readonly pin: string | undefined;
}

/** The gateway of another machine, through a tunnel that the first connection opens. */
async function behindSsh(flags: GatewayFlags, { environment, paths, given, pin }: Behind): Promise<Target> {
  const host = checkSshHost(flags.ssh!);
  if (given) refusePlaintext(given.href);
  const scheme = given?.protocol ?? (pin === undefined ? "ws:" : "wss:");
  const { hostname = "127.0.0.1" } = given ?? {};
  const port = given ? Number(given.port) || (scheme === "wss:" ? 443 : 80) : defaultConfig().gateway.port;
  const tunnel = await SshTunnel.to(host, { host: hostname.replace(/^\[|\]$/g, ""), port });
  return {
    url: `${scheme}//127.0.0.1:${tunnel.port}`,
    found: `${hostname}:${port} through ssh ${host}`,
    isLocal: false,
    ...credentialsFor(flags, environment, undefined),
    sockets: new Sockets(pin, tunnel),
    paths,
    tokens: deviceTokensFor(paths, `ssh ${host} ${scheme}//${hostname}:${port}`),
  };
}

export interface LocalGateway {
  readonly url: string;
  /** Where the address was found, in words. */
  readonly found: string;
  readonly tlsFingerprint?: string | undefined;
}

/** The address of this state folder's gateway: what a living one wrote down, or undefined. */
export function holderOf(paths: Paths): LocalGateway | undefined {
  const holder = readHolder(paths.holderFile);
  if (!holder || !isAlive(holder.pid)) return undefined;
  return { url: holder.url, found: `written in ${paths.holderFile}`, tlsFingerprint: holder.tlsFingerprint };
}

/** Where a gateway with this config is to be found on this machine. */
export function configuredUrl({ gateway: { port, tls } }: Config): string {
  return `${tls.enabled ? "wss" : "ws"}://127.0.0.1:${port}`;
}

function localGateway(environment: Environment, flags: GatewayFlags, paths: Paths): LocalGateway {
  const known = holderOf(paths);
  if (known) return known;
  const { config } = loadConfig(environment, { profile: flags.profile });
  return {
    url: configuredUrl(config),
    found: `the configured port; no running gateway is written in ${paths.holderFile}`,
  };
}

function credentialsFor(
  flags: GatewayFlags,
  environment: Environment,
  paths: Paths | undefined,
): Pick<Target, "credentials" | "credentialFrom"> {
  const token = environment["CLAWDIA_GATEWAY_TOKEN"];
  const password = environment["CLAWDIA_GATEWAY_PASSWORD"];
  if (flags.token) return { credentials: { token: flags.token }, credentialFrom: "--token" };
  if (flags.password) return { credentials: { password: flags.password }, credentialFrom: "--password" };
  if (token) return { credentials: { token }, credentialFrom: "CLAWDIA_GATEWAY_TOKEN" };
  const stored = paths && readTextIfPresent(paths.gatewayTokenFile)?.trim();
  if (paths && stored) return { credentials: { token: stored }, credentialFrom: paths.gatewayTokenFile };
  if (password) return { credentials: { password }, credentialFrom: "CLAWDIA_GATEWAY_PASSWORD" };
  if (!paths) return { credentials: {}, credentialFrom: "none" };
  const { auth } = loadConfig(environment, { profile: flags.profile }).config.gateway;
  return { credentials: auth, credentialFrom: paths.configFile };
}

function gatewayUrl(written: string): URL {
  const text = written.replace(/^http(s?):\/\//i, "ws$1://");
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol !== "ws:" && url?.protocol !== "wss:")
    throw new UsageError(`--url ${written}: write ws://host:port or wss://host:port`);
  if (url.username !== "" || url.password !== "" || url.hash !== "")
    throw new UsageError("--url: no credentials in the address; use CLAWDIA_GATEWAY_TOKEN");
  return url;
}

function refusePlaintext(url: string): void {
  const refusal = plaintextRefusal(url);
  if (refusal !== undefined) throw refused(refusal);
}

/** Information only; the lock beside it decides who runs. */
function readHolder(file: string): Holder | undefined {
  try {
    const holder = JSON.parse(readTextIfPresent(file) ?? "null") as Holder | null;
    return holder && URL.canParse(holder.url) && Number.isInteger(holder.pid) ? holder : undefined;
  } catch {
    return undefined;
  }
}

/** A port of a gateway that ended may be anybody's by now, so a dead holder's address gets no token. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
