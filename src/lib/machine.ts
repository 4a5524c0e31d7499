import { hostname, networkInterfaces } from "node:os";
import { parseEnv } from "node:util";

/** Facts about the machine that this runs on. */

/** Every address of this machine. */
export function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap((entries) => (entries ?? []).map(({ address }) => address));
}

export interface NetworkInterface {
  readonly name: string;
  readonly addresses: readonly InterfaceAddress[];
}

export interface InterfaceAddress {
  readonly address: string;
  readonly family: "IPv4" | "IPv6";
  readonly isInternal: boolean;
  /** Of a link-local IPv6 address: the number of its interface, which is another one after it went and came again. */
  readonly scope: number | undefined;
}

/** The network interfaces that are up, with their addresses. */
export function ownInterfaces(): NetworkInterface[] {
  return Object.entries(networkInterfaces()).map(([name, entries]) => ({
    name,
    addresses: (entries ?? []).map((entry) => ({
      address: entry.address,
      family: entry.family === "IPv6" ? "IPv6" : "IPv4",
      isInternal: entry.internal,
      scope: entry.family === "IPv6" ? entry.scopeid : undefined,
    })),
  }));
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
