/** Pure: the head of a skill's file, between two lines of dashes. Values in values are left out. */

const fence = /^---[ \t]*$/;
const entryPattern = /^([A-Za-z][\w-]*):(?:[ \t]+(.*))?$/;
const linesMax = 200;

/** Undefined when the text has no head. */
export function frontMatter(text: string): Readonly<Record<string, string>> | undefined {
  const lines = text.replace(/^\ufeff/, "").split(/\r?\n/, linesMax);
  if (!fence.test(lines[0] ?? "")) return undefined;
  const end = lines.findIndex((line, index) => index > 0 && fence.test(line));
  if (end === -1) return undefined;
  const found: Record<string, string> = Object.create(null);
  for (let at = 1; at < end; at++) {
    const [, key, written = ""] = entryPattern.exec(lines[at]!) ?? [];
    if (key === undefined) continue;
    const inside = lines.slice(at + 1, end);
    const stop = inside.findIndex((line) => line.trim() !== "" && !/^[ \t]/.test(line));
    const indented = stop === -1 ? inside : inside.slice(0, stop);
    found[key.toLowerCase()] = valueOf(written.trim(), indented);
    at += indented.length;
  }
  return found;
}

/** A word, a quoted word, or lines that belong together. */
function valueOf(written: string, indented: readonly string[]): string {
  const folded = indented.map((line) => line.trim()).filter((line) => line !== "");
  if (/^[>|][+-]?$/.test(written)) return folded.join(written.startsWith("|") ? "\n" : " ");
  const whole = [written, ...folded].join(" ").trim();
  const double = /^"((?:[^"\\]|\\.)*)"/.exec(whole)?.[1];
  if (double !== undefined) return double.replaceAll(/\\(["\\/])/g, "$1").replaceAll(String.raw`\n`, " ");
  const single = /^'((?:[^']|'')*)'/.exec(whole)?.[1];
  if (single !== undefined) return single.replaceAll("''", "'");
  return whole.replace(/(?:^|\s)#.*$/, "").trim();
}
