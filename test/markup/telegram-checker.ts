/** Telegram's parser, as strict as it can be: what it would refuse, or drop without a word, throws. */

const inlineTags = ["b", "i", "u", "s", "tg-spoiler", "code", "a"];
const blockTags = ["pre", "blockquote"];
const tagPattern = /<(\/?)([a-z-]+)((?: [a-z]+="[^"<>]*")*)>/y;
const entityPattern = /&(amp|lt|gt|quot);/y;
const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"' };

/** The text that Telegram shows. */
export function visibleOfTelegram(html: string): string {
  const open: string[] = [];
  let text = "";
  let at = 0;
  while (at < html.length) {
    const character = html[at]!;
    if (character === ">" || character === '"') throw new Error(`unescaped ${character} at ${at}: ${html}`);
    if (character === "&") {
      const [written, name] = match(entityPattern, html, at);
      text += entities[name!];
      at += written.length;
    } else if (character === "<") {
      const [written, slash, name, attributes] = match(tagPattern, html, at);
      if (slash === "/") {
        if (open.pop() !== name) throw new Error(`</${name}> closes another tag: ${html}`);
      } else openTag(open, name!, attributes!, html);
      at += written.length;
    } else {
      text += character;
      at++;
    }
  }
  if (open.length > 0) throw new Error(`<${open.at(-1)}> stays open: ${html}`);
  return text;
}

function openTag(open: string[], name: string, attributes: string, html: string): void {
  const parent = open.at(-1);
  const isLanguage = name === "code" && parent === "pre" && /^ class="language-[\w+#.-]+"$/.test(attributes);
  const isLink = name === "a" && /^ href="(?:https?|tg):[^"]+"$/.test(attributes);
  if (attributes !== "" && !isLanguage && !isLink) throw new Error(`<${name}${attributes}> is no tag: ${html}`);
  if (name === "a" && !isLink) throw new Error(`a link without target: ${html}`);
  if (!inlineTags.includes(name) && !blockTags.includes(name)) throw new Error(`<${name}> is unknown: ${html}`);
  if (open.includes(name)) throw new Error(`<${name}> within itself: ${html}`);
  if (open.includes("code") || (open.includes("pre") && !isLanguage)) throw new Error(`<${name}> in code: ${html}`);
  if (name === "pre" && open.length > 0) throw new Error(`<pre> in <${parent}>: ${html}`);
  if (name === "code" && !isLanguage && open.some((tag) => tag !== "blockquote")) {
    throw new Error(`<code> in <${parent}>: ${html}`);
  }
  if (name === "blockquote" && open.length > 0) throw new Error(`<blockquote> in <${parent}>: ${html}`);
  open.push(name);
}

function match(pattern: RegExp, html: string, at: number): RegExpExecArray {
  pattern.lastIndex = at;
  const found = pattern.exec(html);
  if (!found) throw new Error(`neither text nor markup at ${at}: ${html}`);
  return found;
}
