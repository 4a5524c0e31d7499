import { inlineMarks, type InlineMark, type Look, type Runs } from "./runs.ts";

/** Telegram's HTML: the few tags it knows, always balanced, and nothing within code. */

const tags: Readonly<Record<InlineMark, string>> = {
  bold: "b",
  underline: "u",
  italic: "i",
  strike: "s",
  spoiler: "tg-spoiler",
  code: "code",
};

export function writeTelegram(runs: Runs): string {
  let html = "";
  let open: readonly Tag[] = [];
  for (const { text, look } of runs) {
    const wanted = tagsOf(look);
    const kept = sharedLength(open, wanted);
    html += closed(open.slice(kept));
    html += wanted
      .slice(kept)
      .map(({ start }) => start)
      .join("");
    html += escapeHtml(text);
    open = wanted;
  }
  return html + closed(open);
}

interface Tag {
  readonly start: string;
  readonly end: string;
  /** Tells apart two of a kind that follow each other. */
  readonly owner?: object | undefined;
}

/** From the outside in. */
function tagsOf(look: Look): Tag[] {
  if (look.pre) return preTags(look.pre);
  const wanted: Tag[] = [];
  if (look.isQuote) wanted.push({ start: "<blockquote>", end: "</blockquote>" });
  if (look.href !== undefined) wanted.push({ start: `<a href="${escapeHtml(look.href)}">`, end: "</a>" });
  for (const mark of inlineMarks) {
    if (look[mark]) wanted.push({ start: `<${tags[mark]}>`, end: `</${tags[mark]}>` });
  }
  return wanted;
}

function preTags(pre: { readonly language: string }): Tag[] {
  const frame = { start: "<pre>", end: "</pre>", owner: pre };
  if (pre.language === "") return [frame];
  return [frame, { start: `<code class="language-${escapeHtml(pre.language)}">`, end: "</code>", owner: pre }];
}

function sharedLength(one: readonly Tag[], other: readonly Tag[]): number {
  let length = 0;
  while (length < one.length && isSameTag(one[length]!, other[length])) length++;
  return length;
}

function isSameTag(one: Tag, other: Tag | undefined): boolean {
  return one.start === other?.start && one.owner === other.owner;
}

function closed(open: readonly Tag[]): string {
  return open
    .map(({ end }) => end)
    .toReversed()
    .join("");
}

const htmlEscapes: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (character) => htmlEscapes[character]!);
}
