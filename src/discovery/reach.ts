import { type InterfaceAddress, isLoopback, isTailnet, type NetworkInterface } from "../lib/index.ts";
import { CannotAnnounce } from "./announcement.ts";

/** Where there is somebody to announce to: the networks that the port listens on. Pure. */

/** Interfaces that are announced on; a machine with more has most of them for its containers. */
const waysMax = 16;

export interface Way {
  /** The interface. */
  readonly name: string;
  /** Its first IPv4 address, by which multicast leaves. */
  readonly from: string;
  /** What its name is told to lead to: all that the interface has, or these addresses. */
  readonly addresses: "all" | readonly string[];
}

export interface Reach {
  readonly ways: readonly Way[];
  readonly hasIpv6: boolean;
  /** Changes with whatever needs a new announcement. */
  readonly mark: string;
}

/**
 * Undefined where the port listens for this machine alone, or for a tailnet, which carries no multicast. Throws a
 * CannotAnnounce where it listens to a network that is not there.
 */
export function reachOf(bound: readonly string[], interfaces: readonly NetworkInterface[]): Reach | undefined {
  const outward = bound.filter((address) => !isLoopback(address) && !isTailnet(address));
  if (outward.length === 0) return undefined;
  const ways = interfaces
    .flatMap((one) => wayOf(one, outward))
    .toSorted((left, right) => left.name.localeCompare(right.name))
    .slice(0, waysMax);
  if (ways.length === 0) throw nowhere(outward, interfaces);
  const hasIpv6 = outward.some((address) => address.includes(":"));
  const scopes = interfaces
    .filter(({ name }) => ways.some((way) => way.name === name))
    .map(({ addresses }) => addresses.map(({ address, scope }) => [address, scope]));
  return { ways, hasIpv6, mark: JSON.stringify([ways, hasIpv6, scopes]) };
}

function wayOf({ name, addresses }: NetworkInterface, outward: readonly string[]): Way[] {
  const first = firstIpv4(addresses);
  if (first === undefined || first.isInternal || isTailnet(first.address)) return [];
  if (outward.some((address) => address === "0.0.0.0" || address === "::")) {
    return [{ name, from: first.address, addresses: "all" }];
  }
  // Of an interface's IPv4 addresses the responder tells the first alone.
  const told = addresses
    .filter((one) => outward.includes(one.address) && (one.family === "IPv6" || one === first))
    .map(({ address }) => address);
  return told.length === 0 ? [] : [{ name, from: first.address, addresses: told }];
}

function firstIpv4(addresses: readonly InterfaceAddress[]): InterfaceAddress | undefined {
  return addresses.find(({ family }) => family === "IPv4");
}

function nowhere(outward: readonly string[], interfaces: readonly NetworkInterface[]): CannotAnnounce {
  const here = interfaces.flatMap(({ addresses }) => addresses.map(({ address }) => address));
  const second = outward.find((address) => here.includes(address));
  if (second === undefined) {
    return new CannotAnnounce(
      "this machine is in no network that the port listens on",
      "connect it to one, or clawdia config set discovery.mdns.mode off",
    );
  }
  return new CannotAnnounce(
    `${second} is not the first IPv4 address of its network interface`,
    "bind the first one or lan, or clawdia config set discovery.mdns.mode off",
  );
}
