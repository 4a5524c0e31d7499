import type { OwnAddress, SetupCodes, SetupDesk } from "../devices/index.ts";
import { isLoopback, ownAddresses, primaryAddress } from "../lib/index.ts";
import { certificateFacts } from "../net/index.ts";
import type { Ground } from "./ground.ts";

/** The gateway's own address as other machines use it, for codes that are handed to them. */

export function setupDesk(codes: SetupCodes, ground: Ground): SetupDesk {
  const { secrets } = ground.options;
  return {
    codes,
    get auth() {
      return secrets.password === undefined ? "token" : "password";
    },
    ownAddress: () => ownAddress(ground),
  };
}

export function ownAddress({ gateway, wayIn }: Ground): OwnAddress {
  const { url } = wayIn;
  if (url !== undefined)
    return { url: url.replace(/^http/, "ws"), source: "gateway.tailscale", tlsFingerprint: undefined };
  const { addresses, tls } = gateway.listening;
  const host = hostFor(addresses);
  const name = host.includes(":") ? `[${host}]` : host;
  return {
    url: `${tls ? "wss" : "ws"}://${name}:${gateway.port}`,
    source: "gateway.bind",
    tlsFingerprint: tls && certificateFacts({ certificate: tls.cert, key: tls.key }).fingerprint,
  };
}

/** One that other machines reach, where there is one. */
function hostFor(addresses: readonly string[]): string {
  const isWide = addresses.some((address) => address === "0.0.0.0" || address === "::");
  if (isWide) return primaryAddress(ownAddresses()) ?? "127.0.0.1";
  return addresses.find((address) => !isLoopback(address)) ?? addresses[0]!;
}
