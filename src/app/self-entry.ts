import { hostName, primaryAddress } from "../lib/index.ts";
import type { PresenceEntry } from "../protocol/index.ts";

/** The gateway's own line in the list of who is there (section 9 of the wire document). */
export function selfEntry(version: string): Omit<PresenceEntry, "ts"> {
  const host = hostName();
  const ip = primaryAddress();
  const where = ip === undefined ? host : `${host} (${ip})`;
  return {
    host,
    ...(ip !== undefined && { ip }),
    version,
    platform: process.platform,
    mode: "gateway",
    reason: "self",
    text: `Gateway: ${where} · app ${version} · mode gateway · reason self`,
  };
}
