import { type FencedLine, fencedLines } from "./fence-lines.ts";

/** What a model says about its reply, in words among the text. */
export interface Directives {
  /** What is left for people. Empty when the reply is silent. */
  readonly text: string;
  /** Nothing of the text is to be sent; media still is. */
  readonly isSilent: boolean;
  /** The message to answer: the one that came in, or one named by its id. The last directive counts. */
  readonly replyTo: "current" | { readonly id: string } | undefined;
  readonly asVoice: boolean;
  /** Paths and addresses, as written and not judged: what may be read is for the caller to decide. */
  readonly media: readonly string[];
  readonly heartbeatOk: boolean;
  /** What another agent that reads this reply shall leave out. */
  readonly skips: "reply" | "announce" | undefined;
}

/** Words that count only at the start or the end of a reply. */
export const edgeWords = {
  silent: "NO_REPLY",
  heartbeat: "HEARTBEAT_OK",
  reply: "REPLY_SKIP",
  announce: "ANNOUNCE_SKIP",
};

/** Directives in code are examples, not directives. */
export function readDirectives(reply: string): Directives {
  const { text: written, media, found } = takeDirectives(fencedLines(reply));
  const { text, words } = takeEdgeWords(written.trim());
  const skips = words.has(edgeWords.reply) ? "reply" : words.has(edgeWords.announce) ? "announce" : undefined;
  const isSilent = words.has(edgeWords.silent) || (skips !== undefined && text === "");
  const heartbeatOk = words.has(edgeWords.heartbeat);
  return { text: isSilent ? "" : text, isSilent, ...found, media, heartbeatOk, skips };
}

interface Taken {
  readonly text: string;
  readonly media: readonly string[];
  readonly found: Found;
}

/** Takes out what may stand anywhere outside of code: tags and media. */
export function takeDirectives(lines: readonly FencedLine[]): Taken {
  const media: string[] = [];
  const found: Found = { replyTo: undefined, asVoice: false };
  const kept = lines.flatMap((line) => keptLine(line, media, found));
  return { text: kept.join(""), media, found };
}

/** One reply has a few of them at most; more are text. */
const edgeWordsMax = 8;

export interface EdgeWords {
  /** What stands between them. */
  readonly text: string;
  readonly words: ReadonlySet<string>;
  readonly wordsAtStart: ReadonlySet<string>;
}

/** Takes the words off both ends. */
export function takeEdgeWords(written: string): EdgeWords {
  const words = new Set<string>();
  const wordsAtStart = new Set<string>();
  let text = written;
  for (let count = 0; count < edgeWordsMax; count++) {
    const edge = edgeWordOf(text);
    if (!edge) break;
    words.add(edge.word);
    if (edge.isStart) wordsAtStart.add(edge.word);
    text = edge.rest;
  }
  return { text, words, wordsAtStart };
}

interface Found {
  replyTo: Directives["replyTo"];
  asVoice: boolean;
}

function keptLine({ text, isCode }: FencedLine, media: string[], found: Found): string[] {
  if (isCode) return [text];
  const source = mediaOf(text);
  if (source !== undefined) {
    media.push(source);
    return [];
  }
  const kept = withoutTags(text, found);
  // A line that held nothing but directives goes as a whole.
  return kept.trim() === "" && text.trim() !== "" ? [] : [kept];
}

/** Each tag takes the space behind it along. Code within the line is passed over. */
const tagPattern = new RegExp(
  [
    /(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)/.source,
    /\[\[\s*(?:(reply_to_current|audio_as_voice)|reply_to\s*:\s*([^\]\s]{1,256}))\s*\]\][ \t]?/.source,
  ].join("|"),
  "g",
);

function withoutTags(line: string, found: Found): string {
  if (!line.includes("[[")) return line;
  return line.replace(tagPattern, (written: string, _: unknown, name?: string, id?: string) => {
    if (name === "audio_as_voice") found.asVoice = true;
    else if (name !== undefined) found.replyTo = "current";
    else if (id !== undefined) found.replyTo = { id };
    else return written;
    return "";
  });
}

const mediaCharsMax = 4096;

/** A `MEDIA:` line counts when what follows can be a file or an address; else it is a sentence. */
function mediaOf(line: string): string | undefined {
  const written = /^[ \t]*(?:[-*][ \t]+)?`?MEDIA:[ \t]*(\S.*)$/.exec(line.trimEnd())?.[1];
  if (written === undefined || written.length > mediaCharsMax) return undefined;
  const source = unquoted(written.trim());
  if (/^(?:https?:\/\/|file:\/\/)\S+$/i.test(source)) return source;
  const isPath = /^(?:~?\/|\.{1,2}\/|[A-Za-z]:[\\/])./.test(source) || /^[^\s:]+\.\w{1,8}$/.test(source);
  return isPath ? source : undefined;
}

function unquoted(text: string): string {
  const bare = text.endsWith("`") ? text.replace(/^`|`$/g, "").trim() : text;
  return /^(["'<]).*(["'>])$/.test(bare) ? bare.slice(1, -1).trim() : bare;
}

const anyWord = `(${Object.values(edgeWords).join("|")})`;
/** Around a word may stand light marks: `**NO_REPLY**`, `<b>HEARTBEAT_OK</b>.` */
export const marksBefore = "(?:<[a-z]{1,6}>|[*_~])*";
const marksBehind = "(?:</[a-z]{1,6}>|[*_~.!:])*";
const startPattern = new RegExp(`^${marksBefore}${anyWord}(?![\\p{L}\\p{N}_])${marksBehind}`, "u");
const endPattern = new RegExp(`(?<![\\p{L}\\p{N}_\`])${marksBefore}${anyWord}${marksBehind}$`, "u");
const codePattern = new RegExp(`^\`+${anyWord}\`+$`);

/** No more of a text's end is looked at: a word with all its marks is shorter. */
export const edgeCharsMax = 120;

interface EdgeWord {
  readonly word: string;
  readonly isStart: boolean;
  readonly rest: string;
}

function edgeWordOf(text: string): EdgeWord | undefined {
  const whole = text.length <= edgeCharsMax ? codePattern.exec(text) : null;
  if (whole) return { word: whole[1]!, isStart: true, rest: "" };
  const start = startPattern.exec(text);
  if (start) return { word: start[1]!, isStart: true, rest: text.slice(start[0].length).trim() };
  const tail = text.slice(-edgeCharsMax);
  const end = endPattern.exec(tail);
  if (!end) return undefined;
  return { word: end[1]!, isStart: false, rest: text.slice(0, text.length - tail.length + end.index).trim() };
}
