/** Markdown as the house understands it: blocks, whose text lies flat in spans. */

/** What a person meant by the marks around a text. */
export interface Style {
  readonly bold?: boolean | undefined;
  readonly italic?: boolean | undefined;
  readonly underline?: boolean | undefined;
  readonly strike?: boolean | undefined;
  readonly spoiler?: boolean | undefined;
  readonly code?: boolean | undefined;
  /** Where a link leads, as it was written: not judged yet. */
  readonly href?: string | undefined;
}

/** A stretch of text with one style. Spans never nest, whatever the source did. */
export interface Span {
  readonly text: string;
  readonly style: Style;
}

export type Spans = readonly Span[];

export type Block =
  /** Line breaks within it are kept: people in chats mean them. */
  | { readonly kind: "paragraph"; readonly spans: Spans }
  | { readonly kind: "heading"; readonly level: number; readonly spans: Spans }
  /** `language` is the first word after the fence, or empty. */
  | { readonly kind: "code"; readonly language: string; readonly text: string }
  | { readonly kind: "quote"; readonly blocks: readonly Block[] }
  | List
  | Table
  | { readonly kind: "rule" };

export interface List {
  readonly kind: "list";
  /** The first number; undefined for bullets. */
  readonly start: number | undefined;
  /** True when its items stand apart. */
  readonly isLoose: boolean;
  readonly items: readonly ListItem[];
}

export interface ListItem {
  /** Undefined unless it is a task. */
  readonly isDone?: boolean | undefined;
  readonly blocks: readonly Block[];
}

export interface Table {
  readonly kind: "table";
  readonly header: readonly Spans[];
  /** A row may have fewer cells than the header, never more. */
  readonly rows: readonly (readonly Spans[])[];
  readonly align: readonly ("left" | "center" | "right")[];
}
