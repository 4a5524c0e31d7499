import { cutToBytes } from "../lib/index.ts";

/**
 * What is announced: one service for every brand whose apps look for a gateway, and what its TXT record says. Each has
 * a host name of its own: the responder probes a name for each service, and on a machine with several networks it hears
 * itself, so that services that share one would take each other for strangers and be renamed.
 */

const brands = [
  { type: "clawdia-gw", label: "Clawdia", hostSuffix: "" },
  { type: "openclaw-gw", label: "OpenClaw", hostSuffix: "-openclaw" },
  { type: "moltbot-gw", label: "Moltbot", hostSuffix: "-moltbot" },
  { type: "clawdbot-gw", label: "Clawdbot", hostSuffix: "-clawdbot" },
] as const;

/** A label of DNS has 63 bytes; a brand and a number for a name that is taken (` (Clawdbot) (99)`) come behind ours. */
const displayNameBytesMax = 46;
/** One string of a TXT record, its key included. */
const txtBytesMax = 255;
const sshPort = 22;
const labelDigits = 6;

/** What the gateway knows of itself. */
export interface Facts {
  readonly displayName: string;
  /** Stable for a state folder: see `hostLabel`. */
  readonly hostLabel: string;
  readonly port: number;
  /** SHA-256 of the certificate, lower-case hex, where the port speaks TLS. */
  readonly tlsFingerprint?: string | undefined;
  /** Where the canvas is; absent: there is none. */
  readonly canvasPort?: number | undefined;
  readonly tailnetDns?: string | undefined;
  /** For the mode `full` alone. */
  readonly remoteSetup?: { readonly cliPath: string | undefined } | undefined;
}

export interface Plan {
  readonly type: string;
  /** `Attic (Clawdbot)`: apps take the brand off. */
  readonly instance: string;
  /** Without `.local`. */
  readonly host: string;
  readonly port: number;
  /** A name that is taken is changed, and the record says what it was changed to. */
  readonly txt: (host: string) => Readonly<Record<string, string>>;
}

export function planOf(facts: Facts): Plan[] {
  const displayName = shownName(facts.displayName);
  return brands.map(({ type, label, hostSuffix }) => ({
    type,
    // A dot would end the label.
    instance: `${displayName.replaceAll(".", "-")} (${label})`,
    host: `${facts.hostLabel}${hostSuffix}`,
    port: facts.port,
    txt: (host) => txtOf({ ...facts, displayName }, host),
  }));
}

/** `clawdia-1a2b3c`, by a digest (lower-case hex) that is this state folder's alone. */
export function hostLabel(digest: string): string {
  return `clawdia-${digest.slice(0, labelDigits)}`;
}

function txtOf(facts: Facts, host: string): Readonly<Record<string, string>> {
  const { tlsFingerprint, canvasPort, tailnetDns, remoteSetup } = facts;
  const entries: [string, string | undefined][] = [
    ["role", "gateway"],
    ["displayName", facts.displayName],
    ["lanHost", `${host}.local`],
    ["gatewayPort", String(facts.port)],
    ["transport", "gateway"],
    ["gatewayTls", tlsFingerprint && "1"],
    ["gatewayTlsSha256", tlsFingerprint],
    ["canvasPort", canvasPort?.toString()],
    ["tailnetDns", tailnetDns],
    ["cliPath", remoteSetup?.cliPath],
    ["sshPort", remoteSetup && String(sshPort)],
  ];
  return Object.fromEntries(entries.filter(isTellable));
}

function isTellable(entry: readonly [string, string | undefined]): entry is [string, string] {
  const [key, value] = entry;
  return value !== undefined && Buffer.byteLength(`${key}=${value}`) <= txtBytesMax;
}

function shownName(name: string): string {
  return cutToBytes(name.trim(), displayNameBytesMax).trim() || "Clawdia";
}
