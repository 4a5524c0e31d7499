import { canonicalAddress, isLoopback, isTailnet } from "../lib/index.ts";
import type { Exposure, Front } from "../tailscale/index.ts";

/** How a request came in, and whether it may at all. Pure: address and headers, before any credential. */

export interface ApproachFacts {
  readonly remoteAddress: string;
  readonly header: (name: string) => string | null;
  readonly policy: ApproachPolicy;
}

export interface ApproachPolicy {
  /** Names and addresses that mean this gateway, beside loopback ones; lower case. */
  readonly hosts: readonly string[];
  readonly allowedOrigins: readonly string[];
  readonly trustedProxies: readonly string[];
  /** This machine's own tailnet addresses. */
  readonly ownTailnetAddresses: readonly string[];
  /** Tailscale's proxy on this machine, where it hands on to this port. */
  readonly front?: Front | undefined;
}

export type ApproachVerdict =
  | { readonly kind: "refused"; readonly status: 403 | 421; readonly code: string; readonly message: string }
  | {
      readonly kind: "allowed";
      /** The client's address, through trusted proxies. */
      readonly address: string;
      readonly origin: string | undefined;
      /** On this host, without a browser and without a proxy. */
      readonly isLocal: boolean;
      /** It has the marks of Tailscale's proxy. With serve its address is to be vouched for before it counts. */
      readonly through: Exposure | undefined;
    };

const forwardingHeaders = [
  "x-forwarded-for",
  "x-real-ip",
  "forwarded",
  "x-forwarded-host",
  "x-forwarded-proto",
  "cf-connecting-ip",
  "true-client-ip",
] as const;

export function judgeApproach(facts: ApproachFacts): ApproachVerdict {
  const { header, policy } = facts;
  const remote = canonicalAddress(facts.remoteAddress);
  const fronted = frontedAddress(facts, remote);
  if (fronted !== undefined) return judgeFronted(facts, fronted);
  const isForwarded = forwardingHeaders.some((name) => header(name) !== null);
  const isProxy = policy.trustedProxies.some((proxy) => canonicalAddress(proxy) === remote);
  if (isForwarded && !isProxy) {
    return refused(
      403,
      "proxy_attribution_required",
      "forwarded by a proxy that is not trusted: add it to gateway.trustedProxies",
    );
  }
  const address = isProxy ? forwardedAddress(header("x-forwarded-for"), policy.trustedProxies) : remote;
  if (address === undefined) {
    return refused(
      403,
      "proxy_attribution_required",
      "the trusted proxy sent no X-Forwarded-For: let it add the client's address",
    );
  }
  const host = (header("host") ?? "").toLowerCase();
  const hostName = nameOf(host);
  if (!isKnownHost(hostName, policy)) {
    return refused(
      421,
      "unknown_host",
      "this gateway does not answer to that Host: add the name to gateway.allowedHosts",
    );
  }
  const origin = header("origin") ?? undefined;
  if (origin !== undefined && !isAllowedOrigin(origin, host, policy)) return foreignOrigin();
  const isOwnAddress = isLoopback(address) || policy.ownTailnetAddresses.includes(address);
  const isLocalName = isLoopbackName(hostName) || policy.ownTailnetAddresses.includes(hostName);
  const isLocal = !isForwarded && !isProxy && origin === undefined && isOwnAddress && isLocalName;
  return { kind: "allowed", address, origin, isLocal, through: undefined };
}

/**
 * The client's address as Tailscale's proxy gives it: it comes from loopback, keeps the Host, and sets X-Forwarded-For
 * (one address), -Proto and -Host itself. Any program of this machine can send the same. It gains nothing by that: such
 * a request is never local; with serve the address counts only when Tailscale's daemon knows it; and a login that the
 * daemon confirms stands in for the token alone, so that a device that nobody approved stays outside. With funnel it
 * may choose addresses to guess the password from, as everybody can who has many on the internet.
 */
function frontedAddress({ header, policy: { front } }: ApproachFacts, remote: string): string | undefined {
  if (!front || !isLoopback(remote)) return undefined;
  const names = ["host", "x-forwarded-host"].map((name) => (header(name) ?? "").toLowerCase().replace(/:443$/, ""));
  if (names.some((name) => name !== front.name) || header("x-forwarded-proto") !== "https") return undefined;
  const address = canonicalAddress((header("x-forwarded-for") ?? "").trim());
  if (!addressPattern.test(address)) return undefined;
  if (front.how === "serve" && (!isTailnet(address) || header("tailscale-funnel-request") !== null)) return undefined;
  return address;
}

function judgeFronted({ header, policy }: ApproachFacts, address: string): ApproachVerdict {
  const origin = header("origin") ?? undefined;
  const host = (header("host") ?? "").toLowerCase();
  if (origin !== undefined && !isAllowedOrigin(origin, host, policy)) return foreignOrigin();
  return { kind: "allowed", address, origin, isLocal: false, through: policy.front!.how };
}

function foreignOrigin(): ApproachVerdict {
  return refused(
    403,
    "origin_not_allowed",
    "pages of another origin may not connect: add it to gateway.allowedOrigins",
  );
}

function refused(status: 403 | 421, code: string, message: string): ApproachVerdict {
  return { kind: "refused", status, code, message };
}

/** From right to left, the first hop that is not one of ours; undefined when there is none, or no address. */
function forwardedAddress(list: string | null, proxies: readonly string[]): string | undefined {
  const hops = (list ?? "").split(",").map((hop) => canonicalAddress(withoutPort(hop.trim())));
  const client = hops.findLast((hop) => hop !== "" && !proxies.some((proxy) => canonicalAddress(proxy) === hop));
  return client !== undefined && addressPattern.test(client) ? client : undefined;
}

const addressPattern = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]*:[0-9a-f:.]+)$/;

function isKnownHost(name: string, policy: ApproachPolicy): boolean {
  return isLoopbackName(name) || policy.hosts.includes(name);
}

function isLoopbackName(name: string): boolean {
  return name === "localhost" || isLoopback(name);
}

/** The page was served by this very gateway, under the name that it is called by now. */
function isAllowedOrigin(origin: string, host: string, policy: ApproachPolicy): boolean {
  const given = origin.toLowerCase();
  if (policy.allowedOrigins.some((allowed) => allowed.toLowerCase() === given)) return true;
  return given === `http://${host}` || given === `https://${host}`;
}

/** The host without its port; IPv6 without brackets. */
function nameOf(host: string): string {
  return canonicalAddress(withoutPort(host));
}

/** Text that is no host and port is known to nobody. */
function withoutPort(host: string): string {
  if (host.startsWith("[")) return /^\[([^\]]*)\](?::\d*)?$/.exec(host)?.[1] ?? "";
  return /^([^:]*):\d*$/.exec(host)?.[1] ?? host;
}

/** Tailnet addresses among a machine's own. */
export function tailnetAddresses(addresses: readonly string[]): string[] {
  return addresses.map(canonicalAddress).filter(isTailnet);
}
