import DOMPurify from "dompurify";
import { Marked, type Tokens } from "marked";
import { memo } from "./memo.ts";
import { useLayoutEffect, useRef } from "preact/hooks";

/**
 * What an agent writes, as elements. Whatever it writes, nothing runs and nothing is loaded from elsewhere: raw HTML is
 * shown as text, images become links, and DOMPurify lets only the tags below through.
 */

const blocks = ["p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "code", "ul", "ol", "li"];
const tables = ["table", "thead", "tbody", "tr", "th", "td"];
const words = ["strong", "em", "del", "a", "sub", "sup", "kbd", "mark", "u"];
const attributes = ["href", "title", "start", "align", "data-language"];
/** Full addresses only: a link that leads into the page itself would come from the agent's mouth. */
const safeAddress = /^(?:https?|mailto|tel):/i;
/** Formatting without attributes is let through; all other HTML is text. */
const harmlessHtml = /^<\/?(?:br|sub|sup|kbd|mark|u)\s*\/?>$/i;

const marked = new Marked({
  gfm: true,
  breaks: true,
  async: false,
  renderer: {
    html: ({ text }: Tokens.HTML | Tokens.Tag) => (harmlessHtml.test(text.trim()) ? text : escaped(text)),
    code: ({ text, lang }: Tokens.Code) =>
      `<pre data-language="${escaped(lang?.split(/\s/)[0] ?? "")}"><code>${escaped(text)}</code></pre>`,
    image: ({ href, text }: Tokens.Image) => `<a href="${escaped(href)}">${escaped(text || href)}</a>`,
    checkbox: ({ checked }: Tokens.Checkbox) => (checked ? "☑ " : "☐ "),
  },
});

/** Drawn again only when the text is another, and then only from the first block that differs. */
export const Markdown = memo(function Markdown({ text }: { readonly text: string }) {
  const root = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (root.current) replaceFrom(root.current, fragmentOf(text));
  }, [text]);
  return <div class="markdown" ref={root} />;
});

function fragmentOf(text: string): DocumentFragment {
  const fragment = DOMPurify.sanitize(marked.parse(text) as string, {
    ALLOWED_TAGS: [...blocks, ...tables, ...words],
    ALLOWED_ATTR: attributes,
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
    ALLOWED_URI_REGEXP: safeAddress,
    // Other attributes would have to look like addresses, too.
    ADD_URI_SAFE_ATTR: attributes.filter((name) => name !== "href"),
    RETURN_DOM_FRAGMENT: true,
  });
  for (const link of fragment.querySelectorAll("a")) openElsewhere(link);
  for (const block of fragment.querySelectorAll("pre")) frameCode(block);
  for (const table of fragment.querySelectorAll("table"))
    table.replaceWith(framed("table-frame", table.cloneNode(true)));
  return fragment;
}

function openElsewhere(link: HTMLAnchorElement): void {
  if (!link.hasAttribute("href")) return link.replaceWith(...link.childNodes);
  link.target = "_blank";
  link.rel = "noopener noreferrer";
}

/** A code block with its language and a button; the button's click is handled where the messages are listed. */
function frameCode(block: HTMLPreElement): void {
  const { language = "" } = block.dataset;
  delete block.dataset["language"];
  block.tabIndex = 0;
  const name = document.createElement("span");
  name.textContent = language;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "quiet copy-code";
  button.textContent = "Copy";
  button.ariaLabel = language === "" ? "Copy the code" : `Copy the ${language} code`;
  const head = framed("code-head", name, button);
  block.replaceWith(framed("code", head, block.cloneNode(true)));
}

function framed(name: string, ...children: readonly Node[]): HTMLDivElement {
  const frame = document.createElement("div");
  frame.className = name;
  frame.append(...children);
  return frame;
}

/** While an answer grows, its finished blocks keep their elements: selections and focus in them stay. */
function replaceFrom(root: HTMLElement, fragment: DocumentFragment): void {
  const next = [...fragment.childNodes];
  const present = [...root.childNodes];
  const changed = next.findIndex((node, index) => !present[index]?.isEqualNode(node));
  const from = changed === -1 ? next.length : changed;
  for (const node of present.slice(from)) node.remove();
  root.append(...next.slice(from));
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
