import type { Traits } from "./dialects.ts";
import { type Look, type Run, type Runs, visibleTextOf } from "./runs.ts";

/** Writes the links of a text as the dialect can: with a label, bare, or as `label (target)`. */

/** Schemes whose target is code or content: worth nothing to a reader. */
const hiddenSchemes = ["javascript:", "data:", "vbscript:", "blob:"];
/** A longer target is not written out when the dialect could not link it anyway. */
const writtenCharsMax = 2048;

/** Takes runs of which some are links, as written. Of those it leaves, each has a target that the dialect takes. */
export function layLinks(runs: Runs, traits: Traits): Run[] {
  const laid: Run[] = [];
  for (let at = 0; at < runs.length;) {
    const { href } = runs[at]!.look;
    let end = at + 1;
    while (end < runs.length && runs[end]!.look.href === href) end++;
    const group = runs.slice(at, end);
    laid.push(...(href === undefined ? group : layLink(group, href, traits)));
    at = end;
  }
  return laid;
}

function layLink(label: Runs, written: string, traits: Traits): Run[] {
  const text = visibleTextOf(label);
  const href = written.trim();
  const target = escapedTarget(href);
  const scheme = schemeOf(href);
  const isLabelled = traits.linkSchemes.includes(scheme) && URL.canParse(target) && fitsTarget(target, traits);
  // A label that looks like another address deceives, and Discord refuses it.
  if (isLabelled && (isSameTarget(text, href) || !looksLikeAddress(text))) {
    return label.map((run) => ({ text: run.text, look: linkLook(run.look, target) }));
  }
  const runs = label.map((run) => ({ text: run.text, look: { ...run.look, href: undefined } }));
  const isWorthless = hiddenSchemes.includes(scheme) || href.length > writtenCharsMax;
  if (isWorthless || isSameTarget(text, href)) return runs;
  const { bold: _, italic: __, underline: ___, strike: ____, code: _____, ...look } = runs.at(-1)!.look;
  return [...runs, { text: ` (${href.replace(/^mailto:|^tel:/i, "")})`, look }];
}

/** Within a link there is no code: no network takes both. */
function linkLook(look: Look, href: string): Look {
  return { ...look, href, code: undefined };
}

/** What could end a target early, as escapes, which lead to the same place. */
function escapedTarget(href: string): string {
  return href.replace(
    /[\u0000-\u0020\u007f"<>\\^`{|}]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
}

/** Some characters grow when they are written. */
function fitsTarget(target: string, { targetCharsMax }: Traits): boolean {
  return target.replace(/[&()]/g, "&amp;").length <= targetCharsMax;
}

/** With its colon, in lower case; empty for a path. */
function schemeOf(href: string): string {
  return /^[a-z][a-z\d+.-]*:/i.exec(href)?.[0].toLowerCase() ?? "";
}

function isSameTarget(label: string, href: string): boolean {
  return bareTarget(label) === bareTarget(href);
}

function bareTarget(address: string): string {
  return address
    .trim()
    .replace(/^(https?:\/\/|mailto:|tel:)/i, "")
    .replace(/\/$/, "");
}

function looksLikeAddress(label: string): boolean {
  return /^\s*(https?:\/\/|www\.)/i.test(label);
}
