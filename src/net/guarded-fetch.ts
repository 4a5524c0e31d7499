import { type Clock, type Log, ownAddresses } from "../lib/index.ts";
import { ipv4Bytes } from "./addresses.ts";
import { FetchRefused } from "./fetch-errors.ts";
import { type FetchHeaders, keepHeaders } from "./fetch-headers.ts";
import { dialRequest, firstHop, type Hop, nextHop } from "./fetch-hop.ts";
import { judgeAddresses, place, type Self, type Target } from "./fetch-target.ts";
import { type Dial, DialError, type DialResponse, makeDial } from "./http-dialer.ts";
import { type Body, type BodyLimits, bodyReader } from "./read-body.ts";
import { type Resolve, resolveName, systemResolve } from "./resolve-name.ts";
import { attemptLimit, TimeKeeper, type TimeLimits, timeLimits } from "./time-limits.ts";

/**
 * The only way out for URLs that a stranger, a model or a message names. Each hop's name is looked up once, all of its
 * addresses are judged, and the connection goes to one of exactly these. Size and time are bounded from the first byte.
 */

export const fetchRedirectsMax = 5;
export const fetchBytesMax = 8 * 1024 * 1024;
export const fetchPorts: readonly number[] = [80, 443, 8080, 8443];
/** Addresses of one name that are tried, one after the other. */
const attemptsMax = 4;

export interface FetchOptions extends Partial<BodyLimits>, Partial<TimeLimits> {
  readonly method?: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Only `accept`, `accept-language` and `user-agent` follow a redirect to another origin. */
  readonly headers?: FetchHeaders;
  /** It never follows a redirect to another origin. */
  readonly body?: string | Uint8Array;
  readonly redirectsMax?: number;
  readonly allowedPorts?: readonly number[];
  /** `host:port` of services that a person put into the config: neither their address nor their port is judged. */
  readonly allowHosts?: readonly string[];
  readonly signal?: AbortSignal;
}

export interface Fetched {
  readonly status: number;
  /** Where the last redirect led. */
  readonly url: string;
  /** Those that say what the body is and how long it holds; lower-case names. */
  readonly headers: FetchHeaders;
  /** As the server says, in lower case and without parameters; what the bytes really are, `mimeOf` says. */
  readonly contentType: string | undefined;
  readonly bytes: Uint8Array;
  /** True when the body was longer than `bytesMax` and `overflow` is `cut`. */
  readonly isCut: boolean;
}

export interface FetchPorts {
  readonly resolve: Resolve;
  readonly dial: Dial;
  readonly self: () => Self;
  readonly clock: Clock;
  readonly log: Log;
}

/** Rejects with a FetchRefused, or with the reason of the caller's signal. A status of 400 and above is an answer. */
export type GuardedFetch = (url: string, options?: FetchOptions) => Promise<Fetched>;

/** The real one. `ownPorts` are those that the gateway listens on, asked each time. */
export function makeGuardedFetch(parts: {
  readonly clock: Clock;
  readonly log: Log;
  readonly ownPorts: () => readonly number[];
  /** Services that a person put into the config. */
  readonly allowHosts?: readonly string[];
}): GuardedFetch {
  const ports: FetchPorts = {
    resolve: systemResolve,
    dial: makeDial(),
    self: () => ({ ownAddresses: ownAddresses(), ownPorts: parts.ownPorts() }),
    clock: parts.clock,
    log: parts.log,
  };
  const { allowHosts = [] } = parts;
  return (url, options = {}) => guardedFetch(url, { allowHosts, ...options }, ports);
}

export async function guardedFetch(url: string, options: FetchOptions, ports: FetchPorts): Promise<Fetched> {
  const { clock, log } = ports;
  const startedAtMs = clock.elapsedMs();
  try {
    const fetched = await travel(url, options, ports);
    const ms = Math.round(clock.elapsedMs() - startedAtMs);
    const { host } = new URL(fetched.url);
    log.debug("fetch.done", { host, status: fetched.status, bytes: fetched.bytes.length, isCut: fetched.isCut, ms });
    return fetched;
  } catch (error) {
    if (error instanceof FetchRefused) log.warn("fetch.refused", { reason: error.reason, message: error.message });
    throw error;
  }
}

interface Journey {
  readonly ports: FetchPorts;
  readonly keeper: TimeKeeper;
  readonly connectMs: number;
  readonly limits: BodyLimits;
}

async function travel(url: string, options: FetchOptions, ports: FetchPorts): Promise<Fetched> {
  const { method = "GET", headers = {}, body, allowedPorts = fetchPorts, allowHosts = [] } = options;
  const { bytesMax = fetchBytesMax, overflow = "refuse" } = options;
  const times = timesOf(options);
  using keeper = new TimeKeeper(ports.clock, times, options.signal);
  const journey: Journey = { ports, keeper, connectMs: times.connectMs, limits: { bytesMax, overflow } };
  const rules = { allowedPorts, allowHosts };
  let hop = firstHop(url, { method, headers, body }, rules);
  for (let hops = 0; ; hops++) {
    const asked = hop;
    const response = await keeper.untilHeaders(() => ask(asked, journey));
    try {
      const next = nextHop(hop, response, rules);
      if (!next) return await take(hop, response, journey);
      if (hops >= (options.redirectsMax ?? fetchRedirectsMax)) {
        throw new FetchRefused("redirects", `${place(hop.target)} leads on: ${hops} redirects were followed`);
      }
      hop = next;
    } finally {
      response.close();
    }
  }
}

function timesOf(options: FetchOptions): TimeLimits {
  return {
    totalMs: options.totalMs ?? timeLimits.totalMs,
    connectMs: options.connectMs ?? timeLimits.connectMs,
    headersMs: options.headersMs ?? timeLimits.headersMs,
    paceMs: options.paceMs ?? timeLimits.paceMs,
    paceBytesMin: options.paceBytesMin ?? timeLimits.paceBytesMin,
  };
}

/** Looks the name up, judges, and asks the first address that can be reached. */
async function ask(hop: Hop, { ports, keeper, connectMs }: Journey): Promise<DialResponse> {
  const { target } = hop;
  const addresses = target.literal ? [target.literal] : await resolveName(target.host, ports.resolve, keeper.signal);
  judgeAddresses(target, addresses, ports.self());
  let fault: unknown;
  for (const address of inDialOrder(addresses).slice(0, attemptsMax)) {
    using attempt = attemptLimit(ports.clock, connectMs, keeper.signal);
    try {
      return await ports.dial(dialRequest(hop, address), { signal: attempt.signal, connected: attempt.calm });
    } catch (error) {
      if (keeper.signal.aborted) throw keeper.signal.reason;
      fault = error;
      if (!(error instanceof DialError) || error.fault !== "unreachable") break;
    }
  }
  throw refusedAt(target, fault);
}

async function take(hop: Hop, response: DialResponse, { limits, keeper }: Journey): Promise<Fetched> {
  const hasBody = hop.method !== "HEAD" && ![204, 205, 304].includes(response.status);
  const { bytes, isCut } = hasBody ? await readPaced(hop.target, response, limits, keeper) : noBody;
  const headers = keepHeaders(response.header);
  const contentType = headers["content-type"]?.split(";")[0]!.trim().toLowerCase();
  return { status: response.status, url: hop.target.url.href, headers, contentType, bytes, isCut };
}

const noBody: Body = { bytes: new Uint8Array(0), isCut: false };

async function readPaced(
  target: Target,
  response: DialResponse,
  limits: BodyLimits,
  keeper: TimeKeeper,
): Promise<Body> {
  const reader = bodyReader(response, limits);
  try {
    const body = await keeper.atPace(reader.received, () => reader.read());
    // A body without a length ends where the connection does, so what we cut ourselves looks whole.
    keeper.signal.throwIfAborted();
    return body;
  } catch (error) {
    if (keeper.signal.aborted) throw keeper.signal.reason;
    throw refusedAt(target, error);
  }
}

function refusedAt(target: Target, error: unknown): FetchRefused {
  if (error instanceof FetchRefused) return error;
  if (error instanceof DialError) {
    const cure = error.fault === "tls" ? "only its owner can mend that" : "try again later";
    return new FetchRefused(error.fault, `${place(target)}: ${error.message}; ${cure}`, error);
  }
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  if (/^(Z_|ERR_BROTLI|ERR__ERROR)/.test(code)) {
    return new FetchRefused("encoding", `${place(target)}: its packed body is damaged; try again later`, error);
  }
  return new FetchRefused("broken", `${place(target)}: the connection broke off; try again later`, error);
}

/** IPv4 first: a machine without IPv6 routes then need not wait for one to fail. */
function inDialOrder(addresses: readonly Uint8Array[]): readonly Uint8Array[] {
  return [...addresses.filter(isIpv4), ...addresses.filter((address) => !isIpv4(address))];
}

function isIpv4({ length }: Uint8Array): boolean {
  return length === ipv4Bytes;
}
