import { ownAddresses } from "../lib/index.ts";
import { type ApproachPolicy, tailnetAddresses } from "./approach.ts";

/** Certificate and key as PEM. */
export interface TlsPair {
  readonly cert: string;
  readonly key: string;
}

/** What a start decides about the socket. */
export interface GatewaySettings {
  /** Addresses to listen on. The first must be free; the others are taken when they can be. */
  readonly addresses: readonly string[];
  readonly port: number;
  /** A port of its own for the side door; undefined: none. */
  readonly sidePort?: number | undefined;
  /** Absent speaks plainly. */
  readonly tls?: TlsPair | undefined;
  /** Of the side door's own port; absent speaks plainly. */
  readonly sideTls?: TlsPair | undefined;
  readonly allowedOrigins: readonly string[];
  readonly allowedHosts: readonly string[];
  readonly trustedProxies: readonly string[];
}

/** What of the settings says whom requests may come from. */
export type PolicySettings = Pick<GatewaySettings, "allowedOrigins" | "allowedHosts" | "trustedProxies">;

/** Whom requests may come from, as this machine's addresses are now; and to which names, beside those set. */
export function policyOf(
  settings: PolicySettings & Pick<GatewaySettings, "addresses">,
  announced: readonly string[],
): ApproachPolicy {
  const own = ownAddresses();
  const isWide = settings.addresses.some((address) => address === "0.0.0.0" || address === "::");
  const bound = isWide ? own : settings.addresses;
  return {
    hosts: [...bound, ...settings.allowedHosts, ...announced].map((host) => host.toLowerCase()),
    allowedOrigins: settings.allowedOrigins,
    trustedProxies: settings.trustedProxies,
    ownTailnetAddresses: tailnetAddresses(own),
  };
}
