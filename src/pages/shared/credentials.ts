import type { Credentials, DeviceTokenStore } from "../../client/index.ts";
import { readNote, removeNote, writeNote } from "./notes.ts";

/** The gateway's token comes in by the link's fragment and stays in memory; only this browser's own is stored. */

/**
 * Takes `#token=…`, or the setup code of `#setup=…`, out of the address at once, so that it stays in no history. Query
 * parameters are never read.
 */
export function takeCredentialsFromAddress(): Credentials | undefined {
  const fragment = location.hash.slice(1);
  if (fragment === "") return undefined;
  history.replaceState(history.state, "", location.pathname);
  const given = new URLSearchParams(fragment);
  const token = given.get("token")?.trim();
  const bootstrapToken = given.get("setup")?.trim();
  if (token) return { token };
  return bootstrapToken ? { bootstrapToken } : undefined;
}

/** The device token, under the exact origin that gave it. */
export function storedDeviceToken(origin: string): DeviceTokenStore {
  const name = `device-token:${origin}`;
  return {
    read: () => readNote(name),
    write: (token) => writeNote(name, token),
    forget: () => removeNote(name),
  };
}
