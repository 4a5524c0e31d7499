import { oneLine } from "../../lib/index.ts";
import type { InboundMedia, MediaKind } from "../message.ts";
import { type Names, plainText } from "./mrkdwn.ts";
import type { WireAttachment, WireFile, WireMessage } from "./wire.ts";

/** What a message says: its text, and words in brackets for what has none. Files are named, not fetched. */

const noteCharsMax = 200;
const sharedCharsMax = 4000;
/** A message can carry ten files, and as many messages that it passes on. */
const partsMax = 20;

/** What was passed on stands before what was written about it, so it is no command of the person who passed it on. */
export function textOf(message: WireMessage, body: string, names: Names): string {
  const shared = listed(message.attachments)
    .filter(isShared)
    .map((one) => sharedText(one, names));
  const notes = listed(message.files).flatMap((file) => noteOf(file) ?? []);
  return [...shared, ...notes.map((note) => `[${note}]`), plainText(body, names)].filter(Boolean).join("\n");
}

/** The files that can be had. */
export function mediaOf(message: WireMessage): readonly InboundMedia[] {
  return listed(message.files).flatMap((file) => (noteOf(file) === undefined ? [media(file)] : []));
}

function media(file: WireFile): InboundMedia {
  if (typeof file.id !== "string") throw new TypeError("a file without an id");
  return {
    kind: kindOf(file),
    handle: file.id,
    mimeType: file.mimetype,
    fileName: file.name ?? undefined,
    bytes: file.size,
  };
}

function kindOf({ mimetype = "", subtype }: WireFile): MediaKind {
  if (subtype === "slack_audio") return "voice";
  const kind = mimetype.split("/")[0];
  return kind === "image" || kind === "audio" || kind === "video" ? kind : "document";
}

/** About a file that Slack does not hand out; undefined for one that it does. */
function noteOf(file: WireFile): string | undefined {
  const name = unbracketed(file.title ?? file.name ?? "without a name");
  if (file.mode === "tombstone") return "a file that was deleted";
  if (file.mode === "hidden_by_limit") return "a file that Slack hides in this workspace's plan";
  if (file.mode === "external" || file.is_external) return `file ${name}, kept elsewhere`;
  // Of a Slack Connect channel: everything else is known when it is asked for.
  return undefined;
}

function isShared(attachment: WireAttachment): boolean {
  return attachment.is_share === true || attachment.is_msg_unfurl === true;
}

function sharedText({ author_name: author, text, fallback }: WireAttachment, names: Names): string {
  const origin = `[forwarded from ${unbracketed(author ?? "somebody")}]`;
  return `${origin}\n${plainText((text ?? fallback ?? "").slice(0, sharedCharsMax), names)}`;
}

function unbracketed(words: string): string {
  return oneLine(
    words.replace(/[[\]]/g, (bracket) => (bracket === "[" ? "(" : ")")).replace(/\s+/g, " "),
    noteCharsMax,
  );
}

function listed<T>(list: readonly T[] | undefined): readonly T[] {
  return Array.isArray(list) ? list.slice(0, partsMax) : [];
}
