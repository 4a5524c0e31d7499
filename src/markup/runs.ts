import type { Style } from "./blocks.ts";

/** How a stretch of visible text looks in a chat: its style, and the block it is part of. */
export interface Look extends Style {
  /** The code block; each block is an object of its own. */
  readonly pre?: { readonly language: string } | undefined;
  /** The level of a heading, where the dialect has headings. */
  readonly heading?: number | undefined;
  readonly isQuote?: boolean | undefined;
  /** `gap`: the space between two blocks. `marker`: what begins a list item, to be written as it is. */
  readonly role?: "gap" | "marker" | undefined;
}

/** Visible text with one look. The runs of a text, put together, are what a person sees. */
export interface Run {
  readonly text: string;
  readonly look: Look;
}

export type Runs = readonly Run[];

export const plainLook: Look = {};

/** Marks that stand around a text within a line, from the outside in. */
export const inlineMarks = ["bold", "underline", "italic", "strike", "spoiler", "code"] as const;
export type InlineMark = (typeof inlineMarks)[number];

export function visibleTextOf(runs: Runs): string {
  return runs.map(({ text }) => text).join("");
}
