import { badRequest, type WireEntity } from "./wire.ts";

/** Text with its markup taken out. Offsets count UTF-16 units. */
export interface MarkedText {
  readonly text: string;
  readonly entities: readonly WireEntity[];
}

const entityTypes: Readonly<Record<string, string>> = {
  a: "text_link",
  b: "bold",
  blockquote: "blockquote",
  code: "code",
  del: "strikethrough",
  em: "italic",
  i: "italic",
  ins: "underline",
  pre: "pre",
  s: "strikethrough",
  span: "spoiler",
  strike: "strikethrough",
  strong: "bold",
  "tg-emoji": "custom_emoji",
  "tg-spoiler": "spoiler",
  u: "underline",
};

interface OpenTag {
  readonly tag: string;
  readonly offset: number;
  readonly attributes: ReadonlyMap<string, string>;
}

/** Reads `parse_mode: HTML` as Telegram does. Throws its "can't parse entities". Does not trim. */
export function parseHtml(source: string): MarkedText {
  const entities: WireEntity[] = [];
  const open: OpenTag[] = [];
  let text = "";
  let at = 0;
  while (at < source.length) {
    const next = source.slice(at).search(/[<&]/);
    if (next < 0) {
      text += source.slice(at);
      break;
    }
    text += source.slice(at, at + next);
    at += next;
    if (source[at] === "&") {
      const character = readCharacter(source, at);
      text += character.text;
      at = character.end;
      continue;
    }
    const tag = readTag(source, at);
    if (tag.isEnd) closeTag(open.pop(), { ...tag, at: byteOffset(source, at) }, { text, entities });
    else open.push({ tag: tag.name, offset: text.length, attributes: tag.attributes });
    at = tag.end;
  }
  const left = open.pop();
  if (left) throw refuse(`Can't find end tag corresponding to start tag "${left.tag}"`);
  entities.sort((one, other) => one.offset - other.offset || other.length - one.length);
  return {
    text,
    entities: entities.map(({ language, ...rest }) =>
      rest.type === "pre" ? { ...rest, ...(language && { language }) } : rest,
    ),
  };
}

interface Tag {
  readonly name: string;
  readonly isEnd: boolean;
  readonly attributes: ReadonlyMap<string, string>;
  readonly end: number;
}

function readTag(source: string, at: number): Tag {
  const where = `at byte offset ${byteOffset(source, at)}`;
  const isEnd = source[at + 1] === "/";
  const close = source.indexOf(">", at);
  const inside = source.slice(at + (isEnd ? 2 : 1), close < 0 ? undefined : close);
  const name = /^[^\s/>]*/.exec(inside)![0].toLowerCase();
  if (isEnd) {
    if (close < 0) throw refuse(`Unclosed end tag ${where}`);
    return { name, isEnd, attributes: new Map(), end: close + 1 };
  }
  if (!(name in entityTypes)) throw refuse(`Unsupported start tag "${name}" ${where}`);
  const attributes = new Map<string, string>();
  const pattern = /\s*([^\s=>/]+)(\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?/y;
  pattern.lastIndex = at + 1 + name.length;
  for (let end = pattern.lastIndex; ; end = pattern.lastIndex) {
    const found = pattern.exec(source);
    if (!found) {
      const closed = /\s*>/y;
      closed.lastIndex = end;
      if (!closed.test(source)) throw refuse(`Unclosed start tag ${where}`);
      if (name === "span" && attributes.get("class") !== "tg-spoiler") {
        throw refuse(`Tag "span" must have class "tg-spoiler" ${where}`);
      }
      return { name, isEnd, attributes, end: closed.lastIndex };
    }
    attributes.set(found[1]!.toLowerCase(), decoded(found[3] ?? found[4] ?? found[5] ?? ""));
  }
}

function closeTag(
  opened: OpenTag | undefined,
  tag: { readonly name: string; readonly at: number },
  into: { readonly text: string; readonly entities: WireEntity[] },
): void {
  if (!opened) throw refuse(`Unexpected end tag at byte offset ${tag.at}`);
  if (tag.name !== "" && tag.name !== opened.tag) {
    const pair = `expected "</${opened.tag}>", found "</${tag.name}>"`;
    throw refuse(`Unmatched end tag at byte offset ${tag.at}, ${pair}`);
  }
  const length = into.text.length - opened.offset;
  const entity = length > 0 && entityOf(opened, into.text.slice(opened.offset), length);
  if (!entity) return;
  const inner = into.entities.findIndex(({ type, offset, length: long }) => {
    return type === "code" && entity.type === "pre" && offset === entity.offset && long === entity.length;
  });
  if (inner < 0) return void into.entities.push(entity);
  const { language } = into.entities[inner]!;
  into.entities[inner] = { ...entity, ...(language && { language }) };
}

function entityOf({ tag, offset, attributes }: OpenTag, inside: string, length: number): WireEntity | undefined {
  const type = entityTypes[tag]!;
  const place = { offset, length };
  const language = /^language-(.+)$/.exec(attributes.get("class") ?? "")?.[1];
  if (tag === "a") {
    const url = attributes.get("href") || inside;
    return /^[a-z][a-z0-9+.-]*:|^[^\s/]+\.[^\s]+$/i.test(url) ? { type, ...place, url } : undefined;
  }
  if (tag === "tg-emoji") return { type, ...place, custom_emoji_id: attributes.get("emoji-id") ?? "" };
  if (tag === "blockquote" && attributes.has("expandable")) return { type: "expandable_blockquote", ...place };
  return { type, ...place, ...(language && tag === "code" && { language }) };
}

const named: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"' };

function readCharacter(source: string, at: number): { readonly text: string; readonly end: number } {
  const found = /^&(?:#(\d{1,8})|#x([0-9a-f]{1,8})|(lt|gt|amp|quot));?/i.exec(source.slice(at, at + 12));
  if (!found) return { text: "&", end: at + 1 };
  const code = found[1] ? Number(found[1]) : Number.parseInt(found[2] ?? "0", 16);
  const text = found[3] ? named[found[3].toLowerCase()]! : code > 0 && code <= 0x10ffff && String.fromCodePoint(code);
  return text ? { text, end: at + found[0].length } : { text: "&", end: at + 1 };
}

function decoded(source: string): string {
  return source.replace(/&[^;\s]{1,10};/g, (found) => readCharacter(found, 0).text);
}

function byteOffset(source: string, at: number): number {
  return Buffer.byteLength(source.slice(0, at));
}

function refuse(what: string) {
  return badRequest(`can't parse entities: ${what}`);
}
