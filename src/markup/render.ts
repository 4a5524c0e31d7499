import { assert, unreachable } from "../lib/index.ts";
import type { Block } from "./blocks.ts";
import { chunk, type ChunkLimits, fits, type Measure } from "./chunk.ts";
import { charsLeast, type Dialect, linesLeast, traitsOf } from "./dialects.ts";
import { layOut } from "./lay-out.ts";
import { parse } from "./parse.ts";
import { type Runs, visibleTextOf } from "./runs.ts";
import { discordSyntax, slackSyntax, whatsappSyntax } from "./syntaxes.ts";
import { writeMarks } from "./write-marks.ts";
import { type StyleRange, styleRanges } from "./write-signal.ts";
import { writeTelegram } from "./write-telegram.ts";

/** The same text twice: in the network's dialect, and plain for when the network refuses the dialect. */
export interface RenderedText {
  readonly markup: string;
  readonly plain: string;
  /** Only for networks that take styles apart from the text. They are ranges of `markup`. */
  readonly styles?: readonly StyleRange[] | undefined;
}

/** A network's dialect and what one message of it holds, named as in a provider's capabilities. */
export interface MessageLimits {
  readonly dialect: Dialect;
  readonly textCharsMax: number;
  readonly countedIn: "utf16" | "codepoints";
  readonly linesMax?: number | undefined;
}

/** Renders a whole text, however long it is. */
export function render(blocks: readonly Block[], dialect: Dialect): RenderedText {
  const runs = layOut(blocks, traitsOf(dialect, Number.MAX_SAFE_INTEGER));
  return renderRuns(runs, dialect, plainOf(runs));
}

/** From the model's Markdown to the messages that carry it, in order. A text with nothing to be seen gives none. */
export function renderParts(markdown: string, limits: MessageLimits): RenderedText[] {
  const runs = layOut(parse(markdown), traitsOf(limits.dialect, limits.textCharsMax));
  return chunk(runs, chunkLimits(limits), measureOf(limits.dialect)).map((part) => renderPart(part, limits));
}

/** One part, whose plain form has the targets of its links where they fit. */
export function renderPart(part: Runs, limits: MessageLimits): RenderedText {
  const plain = plainOf(part);
  const canTell = fits(plain, chunkLimits(limits));
  return renderRuns(part, limits.dialect, canTell ? plain : visibleTextOf(part));
}

export function chunkLimits({ textCharsMax, countedIn, linesMax }: MessageLimits): ChunkLimits {
  assert(textCharsMax >= charsLeast, `a message of ${textCharsMax} characters holds no markup: at least ${charsLeast}`);
  assert((linesMax ?? linesLeast) >= linesLeast, `a message of ${linesMax} lines: at least ${linesLeast}`);
  return { charsMax: textCharsMax, countedIn, linesMax };
}

/** What a network counts: Telegram and Signal what is seen, the others what is sent. */
export function measureOf(dialect: Dialect): Measure {
  const { countsMarkup } = traitsOf(dialect, Number.MAX_SAFE_INTEGER);
  return countsMarkup ? (runs) => writeMarkup(runs, dialect) : visibleTextOf;
}

function renderRuns(runs: Runs, dialect: Dialect, plain: string): RenderedText {
  const markup = writeMarkup(runs, dialect);
  return dialect === "signal" ? { markup, plain, styles: styleRanges(runs) } : { markup, plain };
}

function writeMarkup(runs: Runs, dialect: Dialect): string {
  switch (dialect) {
    case "telegram-html":
      return writeTelegram(runs);
    case "slack-mrkdwn":
      return writeMarks(runs, slackSyntax);
    case "discord-markdown":
      return writeMarks(runs, discordSyntax);
    case "whatsapp":
      return writeMarks(runs, whatsappSyntax);
    case "signal":
    case "plain":
      return visibleTextOf(runs);
    default:
      return unreachable(dialect);
  }
}

/** The visible text, with each target behind its label. */
function plainOf(runs: Runs): string {
  let plain = "";
  let label = "";
  for (const [index, { text, look }] of runs.entries()) {
    plain += text;
    label = look.href === undefined ? "" : label + text;
    const isLinkEnd = look.href !== undefined && runs[index + 1]?.look.href !== look.href;
    if (!isLinkEnd) continue;
    const isTold = look.href === label || look.href.replace(/^(https?:\/\/|mailto:)/, "") === label;
    if (!isTold) plain += ` (${look.href})`;
    label = "";
  }
  return plain;
}
