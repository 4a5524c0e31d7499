import { type Dialect, type MessageLimits, parse, render, type RenderedText } from "../../src/markup/index.ts";
import { visibleOfTelegram } from "./telegram-checker.ts";

/** What must hold for every part of every text. Each law gives its breaches, so that a failure names all of them. */

export const dialects: readonly Dialect[] = [
  "telegram-html",
  "slack-mrkdwn",
  "discord-markdown",
  "whatsapp",
  "signal",
  "plain",
];

export function countOf(text: string, countedIn: MessageLimits["countedIn"]): number {
  return countedIn === "utf16" ? text.length : Array.from(text).length;
}

/** What a network counts. */
export function countedText({ markup }: RenderedText, dialect: Dialect): string {
  return dialect === "telegram-html" ? visibleOfTelegram(markup) : markup;
}

/** The text without what may be lost or added at a cut: white space, and what nobody sees. */
export function seen(text: string): string {
  return text.replace(/[\s\p{Default_Ignorable_Code_Point}]/gu, "");
}

export function partBreaches(part: RenderedText, limits: MessageLimits): string[] {
  const { dialect, textCharsMax, countedIn, linesMax } = limits;
  const counted = countedText(part, dialect);
  const breaches: string[] = [];
  const breach = (name: string, isBroken: boolean): void => {
    if (isBroken) breaches.push(`${name}: ${JSON.stringify(part)}`);
  };
  breach("too long", countOf(counted, countedIn) > textCharsMax);
  breach("plain too long", countOf(part.plain, countedIn) > textCharsMax);
  breach("too many lines", linesMax !== undefined && counted.split("\n").length > linesMax);
  breach("nothing to see", seen(counted) === "" || seen(part.plain) === "");
  breach("half a character", !part.markup.isWellFormed() || !part.plain.isWellFormed());
  const isMarked = ["slack-mrkdwn", "discord-markdown", "whatsapp"].includes(dialect);
  breach("an open fence", isMarked && part.markup.split("```").length % 2 === 0);
  breach("a fence within a line", isMarked && /[^\n> ]```|^```\S*[^\w\s+#.-]/m.test(part.markup));
  const ranges = part.styles ?? [];
  breach(
    "a style outside",
    ranges.some(({ start, length }) => length <= 0 || start + length > part.markup.length),
  );
  return breaches;
}

/** What a person sees of a whole text with these limits, by one part that holds it all. */
export function wholeText(markdown: string, dialect: Dialect): string {
  const whole = render(parse(markdown), dialect);
  return dialect === "telegram-html" ? visibleOfTelegram(whole.markup) : whole.plain;
}
