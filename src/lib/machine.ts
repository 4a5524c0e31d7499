import { hostname, networkInterfaces } from "node:os";
import { parseEnv } from "node:util";

/** Facts about the machine that this runs on. */

/** Every address of this machine. */
export function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((entries) => (entries ?? []).map(({ address }) => address));
}

/** The first IPv4 address that is not loopback. */
export function primaryAddress(addresses: readonly string[] = ownAddresses()): string | undefined {
  return addresses.find((address) => /^\d+\.\d+\.\d+\.\d+$/.test(address) && !address.startsWith("127."));
}

export function hostName(): string {
  return hostname() || "gateway";
}

/** The variables of a `.env` file's text. */
export function readEnvText(text: string): Readonly<Record<string, string | undefined>> {
  return parseEnv(text);
}
