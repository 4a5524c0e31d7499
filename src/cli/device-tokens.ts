import type { DeviceTokenStore } from "../client/index.ts";
import { joinPath, type Paths, readTextIfPresent, writePrivateFile } from "../lib/index.ts";

/** Tokens that remote gateways gave to this device, one a gateway. The local gateway needs none. */
export function deviceTokensFor(paths: Paths, origin: string): DeviceTokenStore {
  const file = joinPath(paths.stateDir, "identity", "device-tokens.json");
  const save = (tokens: Readonly<Record<string, string>>) =>
    writePrivateFile(file, `${JSON.stringify(tokens, undefined, 2)}\n`);
  return {
    read: () => all(file)[origin],
    write: (token) => {
      const known = all(file);
      if (known[origin] !== token) save({ ...known, [origin]: token });
    },
    forget: () => {
      const { [origin]: gone, ...rest } = all(file);
      if (gone !== undefined) save(rest);
    },
  };
}

export const noDeviceTokens: DeviceTokenStore = {
  read: () => undefined,
  write: () => undefined,
  forget: () => undefined,
};

/** A damaged file holds no tokens: the gateway then asks for a credential, and the file is written anew. */
function all(file: string): Readonly<Record<string, string>> {
  const text = readTextIfPresent(file);
  if (text === undefined) return {};
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === "object" && value !== null ? (value as Record<string, string>) : {};
  } catch {
    return {};
  }
}
