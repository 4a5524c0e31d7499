import type { DeviceTokenStore } from "../../client/index.ts";
import { readNote, removeNote, writeNote } from "./notes.ts";

/** The gateway's token comes in by the link's fragment and stays in memory; only this browser's own is stored. */

/** Takes `#token=…` out of the address at once, so that it stays in no history. Query parameters are never read. */
export function takeTokenFromAddress(): string | undefined {
  const fragment = location.hash.slice(1);
  if (fragment === "") return undefined;
  history.replaceState(history.state, "", location.pathname);
  const token = new URLSearchParams(fragment).get("token")?.trim();
  return token === "" ? undefined : token;
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
