import type { Credentials } from "../../client/index.ts";
import { readNote, writeNote } from "../shared/notes.ts";

/** What the tab's link says: which screen this is, what it shows, and how it gets in the first time. */
export interface TabAddress {
  /** Several screens in one browser are told apart by it. */
  readonly screen: string;
  readonly board: string;
  readonly name: string | undefined;
  /** The gateway's token, or a code that lets one screen in. */
  readonly given: Credentials | undefined;
  readonly isKiosk: boolean;
}

const plainName = /^[a-z0-9][a-z0-9_-]{0,63}$/;

/** Takes the fragment out of the address, so that a secret stays in no history; what is needed again is kept. */
export function takeTabAddress(): TabAddress {
  const written = new URLSearchParams(location.hash.slice(1));
  const screen = pick(written.get("screen")) ?? "tab";
  const board = pick(written.get("board")) ?? "main";
  const isKiosk = written.has("kiosk");
  keepAddress({ screen, board, isKiosk });
  const name = written.get("name")?.trim().slice(0, 64) || readNote(`screen-name:${screen}`);
  if (name !== undefined) nameScreen(screen, name);
  return { screen, board, name, given: credentialsIn(written), isKiosk };
}

/** What a reload needs again, and nothing that is a secret. */
export function keepAddress({ screen, board, isKiosk }: Pick<TabAddress, "screen" | "board" | "isKiosk">): void {
  const kept = new URLSearchParams();
  if (screen !== "tab") kept.set("screen", screen);
  if (board !== "main") kept.set("board", board);
  if (isKiosk) kept.set("kiosk", "");
  const fragment = kept.toString();
  history.replaceState(null, "", `${location.pathname}${fragment === "" ? "" : `#${fragment}`}`);
}

export function nameScreen(screen: string, name: string): void {
  writeNote(`screen-name:${screen}`, name);
}

function credentialsIn(written: URLSearchParams): Credentials | undefined {
  const token = written.get("token")?.trim();
  const bootstrapToken = written.get("setup")?.trim();
  if (token) return { token };
  return bootstrapToken ? { bootstrapToken } : undefined;
}

function pick(value: string | null): string | undefined {
  return value !== null && plainName.test(value) ? value : undefined;
}
