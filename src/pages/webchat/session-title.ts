import type { SessionRow } from "./offline.ts";

/** What a session is called in the list. Pure. */

const mainTitle = "Main conversation";

export function sessionTitle(row: SessionRow | undefined, sessionKey: string, mainKey: string): string {
  const given = row?.label ?? row?.displayName;
  if (given !== undefined) return given;
  if (sessionKey === mainKey) return mainTitle;
  return row?.derivedTitle ?? keyTitle(sessionKey);
}

/** `agent:main:telegram:group:42` → `telegram · group · 42`; the page's own keys say nothing to a person. */
function keyTitle(sessionKey: string): string {
  const rest = sessionKey.replace(/^agent:[^:]+:/, "");
  return rest.startsWith("webchat-") ? "New conversation" : rest.replaceAll(":", " · ");
}

export function matchesSearch(words: string, title: string, row: SessionRow | undefined): boolean {
  const text = `${title} ${row?.lastMessagePreview ?? ""}`.toLocaleLowerCase();
  return words
    .toLocaleLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
