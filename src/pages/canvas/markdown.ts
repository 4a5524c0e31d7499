import DOMPurify from "dompurify";
import { Marked, type Tokens } from "marked";

/** Text of a surface as HTML: raw HTML is shown as text, pictures become links, and nothing runs. */

const allowedTags =
  "p br hr h1 h2 h3 h4 h5 h6 blockquote pre code ul ol li table thead tbody tr th td strong em del a sub sup".split(
    " ",
  );

const marked = new Marked({
  gfm: true,
  breaks: true,
  async: false,
  renderer: {
    html: ({ text }: Tokens.HTML | Tokens.Tag) => escaped(text),
    image: ({ href, text }: Tokens.Image) => `<a href="${escaped(href)}">${escaped(text || href)}</a>`,
  },
});

export async function renderMarkdown(
  text: string,
  options?: { readonly tagClassMap?: Readonly<Record<string, readonly string[]>> },
): Promise<string> {
  const fragment = DOMPurify.sanitize(marked.parse(text) as string, {
    ALLOWED_TAGS: allowedTags,
    ALLOWED_ATTR: ["href", "title", "start", "align"],
    ALLOW_DATA_ATTR: false,
    ALLOWED_URI_REGEXP: /^(?:https?|mailto|tel):/i,
    RETURN_DOM_FRAGMENT: true,
  });
  for (const link of fragment.querySelectorAll("a")) {
    link.setAttribute("target", "_blank");
    link.setAttribute("rel", "noopener noreferrer");
  }
  for (const [tag, names] of Object.entries(options?.tagClassMap ?? {})) {
    for (const element of fragment.querySelectorAll(tag)) element.classList.add(...names);
  }
  const holder = document.createElement("div");
  holder.append(fragment);
  return holder.innerHTML;
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
