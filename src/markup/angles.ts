import { type MarkName, type Scan, write } from "./scan.ts";

/** What `<` begins: an address in angle brackets, a line break, or one of a few tags without attributes. */

const addressPattern = /<((?:https?|ftp|mailto|tg|tel):[^\s<>]+)>/iy;
const mailPattern = /<([\w.+-]{1,64}@[\w.-]{1,255})>/y;
const tagPattern = /<(\/?)([a-z-]{1,10})\s?(\/?)>/iy;

const meanings = new Map<string, MarkName>([
  ["b", "bold"],
  ["strong", "bold"],
  ["i", "italic"],
  ["em", "italic"],
  ["u", "underline"],
  ["ins", "underline"],
  ["s", "strike"],
  ["del", "strike"],
  ["strike", "strike"],
  ["tg-spoiler", "spoiler"],
]);

export function readAngle(scan: Scan): void {
  const address = found(addressPattern, scan)?.[1];
  if (address !== undefined) return writeLink(scan, address, address);
  const mail = found(mailPattern, scan)?.[1];
  if (mail !== undefined) return writeLink(scan, mail, `mailto:${mail}`);
  const tag = found(tagPattern, scan);
  if (tag) return readTag(scan, tag);
  return write(scan, "<", 1);
}

/** All other tags are text, and so are those without a partner. */
function readTag(scan: Scan, tag: RegExpExecArray): void {
  const [written, slash, name = ""] = tag;
  if (name.toLowerCase() === "br") return write(scan, "\n", written.length);
  const meaning = meanings.get(name.toLowerCase());
  const node = scan.nodes.length;
  write(scan, written, written.length);
  if (!meaning) return;
  const open = scan.tags.get(meaning) ?? [];
  scan.tags.set(meaning, open);
  if (slash === "") {
    open.push(node);
    return;
  }
  const from = open.pop();
  if (from === undefined) return;
  scan.nodes[from]!.text = "";
  scan.nodes[node]!.text = "";
  scan.ranges.push({ from: from + 1, to: node, mark: meaning });
}

function writeLink(scan: Scan, text: string, href: string): void {
  scan.nodes.push({ text, href });
  scan.at += text.length + 2;
}

function found(pattern: RegExp, scan: Scan): RegExpExecArray | null {
  pattern.lastIndex = scan.at;
  return pattern.exec(scan.source);
}
