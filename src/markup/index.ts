/** From a model's Markdown to the dialects of networks, in parts that fit. It sends nothing and knows no network. */
export type { Block, ListItem, Span, Style } from "./blocks.ts";
export type { Dialect } from "./dialects.ts";
export { type Directives, readDirectives } from "./directives.ts";
export { draftText } from "./draft.ts";
export { parse } from "./parse.ts";
export { type MessageLimits, render, type RenderedText, renderParts } from "./render.ts";
export { visibleText } from "./visible-text.ts";
export type { StyleRange } from "./write-signal.ts";
