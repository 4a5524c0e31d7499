/** HTML as a sequence of texts and tags, in one pass and time that grows with the text alone. */

export type HtmlPiece =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "open"; readonly name: string; readonly attributes: ReadonlyMap<string, string> }
  | { readonly kind: "close"; readonly name: string };

/** Elements whose inside is no HTML. */
const rawElements: readonly string[] = ["script", "style", "textarea", "title", "iframe", "noembed", "noframes", "xmp"];
const attributesMax = 64;

export function* scanHtml(html: string): Generator<HtmlPiece> {
  let at = 0;
  while (at < html.length) {
    const open = html.indexOf("<", at);
    if (open === -1) {
      yield { kind: "text", text: html.slice(at) };
      return;
    }
    if (open > at) yield { kind: "text", text: html.slice(at, open) };
    const next = html[open + 1] ?? "";
    if (next === "!" || next === "?") {
      at = endOfMarkup(html, open);
    } else if (next === "/") {
      const end = endOr(html.indexOf(">", open), html);
      yield { kind: "close", name: nameAt(html, open + 2) };
      at = end + 1;
    } else if (/[A-Za-z]/.test(next)) {
      const name = nameAt(html, open + 1);
      const { attributes, end } = attributesAt(html, open + 1 + name.length);
      yield { kind: "open", name, attributes };
      at = end;
      if (!rawElements.includes(name)) continue;
      const close = closingOf(html, name, at);
      if (close > at) yield { kind: "text", text: html.slice(at, close) };
      at = close;
    } else {
      yield { kind: "text", text: "<" };
      at = open + 1;
    }
  }
}

/** Behind a comment, a doctype or the like. What does not end takes the rest with it. */
function endOfMarkup(html: string, open: number): number {
  if (html.startsWith("<!--", open)) return endOr(html.indexOf("-->", open + 4), html) + 3;
  return endOr(html.indexOf(">", open), html) + 1;
}

function endOr(index: number, html: string): number {
  return index === -1 ? html.length : index;
}

function nameAt(html: string, at: number): string {
  const pattern = /[A-Za-z][A-Za-z0-9:-]{0,63}/y;
  pattern.lastIndex = at;
  return pattern.exec(html)?.[0].toLowerCase() ?? "";
}

function closingOf(html: string, name: string, at: number): number {
  const pattern = new RegExp(`</${name}(?=[\\s/>])`, "gi");
  pattern.lastIndex = at;
  return pattern.exec(html)?.index ?? html.length;
}

/** Up to the end of the tag; a `>` inside of quotes is not it. */
function attributesAt(html: string, start: number): { attributes: ReadonlyMap<string, string>; end: number } {
  const attributes = new Map<string, string>();
  const pattern = /[\s/]*(?:(>)|([^\s/>=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?|=)/y;
  pattern.lastIndex = start;
  for (let found = pattern.exec(html); found; found = pattern.exec(html)) {
    const [, close, name, double, single, bare] = found;
    if (close !== undefined) return { attributes, end: pattern.lastIndex };
    if (name === undefined || attributes.size >= attributesMax) continue;
    const key = name.toLowerCase();
    if (!attributes.has(key)) attributes.set(key, double ?? single ?? bare ?? "");
  }
  return { attributes, end: html.length };
}
