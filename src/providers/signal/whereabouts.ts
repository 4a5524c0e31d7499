import { joinPath } from "../../lib/index.ts";
import type { Account, Ports } from "../provider.ts";
import { dataFolderSecret, numberSecret, type SignalSettings } from "./settings.ts";

/** Where the account's signal-cli keeps what it keeps, and which account it is. */

type Kept = Pick<Ports, "secrets">;

export function numberOf({ settings }: Account<SignalSettings>, { secrets }: Kept): string | undefined {
  return settings.number ?? secrets.get(numberSecret);
}

export function dataDirOf({ settings }: Account<SignalSettings>, ports: Kept & Pick<Ports, "folder">): string {
  return settings.dataDir ?? joinPath(ports.folder(), dataFolderOf(ports));
}

/** Its name within the account's own folder. */
export function dataFolderOf({ secrets }: Kept): string {
  return secrets.get(dataFolderSecret) ?? "signal-cli";
}

export function addressOf(httpUrl: string): string {
  return httpUrl.replace(/\/+$/, "");
}
