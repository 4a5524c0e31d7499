import type { InboundMedia, MediaKind, Peer } from "../message.ts";
import { handleOf } from "./handles.ts";
import type { DataMessage, Mention, SharedContact, WireAttachment } from "./wire.ts";

/** What a message says: its text, and words in brackets for what has no text. Media are named, not fetched. */

/** A text with the names of those who are mentioned where Signal only has a mark; they are marked in UTF-16 units. */
export function namedText(text: string, mentions: readonly Mention[], ourId: string): string {
  let named = text;
  for (const mention of mentions.toSorted((one, other) => other.start - one.start)) {
    const { start, length } = mention;
    if (!Number.isInteger(start) || !Number.isInteger(length) || start < 0 || start + length > text.length) continue;
    named = named.slice(0, start) + nameOf(mention, ourId) + named.slice(start + length);
  }
  return named;
}

/** Our name there is our number, which is nobody's business. */
function nameOf({ uuid, name }: Mention, ourId: string): string {
  if (uuid?.toLowerCase() === ourId) return "@you";
  return `@${name && !name.startsWith("+") ? oneSpaced(name) : "somebody"}`;
}

/** A message that only calls somebody and then goes on is what it goes on with: `@you /status` is `/status`. */
export function withoutAddress(text: string): string {
  return text.replace(/^@you[\s,:]+(?=\S)/, "");
}

/** Whatever people wrote in it stays between the brackets, on one line. */
export function noteOf(message: DataMessage): string {
  const words = describe(message);
  return words === undefined ? "" : `[${oneSpaced(words.replace(/[[\]]/g, (one) => (one === "[" ? "(" : ")")))}]`;
}

const oneSpaced = (words: string) => words.replace(/\s+/g, " ").trim();

function describe({ viewOnce, sticker, contacts, payment, pollCreate }: DataMessage): string | undefined {
  // It is not for keeping; who may see it sees it on the phone.
  if (viewOnce) return "something to be viewed once, which is not taken";
  if (sticker) return `sticker ${sticker.emoji ?? ""}`;
  if (contacts?.length) return contacts.map(contactText).join("; ");
  if (payment) return `payment ${payment.note ?? ""}`;
  if (!pollCreate) return undefined;
  return `poll ${pollCreate.question ?? ""}: ${(pollCreate.options ?? []).map(String).join(" / ")}`;
}

function contactText({ name, phone }: SharedContact): string {
  const called = [name?.given, name?.family].filter(Boolean).join(" ") || (name?.nickname ?? "without a name");
  return ["contact", called, ...(phone ?? []).map(({ value }) => value)].filter(Boolean).join(" ");
}

export function mediaOf({ attachments, viewOnce }: DataMessage, peer: Peer): readonly InboundMedia[] {
  if (viewOnce) return [];
  return (attachments ?? []).map((attachment) => {
    const { id, contentType, filename, size } = attachment;
    if (typeof id !== "string" || id === "") throw new TypeError("a file without an id");
    return {
      kind: kindOf(attachment),
      handle: handleOf({ id, peer, bytes: size ?? undefined }),
      mimeType: contentType ?? undefined,
      fileName: filename ?? undefined,
      bytes: size ?? undefined,
    };
  });
}

const kinds: readonly (readonly [types: RegExp, kind: MediaKind])[] = [
  [/^image\//, "image"],
  [/^video\//, "video"],
  [/^audio\//, "audio"],
];

/** Nothing else tells a recording from a file that was sent: recordings come without a name. */
function kindOf({ contentType, filename }: WireAttachment): MediaKind {
  const kind = kinds.find(([types]) => types.test(contentType ?? ""))?.[1] ?? "document";
  return kind === "audio" && !filename ? "voice" : kind;
}
