import type { APIAttachment, APIMessage } from "discord-api-types/v10";
import type { InboundMedia, MediaKind } from "../message.ts";
import { nameOf } from "./people.ts";
import { idOf } from "./snowflakes.ts";

/** What a message says: its text, and words in brackets for what has no text. Media are named, not fetched. */

/** The parts of a message that say something; of what was forwarded, these are all that comes. */
export type Said = Pick<APIMessage, "content" | "attachments" | "flags"> &
  Partial<Pick<APIMessage, "mentions" | "sticker_items" | "poll">>;

export interface Names {
  /** What people call a channel. */
  readonly channel: (id: string) => string | undefined;
}

const voiceFlag = 1 << 13;

/** The whole text. What was forwarded never stands at the beginning: it is no command of who passed it on. */
export function textOf(message: APIMessage, names: Names): string {
  const forwarded = forwardedOf(message).map((said) => `[forwarded]\n${saidText(said, names)}`.trim());
  return [...forwarded, saidText(message, names)].filter(Boolean).join("\n");
}

/** Of the message itself and of what it forwards. */
export function mediaOf(message: APIMessage): readonly InboundMedia[] {
  const { channel_id: channelId, id } = message;
  return [message, ...forwardedOf(message)].flatMap((said) =>
    (said.attachments ?? []).map((file) => ({
      kind: kindOf(file, said.flags ?? 0),
      handle: `${idOf(channelId)}/${idOf(id)}/${idOf(file.id)}`,
      mimeType: file.content_type,
      fileName: file.filename,
      bytes: file.size,
    })),
  );
}

/** Every file of a message by its id, also of what it forwards. */
export function attachmentsOf(message: APIMessage): readonly APIAttachment[] {
  return [message, ...forwardedOf(message)].flatMap((said) => said.attachments ?? []);
}

function forwardedOf(message: APIMessage): readonly Said[] {
  return (message.message_snapshots ?? []).map((snapshot) => snapshot.message as Said);
}

function saidText(said: Said, names: Names): string {
  const stickers = (said.sticker_items ?? []).map(({ name }) => `[sticker ${oneLined(name)}]`);
  const { poll } = said;
  const options = poll?.answers.map((answer) => answer.poll_media.text ?? "").join(" / ");
  const question = poll && `[poll ${oneLined(`${poll.question.text ?? ""}: ${options}`)}]`;
  return [named(said, names), ...stickers, question].filter(Boolean).join("\n");
}

/** Brackets would end the note early. */
function oneLined(words: string): string {
  return words
    .replace(/[[\]]/g, (bracket) => (bracket === "[" ? "(" : ")"))
    .replace(/\s+/g, " ")
    .trim();
}

/** Ids in the text become what people see there. */
function named({ content, mentions }: Said, names: Names): string {
  return (content ?? "").replace(/<(@!?|@&|#|a?:(\w+):)(\d{15,21})>/g, (whole, mark: string, emoji, id: string) => {
    if (emoji) return `:${emoji}:`;
    if (mark === "#") return channelName(names.channel(id)) ?? whole;
    if (mark === "@&") return "@role";
    const person = mentions?.find((mentioned) => mentioned.id === id);
    return person ? `@${nameOf(person)}` : whole;
  });
}

const channelName = (name: string | undefined) => (name === undefined ? undefined : `#${name}`);

function kindOf(file: APIAttachment, flags: number): MediaKind {
  if ((flags & voiceFlag) !== 0) return "voice";
  const [kind] = (file.content_type ?? "").split("/");
  return kind === "image" || kind === "audio" || kind === "video" ? kind : "document";
}
