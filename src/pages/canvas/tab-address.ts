import { readNote, writeNote } from "../shared/notes.ts";

/** What the tab's link says: which screen this is, what it shows, and how it gets in the first time. */
export interface TabAddress {
  /** Several screens in one browser are told apart by it. */
  readonly screen: string;
  readonly board: string;
  readonly name: string | undefined;
  readonly token: string | undefined;
  readonly isKiosk: boolean;
}

const plainName = /^[a-z0-9][a-z0-9_-]{0,63}$/;

/** Takes the fragment out of the address, so that a secret stays in no history; what is needed again is kept. */
export function takeTabAddress(): TabAddress {
  const given = new URLSearchParams(location.hash.slice(1));
  const kept = new URLSearchParams();
  const screen = pick(given.get("screen")) ?? "tab";
  const board = pick(given.get("board")) ?? "main";
  if (screen !== "tab") kept.set("screen", screen);
  if (board !== "main") kept.set("board", board);
  const isKiosk = given.has("kiosk");
  if (isKiosk) kept.set("kiosk", "");
  const fragment = kept.toString();
  history.replaceState(null, "", `${location.pathname}${fragment === "" ? "" : `#${fragment}`}`);
  const name = given.get("name")?.trim().slice(0, 64) || readNote(`screen-name:${screen}`);
  if (name !== undefined) nameScreen(screen, name);
  const token = given.get("token")?.trim();
  return { screen, board, name, token: token === "" ? undefined : token, isKiosk };
}

export function nameScreen(screen: string, name: string): void {
  writeNote(`screen-name:${screen}`, name);
}

function pick(value: string | null): string | undefined {
  return value !== null && plainName.test(value) ? value : undefined;
}
