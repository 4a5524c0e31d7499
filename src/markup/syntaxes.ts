import type { InlineMark } from "./runs.ts";
import { type MarkSyntax, zeroWidthSpace } from "./write-marks.ts";

/** The marks of Slack, WhatsApp and Discord. */

const fence = "```";

const starMarks: Readonly<Record<InlineMark, string>> = {
  bold: "*",
  italic: "_",
  strike: "~",
  code: "`",
  underline: "",
  spoiler: "",
};

/** WhatsApp has no escapes: what is a mark by chance stays one. */
export const whatsappSyntax: MarkSyntax = {
  mark: (mark) => starMarks[mark],
  edgeMarks: ["bold", "italic", "strike", "code"],
  canMarkCode: (text) => !text.includes("`"),
  escape: (text, isLineStart) => withoutQuote(withoutFences(text), isLineStart, ">"),
  escapeCode: (text) => text,
  link: (text) => withoutFences(text),
  codeBlock: (text) => `${fence}\n${withoutFences(text)}\n${fence}`,
};

export const slackSyntax: MarkSyntax = {
  ...whatsappSyntax,
  escape: (text, isLineStart) => withoutQuote(withoutFences(escapeSlack(text)), isLineStart, "&gt;"),
  escapeCode: escapeSlackCode,
  link: (text, href) => {
    const label = text === href ? "" : `|${withoutFences(escapeSlackCode(text))}`;
    return `<${escapeSlackCode(href)}${label}>`;
  },
  codeBlock: (text) => `${fence}\n${withoutFences(escapeSlackCode(text))}\n${fence}`,
};

const discordMarks: Readonly<Record<InlineMark, string>> = {
  bold: "**",
  underline: "__",
  italic: "_",
  strike: "~~",
  spoiler: "||",
  code: "`",
};

export const discordSyntax: MarkSyntax = {
  mark: (mark, text) => (mark === "code" && text.includes("`") ? "``" : discordMarks[mark]),
  edgeMarks: ["italic"],
  canMarkCode: () => true,
  escape: escapeDiscord,
  escapeCode: escapeDiscordCode,
  link: linkDiscord,
  codeBlock: (text, language) => `${fence}${language}\n${withoutFences(text)}\n${fence}`,
};

/** Three backticks would begin a code block, or end the one they stand in. */
function withoutFences(text: string): string {
  return text.replace(/``(?=`)/g, `\`\`${zeroWidthSpace}`);
}

function withoutQuote(text: string, isLineStart: boolean, mark: string): string {
  return isLineStart && text.startsWith(mark) ? zeroWidthSpace + text : text;
}

const slackEscapes: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

/** Mentions of one person or channel stay; those that call everybody (`<!channel>`) are text. */
function escapeSlack(text: string): string {
  return text.replace(/<(?:@[UW][A-Z\d]{2,20}|#C[A-Z\d]{2,20})>|[&<>]/g, (found) => slackEscapes[found] ?? found);
}

function escapeSlackCode(text: string): string {
  return text.replace(/[&<>]/g, (character) => slackEscapes[character]!);
}

/** Addresses and underscores within words stay as they are; marks are escaped. */
const discordKept = /https?:\/\/[^\s`*|~\\[\]()]+|(?<=[\p{L}\p{N}])_+(?=[\p{L}\p{N}])/u;
const discordMarked = /[\\*_`]|\](?=\()|~(?=~)|(?<=~)~|\|(?=\|)|(?<=\|)\|/u;
const discordPattern = new RegExp(`(${discordKept.source})|${discordMarked.source}`, "giu");

function escapeDiscord(text: string, isLineStart: boolean): string {
  const escaped = text.replace(discordPattern, (found, kept?: string) => (kept === undefined ? `\\${found}` : found));
  return isLineStart ? escaped.replace(/^(\s*)(#{1,3} |-# |>|[-+] )/, "$1\\$2") : escaped;
}

/** Parentheses in a target would end it. */
function linkDiscord(text: string, href: string): string {
  if (text === href) return href;
  const target = href.replaceAll("(", "%28").replaceAll(")", "%29");
  return `[${text.replace(/[\\*_`~|[\]]/g, "\\$&")}](${target})`;
}

/** Two backticks hold code with a backtick in it, with a space where it touches them. */
function escapeDiscordCode(text: string): string {
  const single = text.replace(/`(?=`)/g, `\`${zeroWidthSpace}`);
  return `${single.startsWith("`") ? " " : ""}${single}${single.endsWith("`") ? " " : ""}`;
}
