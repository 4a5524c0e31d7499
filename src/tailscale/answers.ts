import { Type } from "@sinclair/typebox";
import { canonicalAddress, isTailnet } from "../lib/index.ts";
import { fits, shape } from "../protocol/index.ts";

/** What the `tailscale` command answers as JSON, as far as it concerns us. Pure; another form is undefined. */

const { arrayOf, lenient, nullable, optional, recordOf, text } = shape;

/** `tailscale status --json`, of this machine. */
export interface OwnStatus {
  /** NoState, NeedsLogin, NeedsMachineAuth, Stopped, Starting or Running; newer ones may come. */
  readonly backend: string;
  /** Its MagicDNS name without the dot at the end; undefined before the machine has joined. */
  readonly name: string | undefined;
  readonly addresses: readonly string[];
  /** Where a person logs in; undefined when nobody is waited for. */
  readonly loginUrl: string | undefined;
  /** Certificates for its name may be had. */
  readonly hasCertificates: boolean;
}

/** What Tailscale's own proxy does at port 443 of this machine's name. */
export interface Served {
  /** Where `/` leads: a proxy's target, or words for something else; undefined when nothing is there. */
  readonly root: string | undefined;
  readonly isFunnel: boolean;
}

/** Who a tailnet address belongs to. */
export interface Peer {
  readonly machine: string;
  /** Undefined: the machine has tags in the place of a user. */
  readonly login: string | undefined;
}

const texts = optional(nullable(arrayOf(text(256), 64)));

const StatusAnswer = lenient({
  BackendState: text(64),
  AuthURL: optional(text(2048)),
  CertDomains: texts,
  Self: optional(nullable(lenient({ DNSName: optional(text(256)), TailscaleIPs: texts }))),
});

const Handler = lenient({ Proxy: optional(text(2048)), Path: optional(text(4096)), Text: optional(text(1_000_000)) });
const WebServer = lenient({ Handlers: optional(nullable(recordOf(Handler))) });
const serveFields = {
  TCP: optional(nullable(recordOf(lenient({ TCPForward: optional(text(2048)) })))),
  Web: optional(nullable(recordOf(WebServer))),
  AllowFunnel: optional(nullable(recordOf(Type.Boolean()))),
};
const ServeAnswer = lenient({
  ...serveFields,
  Foreground: optional(nullable(recordOf(nullable(lenient(serveFields))))),
});

const WhoisAnswer = lenient({
  Node: lenient({ Name: optional(text(256)), Addresses: texts, Tags: texts }),
  UserProfile: optional(nullable(lenient({ LoginName: optional(text(320)) }))),
});

export const publicPort = 443;

export function readStatus(answer: string): OwnStatus | undefined {
  const read = parsed(answer);
  if (!fits(StatusAnswer, read)) return undefined;
  const { Self: self } = read;
  const name = (self?.DNSName ?? "").replace(/\.$/, "").toLowerCase();
  return {
    backend: read.BackendState,
    name: hostPattern.test(name) ? name : undefined,
    addresses: (self?.TailscaleIPs ?? []).map(canonicalAddress).filter(isTailnet),
    loginUrl: read.AuthURL?.startsWith("https://") ? read.AuthURL : undefined,
    hasCertificates: (read.CertDomains ?? []).some((domain) => domain.toLowerCase() === name),
  };
}

const hostPattern = /^[a-z0-9-]+(\.[a-z0-9-]+)+$/;

/** `tailscale serve status --json`; an empty answer means that nothing is served. */
export function readServed(answer: string, name: string): Served | undefined {
  const read = answer.trim() === "" ? {} : parsed(answer);
  if (!fits(ServeAnswer, read)) return undefined;
  const at = `${name}:${publicPort}`;
  const all = [read, ...Object.values(read.Foreground ?? {}).flatMap((one) => one ?? [])];
  const forwarded = all.flatMap(({ TCP }) => TCP?.[String(publicPort)]?.TCPForward ?? []);
  const handlers = all.flatMap(({ Web }) => Web?.[at]?.Handlers?.["/"] ?? []);
  const roots = handlers.map(({ Proxy: proxy, Path: path }) => proxy ?? path ?? "a text");
  return {
    root: [...forwarded, ...roots][0],
    isFunnel: all.some(({ AllowFunnel }) => AllowFunnel?.[at] === true),
  };
}

/** `tailscale whois --json ADDRESS`. One that is not of that very address is no answer. */
export function readPeer(answer: string, address: string): Peer | undefined {
  const read = parsed(answer);
  if (!fits(WhoisAnswer, read)) return undefined;
  const { Node: node, UserProfile: user } = read;
  const own = (node.Addresses ?? []).map((range) => canonicalAddress(range.replace(/\/(32|128)$/, "")));
  if (!own.includes(canonicalAddress(address))) return undefined;
  const isTagged = (node.Tags ?? []).length > 0;
  return {
    machine: (node.Name ?? "").replace(/\.$/, ""),
    login: isTagged ? undefined : user?.LoginName?.trim() || undefined,
  };
}

/** A header's text: what is not ASCII comes in the words of RFC 2047 with Q encoding. */
export function readHeader(written: string): string {
  return written.replaceAll(/\?=\s+=\?utf-8\?q\?/gi, "").replaceAll(/=\?utf-8\?q\?([^?]*)\?=/gi, (_, word: string) => {
    const bytes = word.replaceAll("_", " ").replaceAll(/=([0-9a-f]{2})|([^=])/gi, (whole, hex?: string) => {
      return hex === undefined ? whole : String.fromCharCode(Number.parseInt(hex, 16));
    });
    return Buffer.from(bytes, "latin1").toString("utf8");
  });
}

/** Old versions put warnings around their answer. */
function parsed(answer: string): unknown {
  const [from, to] = [answer.indexOf("{"), answer.lastIndexOf("}")];
  try {
    return JSON.parse(from === -1 ? answer : answer.slice(from, to + 1));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
