import { isoTime, oneLine } from "../lib/index.ts";
import type { InboundMessage, QuotedMessage } from "../providers/index.ts";
import type { InboundRow } from "./inbox.store.ts";

/**
 * What the agent reads of a message: who, where, when, and then what was said. Text of people stays text of people: a
 * line that looks like ours is marked as said. Pure.
 */

export interface EnvelopeParts {
  readonly label: string;
  /** The messages that start the turn, oldest first. */
  readonly rows: readonly InboundRow[];
  /** What was said in the group since. */
  readonly context: readonly InboundRow[];
  /** Where files of a message were put for the agent, in the order of its media. */
  readonly fileOf: (row: InboundRow, index: number) => string | undefined;
  /** True when they waited while the agent worked. */
  readonly isQueued: boolean;
  /** One line each of messages that did not fit. */
  readonly dropped: readonly string[];
}

const nameCharsMax = 80;
const quoteCharsMax = 300;

export function envelope(parts: EnvelopeParts): string {
  const { rows, context, isQueued, dropped } = parts;
  const lines: string[] = [];
  if (context.length > 0) {
    lines.push("[Chat messages since your last reply - for context]");
    for (const row of context) lines.push(`${nameOf(row.message)}: ${bodyOf(row, parts)}`);
    lines.push("", "[Current message - respond to this]");
  }
  if (isQueued) lines.push("[Queued messages while agent was busy]");
  for (const line of dropped) lines.push(`- (left out) ${line}`);
  for (const row of rows) lines.push(one(row, parts));
  return lines.join("\n");
}

/** What the transcript shows: the words of the person, and files by name. */
export function saidText(rows: readonly InboundRow[]): string {
  const inGroup = rows.some(({ message }) => message.ref.peer.kind !== "direct");
  return rows
    .map(({ message }) => {
      const files = message.media
        .filter(({ kind }) => kind !== "image")
        .map(({ kind, fileName }) => `(${fileName ? `${kind}: ${oneLine(fileName, nameCharsMax)}` : kind})`);
      const text = [message.text, ...files].filter((part) => part !== "").join("\n");
      return inGroup ? `${nameOf(message)}: ${text}` : text;
    })
    .join("\n");
}

function one(row: InboundRow, parts: EnvelopeParts): string {
  const { message } = row;
  const { peer } = message.ref;
  const where = peer.kind === "direct" ? "" : ` ${oneLine(message.chatTitle ?? peer.id, nameCharsMax)}`;
  const head = `[${parts.label}${where} ${nameOf(message)} id:${message.sender.id} ${minuteOf(message.sentAtMs)}]`;
  const quote = message.replyTo
    ? `[Replying to ${quotedName(message.replyTo)}: ${oneLine(message.replyTo.text, quoteCharsMax)}]\n`
    : "";
  const pressed = message.event.kind === "button" ? "(pressed a button) " : "";
  return `${head} ${quote}${pressed}${bodyOf(row, parts)}`;
}

function quotedName({ isOwn, senderName }: QuotedMessage): string {
  return isOwn ? "you" : oneLine(senderName ?? "someone", nameCharsMax);
}

function bodyOf(row: InboundRow, parts: EnvelopeParts): string {
  const files = row.message.media.map((media, index) => {
    const kept = row.kept[index];
    const name = media.fileName === undefined ? "" : ` ${oneLine(media.fileName, nameCharsMax)}`;
    if (kept?.problem !== undefined) return `<media:${media.kind}>${name} (could not be had: ${kept.problem})`;
    const file = parts.fileOf(row, index);
    return `<media:${media.kind}>${name}${file === undefined ? "" : ` saved as ${file}`}`;
  });
  return [asSaid(row.message.text), ...files].filter((part) => part !== "").join("\n");
}

/** Words of ours that a person might imitate. */
const ownLine = /^(\s*)(System:|\[(?:Chat messages|Current message|Queued messages|Replying to)\b)/gim;

/** Nobody speaks as the system by writing like it. */
export function asSaid(text: string): string {
  return text.replace(ownLine, "$1> $2");
}

function nameOf({ sender }: InboundMessage): string {
  const name = oneLine(sender.name ?? sender.handle ?? sender.id, nameCharsMax)
    .replace(/[[\]:]/g, " ")
    .trim();
  return name === "" ? sender.id : name;
}

/** `2026-11-25 10:58 UTC` */
function minuteOf(atMs: number): string {
  return `${isoTime(atMs).slice(0, 16).replace("T", " ")} UTC`;
}
