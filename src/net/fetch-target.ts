import { oneLine } from "../lib/index.ts";
import { isSameAddress, parseAddress } from "./addresses.ts";
import { FetchRefused } from "./fetch-errors.ts";
import { embeddedIpv4, whyNotPublic } from "./public-addresses.ts";

/** Decides, without io, whether a URL and the addresses behind its name may be dialled. */

export const urlCharsMax = 8192;
const nameCharsMax = 253;
const shownCharsMax = 100;
const webPorts = [80, 443];

/** Where a URL leads, once its text has passed. */
export interface Target {
  readonly url: URL;
  readonly isTls: boolean;
  /** A name in lower case without its last dot, or an address without brackets. */
  readonly host: string;
  readonly port: number;
  /** The bytes of a host that is an address. */
  readonly literal: Uint8Array | undefined;
  /** Listed by a person, so its address need not be public. */
  readonly isListed: boolean;
}

export interface TargetRules {
  /** Ports that may be dialled at hosts that are not listed. */
  readonly allowedPorts: readonly number[];
  /** `host:port` of services that a person put into the config. */
  readonly allowHosts: readonly string[];
}

/** What this gateway is on the network, so that it never asks itself. */
export interface Self {
  readonly ownAddresses: readonly string[];
  readonly ownPorts: readonly number[];
}

/** Reads a URL. Throws a FetchRefused for what must not be dialled whatever the name resolves to. */
export function readTarget(text: string, rules: TargetRules): Target {
  if (text.length > urlCharsMax) {
    throw new FetchRefused("url", `the URL is longer than ${urlCharsMax} characters: use a shorter one`);
  }
  const url = parseUrl(text);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new FetchRefused("scheme", `${shown(url.protocol)} is not fetched: use an http or https URL`);
  }
  if (url.username !== "" || url.password !== "") {
    throw new FetchRefused("userinfo", "the URL holds a user name or password: leave them out");
  }
  const isTls = url.protocol === "https:";
  const host = url.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  const port = url.port === "" ? (isTls ? 443 : 80) : Number(url.port);
  const target = { url, isTls, host, port, literal: parseAddress(host) };
  const isListed = isOnList(target, rules.allowHosts);
  if (!target.literal) checkName(host, isListed);
  if (!isListed && !rules.allowedPorts.includes(port)) {
    const ports = rules.allowedPorts.join(", ");
    throw new FetchRefused("port", `${place(target)} is not fetched: its port is none of ${ports}`);
  }
  return { ...target, isListed };
}

/** Judges all addresses of a target. Throws when one is not public, unless it is listed, or when one is our own. */
export function judgeAddresses(target: Target, addresses: readonly Uint8Array[], self: Self): void {
  if (addresses.length === 0) {
    throw new FetchRefused("name", `${place(target)} has no address: check the name`);
  }
  const own = self.ownAddresses.flatMap((text) => parseAddress(text) ?? []);
  for (const address of addresses) {
    const why = whyNotPublic(address) ?? whyOwn(address, own);
    if (isOwnPort(target.port, why, self)) {
      throw new FetchRefused("own-port", `${place(target)} is not fetched: the gateway's own port`);
    }
    if (why !== undefined && !target.isListed) {
      const entry = `"${shown(target.host)}:${target.port}"`;
      const cure = `a service that you trust must be listed as ${entry} in tools.fetch.allowHosts`;
      throw new FetchRefused("address", `${place(target)} is not fetched: it leads to ${why}; ${cure}`);
    }
  }
}

/** Scheme, host and port, as they may be shown and logged. */
export function place({ isTls, host, port }: Pick<Target, "isTls" | "host" | "port">): string {
  return `${isTls ? "https" : "http"}://${shown(host.includes(":") ? `[${host}]` : host)}:${port}`;
}

function parseUrl(text: string): URL {
  try {
    return new URL(text);
  } catch (error) {
    throw new FetchRefused("url", "this is no URL: write it in full, with https:// at its front", error);
  }
}

/** Names that mean this machine are not even looked up. */
function checkName(host: string, isListed: boolean): void {
  const isName = host.length <= nameCharsMax && host.split(".").every((label) => /^[a-z0-9_-]{1,63}$/.test(label));
  if (!isName) throw new FetchRefused("url", `"${shown(host)}" is no host name: check the URL`);
  if ((host === "localhost" || host.endsWith(".localhost")) && !isListed) {
    throw new FetchRefused("address", `${host} is not fetched: it is this machine`);
  }
}

function isOnList({ host, port, literal }: Omit<Target, "isListed">, list: readonly string[]): boolean {
  return list.some((entry) => {
    const found = /^(.+):(\d{1,5})$/.exec(entry.trim());
    if (!found || Number(found[2]) !== port) return false;
    const listed = found[1]!.toLowerCase().replace(/\.$/, "");
    const address = parseAddress(listed);
    if (literal) return address !== undefined && isSameAddress(address, literal);
    return listed === host;
  });
}

function whyOwn(address: Uint8Array, own: readonly Uint8Array[]): string | undefined {
  const plain = embeddedIpv4(address) ?? address;
  return own.some((mine) => isSameAddress(embeddedIpv4(mine) ?? mine, plain)) ? "this machine" : undefined;
}

/** Our own port is refused anywhere, but for the two of the web at addresses that are surely not ours. */
function isOwnPort(port: number, why: string | undefined, { ownPorts }: Self): boolean {
  return ownPorts.includes(port) && (why !== undefined || !webPorts.includes(port));
}

function shown(text: string): string {
  return oneLine(text, shownCharsMax);
}
