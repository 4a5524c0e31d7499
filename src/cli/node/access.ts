import { joinPath, type Paths, readTextIfPresent, writePrivateFile } from "../../lib/index.ts";

/** The gateway's token for the first connection of an installed node; afterwards it has a token of its own. */

export function keepAccess(paths: Paths, origin: string, token: string): void {
  writePrivateFile(fileOf(paths), `${JSON.stringify({ origin, token })}\n`);
}

/** Only for the gateway that it was given for. */
export function keptAccess(paths: Paths, origin: string): string | undefined {
  const text = readTextIfPresent(fileOf(paths));
  if (text === undefined) return undefined;
  try {
    const kept = JSON.parse(text) as { readonly origin?: unknown; readonly token?: unknown };
    return kept.origin === origin && typeof kept.token === "string" ? kept.token : undefined;
  } catch {
    return undefined;
  }
}

function fileOf({ secretsDir }: Paths): string {
  return joinPath(secretsDir, "gateway-access.json");
}
