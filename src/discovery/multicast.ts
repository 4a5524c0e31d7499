import { createSocket, type Socket } from "node:dgram";
import { CannotAnnounce } from "./announcement.ts";
import type { Way } from "./reach.ts";

/** Tries the ways out before the responder takes them: it says of a socket that fails neither which nor why. */

const group = "224.0.0.251";
const port = 5353;
/** A question about nothing: a DNS header alone, which everybody passes over. */
const nothingAsked = new Uint8Array(12);

/** Those that take multicast. Throws a CannotAnnounce when none does, with what the first one said. */
export async function openWays(ways: readonly Way[]): Promise<Way[]> {
  const tried = await Promise.all(ways.map(async (way) => ({ way, fault: await faultOf(way) })));
  const open = tried.filter(({ fault }) => fault === undefined).map(({ way }) => way);
  const [first] = tried;
  if (open.length === 0 && first !== undefined) throw cannotUse(first.way, first.fault);
  return open;
}

async function faultOf({ from }: Way): Promise<unknown> {
  const socket = createSocket({ type: "udp4", reuseAddr: true });
  try {
    await bound(socket);
    socket.addMembership(group, from);
    socket.setMulticastInterface(from);
    await sent(socket);
    return undefined;
  } catch (error) {
    return error;
  } finally {
    socket.close();
  }
}

function bound(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    // It stays: what fails later is told by the call that failed.
    socket.on("error", reject);
    socket.bind(port, () => resolve());
  });
}

function sent(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.send(nothingAsked, port, group, (error) => (error ? reject(error) : resolve()));
  });
}

/** What a person reads of it, and what helps. */
export function cannotUse({ name }: Pick<Way, "name">, fault: unknown): CannotAnnounce {
  const code = fault instanceof Error && "code" in fault ? String(fault.code) : String(fault);
  const orOff = "or clawdia config set discovery.mdns.mode off";
  const cause = { cause: fault };
  switch (code) {
    case "EADDRINUSE": {
      const who = process.platform === "linux" ? `sudo ss -ulnp "sport = :${port}"` : `sudo lsof -nP -iUDP:${port}`;
      const reason = `another program keeps UDP port ${port} for itself`;
      return new CannotAnnounce(reason, `end the one that ${who} names, ${orOff}`, cause);
    }
    case "EACCES":
    case "EPERM":
      return new CannotAnnounce(
        `the system forbids multicast on ${name} (${code})`,
        `let UDP port ${port} to ${group} through its firewall, ${orOff}`,
        cause,
      );
    default:
      return new CannotAnnounce(
        `${name} takes no multicast (${code})`,
        `connect this machine to a network that does, ${orOff}`,
        cause,
      );
  }
}
