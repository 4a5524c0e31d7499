import type { InlineMark } from "./runs.ts";

/** Which markup a network understands. */
export type Dialect = "telegram-html" | "slack-mrkdwn" | "discord-markdown" | "whatsapp" | "signal" | "plain";

/** What a dialect can say. What it cannot becomes text, so that nothing a person should read is lost. */
export interface Traits {
  readonly dialect: Dialect;
  /** True when the marks themselves count against the limit of a message. */
  readonly countsMarkup: boolean;
  readonly marks: readonly InlineMark[];
  /** Schemes of links with a label; other links are written out behind it. None: no labels. */
  readonly linkSchemes: readonly string[];
  /** A longer target is written out. */
  readonly targetCharsMax: number;
  readonly hasHeadings: boolean;
  readonly hasQuotes: boolean;
  /** Code blocks with a frame, which stand apart without an empty line. */
  readonly hasCodeBlocks: boolean;
  /** Whether code blocks name their language. */
  readonly hasLanguages: boolean;
  readonly bullet: string;
  /** Widest table that is aligned within a code block; wider ones, and all for 0, become lists. */
  readonly tableColumnsMax: number;
}

/** The least that a message must hold, for the marks of a code block and some of its text. */
export const charsLeast = 20;
export const linesLeast = 4;

/** Below this many characters marks would leave no room for text, so that text goes plain. */
const charsForMarks = 64;
/** A target may take a third of a message. */
const targetShare = 3;

/** Telegram draws no longer line on a phone without breaking it. */
const phoneColumns = 44;
const screenColumns = 80;
const unlimited = Number.MAX_SAFE_INTEGER;

const allMarks = ["bold", "underline", "italic", "strike", "spoiler", "code"] as const;
const plainMarks = ["bold", "italic", "strike", "code"] as const;

const framed = { hasCodeBlocks: true, hasQuotes: true, hasHeadings: false, targetCharsMax: unlimited } as const;
const bare = { hasQuotes: false, hasHeadings: false, hasLanguages: false, linkSchemes: [], targetCharsMax: 0 } as const;

const traits: Readonly<Record<Dialect, Traits>> = {
  "telegram-html": {
    ...framed,
    dialect: "telegram-html",
    countsMarkup: false,
    marks: allMarks,
    // It drops targets of other schemes without a word; mail addresses become links by themselves.
    linkSchemes: ["http:", "https:", "tg:"],
    hasLanguages: true,
    bullet: "•",
    tableColumnsMax: phoneColumns,
  },
  "slack-mrkdwn": {
    ...framed,
    dialect: "slack-mrkdwn",
    countsMarkup: true,
    marks: plainMarks,
    linkSchemes: ["http:", "https:", "mailto:"],
    hasLanguages: false,
    bullet: "•",
    tableColumnsMax: screenColumns,
  },
  "discord-markdown": {
    ...framed,
    dialect: "discord-markdown",
    countsMarkup: true,
    marks: allMarks,
    linkSchemes: ["http:", "https:"],
    hasHeadings: true,
    hasLanguages: true,
    bullet: "-",
    tableColumnsMax: screenColumns,
  },
  whatsapp: {
    ...bare,
    dialect: "whatsapp",
    countsMarkup: true,
    marks: plainMarks,
    hasQuotes: true,
    hasCodeBlocks: true,
    bullet: "-",
    tableColumnsMax: 0,
  },
  signal: {
    ...bare,
    dialect: "signal",
    countsMarkup: false,
    marks: ["bold", "italic", "strike", "spoiler", "code"],
    hasCodeBlocks: false,
    bullet: "•",
    tableColumnsMax: 0,
  },
  plain: {
    ...bare,
    dialect: "plain",
    countsMarkup: false,
    marks: [],
    hasCodeBlocks: false,
    bullet: "•",
    tableColumnsMax: 0,
  },
};

/** The traits of a dialect within messages of so many characters. */
export function traitsOf(dialect: Dialect, charsMax: number): Traits {
  const full = traits[dialect];
  if (!full.countsMarkup) return full;
  if (charsMax < charsForMarks) {
    return {
      ...full,
      marks: [],
      linkSchemes: [],
      hasHeadings: false,
      hasQuotes: false,
      hasLanguages: false,
      tableColumnsMax: 0,
    };
  }
  return { ...full, targetCharsMax: Math.min(full.targetCharsMax, Math.floor(charsMax / targetShare)) };
}
