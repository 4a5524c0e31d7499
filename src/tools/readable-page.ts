import { decodeEntities } from "./html-entities.ts";
import { type HtmlPiece, scanHtml } from "./html-scan.ts";

/** Pure: what a person would read of an HTML page, as plain text with a little Markdown. */
export interface ReadablePage {
  readonly title: string;
  readonly text: string;
}

/** Larger pages are read up to here. */
const htmlCharsMax = 2_000_000;
/** A main part with less than this is a frame for something else: then the whole page is given. */
const mainCharsMin = 200;

/** Elements of which nothing is read. */
const unread: readonly string[] = [
  ..."script style template noscript svg math iframe object embed canvas audio video select datalist textarea".split(
    " ",
  ),
  ..."noembed noframes xmp head dialog".split(" "),
];
const voids: readonly string[] = "area base br col embed hr img input link meta source track wbr".split(" ");
const blocks: readonly string[] = [
  ..."address article aside blockquote body dd details div dl dt fieldset figcaption figure footer form header".split(
    " ",
  ),
  ..."main nav ol p section summary table tbody tfoot thead ul tr li pre h1 h2 h3 h4 h5 h6 hr".split(" "),
];

export function readablePage(html: string, url: string): ReadablePage {
  const writer = new PageWriter(url);
  for (const piece of scanHtml(html.slice(0, htmlCharsMax))) writer.take(piece);
  return writer.page;
}

type OpenTag = Extract<HtmlPiece, { kind: "open" }>;

/** Takes the pieces in order and keeps what is to be read. */
class PageWriter {
  readonly #url: string;
  /** Pieces, joined at the end: a text that grows and is looked at by turns is copied each time. */
  readonly #parts: string[] = [];
  #last = "\n";
  #title = "";
  #isInTitle = false;
  /** Inside of an element that nobody reads: its name, and how many of that name are open. */
  #skipped: { readonly name: string; depth: number } | undefined;
  #preformatted = 0;
  /** A link in a link ends the one around it. */
  #link: { readonly href: string; readonly start: number } | undefined;
  #mainStart: number | undefined;
  #main = "";

  constructor(url: string) {
    this.#url = url;
  }

  get page(): ReadablePage {
    const text = this.#main.length >= mainCharsMin ? this.#main : this.#parts.join("");
    return { title: oneSpace(this.#title), text: tidied(text) };
  }

  take(piece: HtmlPiece): void {
    if (piece.kind !== "text" && piece.name === "title" && (!this.#skipped || this.#skipped.name === "head")) {
      this.#isInTitle = piece.kind === "open" && this.#title === "";
      return;
    }
    if (this.#isInTitle && piece.kind === "text") this.#title += decodeEntities(piece.text);
    else if (this.#skipped) this.#skip(piece, this.#skipped);
    else if (piece.kind === "text") this.#write(decodeEntities(piece.text));
    else if (piece.kind === "open") this.#open(piece);
    else this.#close(piece.name);
  }

  #skip(piece: HtmlPiece, skipped: { readonly name: string; depth: number }): void {
    // Pages leave </head> out.
    if (piece.kind === "open" && piece.name === "body" && skipped.name === "head") this.#skipped = undefined;
    if (piece.kind === "text" || piece.name !== skipped.name) return;
    skipped.depth += piece.kind === "open" ? 1 : -1;
    if (skipped.depth === 0) this.#skipped = undefined;
  }

  #open(tag: OpenTag): void {
    const { name, attributes } = tag;
    if (unread.includes(name) || isHidden(attributes)) {
      if (!voids.includes(name)) this.#skipped = { name, depth: 1 };
      return;
    }
    if (blocks.includes(name)) this.#breakLine(name);
    if (name === "br") this.#add("\n");
    else if (name === "hr") this.#add("---\n");
    else if (name === "td" || name === "th") this.#add(this.#isAtLineStart ? "" : " | ");
    else if (name === "img" && attributes.get("alt")) this.#write(`[image: ${decodeEntities(attributes.get("alt")!)}]`);
    else if (name === "a") this.#startLink(attributes.get("href"));
    else if (name === "main") this.#mainStart ??= this.#parts.length;
    else if (name === "pre") {
      this.#add("```\n");
      this.#preformatted++;
    }
  }

  #close(name: string): void {
    if (name === "a") this.#endLink();
    if (name === "main" && this.#mainStart !== undefined && this.#main === "") {
      this.#main = this.#parts.slice(this.#mainStart).join("");
    }
    if (name === "pre" && this.#preformatted > 0) {
      this.#preformatted--;
      this.#add(this.#isAtLineStart ? "```\n" : "\n```\n");
    }
    if (blocks.includes(name)) this.#breakLine("");
  }

  #startLink(written: string | undefined): void {
    this.#endLink();
    const href = this.#target(written);
    this.#link = href === undefined ? undefined : { href, start: this.#parts.length };
  }

  #endLink(): void {
    const link = this.#link;
    this.#link = undefined;
    if (link === undefined) return;
    const words = this.#parts.slice(link.start).join("").trim();
    if (words !== "" && words !== link.href) this.#add(` (${link.href})`);
  }

  /** A full address, of the kinds that lead to another page. */
  #target(href: string | undefined): string | undefined {
    if (href === undefined || href.startsWith("#")) return undefined;
    const target = URL.parse(decodeEntities(href), this.#url);
    return target && ["http:", "https:", "mailto:"].includes(target.protocol) ? target.href : undefined;
  }

  #breakLine(name: string): void {
    if (!this.#isAtLineStart) this.#add("\n");
    const heading = /^h([1-6])$/.exec(name)?.[1];
    if (heading !== undefined) this.#add(`\n${"#".repeat(Number(heading))} `);
    else if (name === "li") this.#add("- ");
    else if (name === "p" || name === "" || name === "pre") this.#add("\n");
  }

  #write(text: string): void {
    if (this.#preformatted > 0) return this.#add(text);
    const flat = text.replaceAll(/\s+/g, " ");
    this.#add(this.#isAtLineStart || this.#last === " " ? flat.trimStart() : flat);
  }

  #add(text: string): void {
    if (text === "") return;
    this.#parts.push(text);
    this.#last = text.at(-1)!;
  }

  get #isAtLineStart(): boolean {
    return this.#last === "\n";
  }
}

/** What people do not see is not read: it is where instructions to a model are hidden. */
function isHidden(attributes: ReadonlyMap<string, string>): boolean {
  const style = (attributes.get("style") ?? "").toLowerCase().replaceAll(/\s/g, "");
  return (
    attributes.has("hidden") ||
    attributes.get("aria-hidden")?.toLowerCase() === "true" ||
    /display:none|visibility:hidden|font-size:0(px|em|rem|pt|%)?(;|!|$)|opacity:0(\.0+)?(;|!|$)/.test(style)
  );
}

function oneSpace(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}

function tidied(text: string): string {
  return text
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n")
    .replaceAll(/\n{3,}/g, "\n\n")
    .trim();
}
