import { UsageError } from "./failure.ts";

/** The gateway's address as another device uses it, and what that device's browser makes of it. */

/** Throws a UsageError for anything but a bare address. */
export function addressOf(written: string): string {
  if (/^(https?|wss?):\/\/[^/?#@\s]+\/?$/i.test(written)) return written;
  throw new UsageError(`--address ${written}: write https://HOST or https://HOST:PORT`);
}

/** Browsers give a page its own key only where nobody can read along, and a self-signed certificate makes them warn. */
export function adviceFor({ protocol, hostname, host, port }: URL): string[] {
  const isHere = ["127.0.0.1", "localhost", "[::1]"].includes(hostname);
  const tunnel = `ssh -N -L ${port || 80}:${host} user@thismachine`;
  if (isHere) return [`This address is this machine only; from another one: ${tunnel}, or --address https://…`];
  if (protocol === "ws:" || protocol === "http:") {
    return [
      "Browsers want https for any address but their own machine's: gateway.tls, or a proxy and --address https://…",
    ];
  }
  return [];
}
