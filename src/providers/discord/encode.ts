import {
  ApplicationCommandOptionType,
  ApplicationCommandType,
  ApplicationIntegrationType,
  ButtonStyle,
  ComponentType,
  InteractionContextType,
  MessageFlags,
  type RESTPatchAPIChannelMessageJSONBody,
  type RESTPostAPIChannelMessageJSONBody,
  type RESTPutAPIApplicationCommandsJSONBody,
} from "discord-api-types/v10";
import { cutToBytes, shorten } from "../../lib/index.ts";
import type { Button, OutboundMessage, Poll } from "../message.ts";

/** Messages, buttons and commands as the REST API takes them. Everything here is pure. */

/** Discord's servers would fetch whatever address stands in the text, and with it what the address says. */
const noPreviews = MessageFlags.SuppressEmbeds;
const noPreviewsNoSound: MessageFlags = MessageFlags.SuppressEmbeds | MessageFlags.SuppressNotifications;

/** Nobody is called by what an agent writes, whatever stands in it. */
const nobody = { parse: [], replied_user: false };

export type SendBody = RESTPostAPIChannelMessageJSONBody;

/** Undefined for a message that says nothing. The bytes of a file are added when it is sent. */
export function encodeSend(message: OutboundMessage): SendBody | undefined {
  const { text, media, poll, replyToId, buttons, isSilent, sendId } = message;
  const content = text?.markup ?? "";
  if (content === "" && !media && !poll) return undefined;
  return {
    ...(content !== "" && { content }),
    nonce: nonceOf(sendId),
    enforce_nonce: true,
    allowed_mentions: nobody,
    flags: isSilent ? noPreviewsNoSound : noPreviews,
    ...(buttons && buttons.length > 0 && { components: componentsOf(buttons) }),
    ...(replyToId !== undefined && isId(replyToId) && { message_reference: quote(replyToId) }),
    ...(media && { attachments: [{ id: 0, filename: media.fileName }] }),
    ...(poll && { poll: pollOf(poll) }),
  };
}

/** A new text for one of our messages. Buttons that are not named again are gone. */
export function encodeEdit(message: OutboundMessage): RESTPatchAPIChannelMessageJSONBody | undefined {
  const content = message.text?.markup ?? "";
  if (content === "") return undefined;
  return { content, allowed_mentions: nobody, flags: noPreviews, components: componentsOf(message.buttons ?? []) };
}

/** Discord takes 25 characters; a send id has 24. */
export function nonceOf(sendId: string): string {
  return sendId.slice(0, 25);
}

const isId = (text: string) => /^\d{15,21}$/.test(text);

/** A quote is asked for where its message may be gone: Discord then leaves it out by itself. */
const quote = (messageId: string) => ({ message_id: messageId, fail_if_not_exists: false });

const rowsMax = 5;
const buttonsPerRowMax = 5;
const labelCharsMax = 80;

type Components = NonNullable<SendBody["components"]>;

/** Rows that are too long go on in the next one; what is beyond the fifth row is left out. */
function componentsOf(rows: readonly (readonly Button[])[]): Components {
  let number = 0;
  const fitting = rows.flatMap((row) => rowsOf(row)).slice(0, rowsMax);
  return fitting.map((row) => ({
    type: ComponentType.ActionRow,
    components: row.map(({ label, value }) => ({
      type: ComponentType.Button,
      style: ButtonStyle.Secondary,
      label: shorten(label, labelCharsMax) || "…",
      custom_id: customIdOf(value, number++),
    })),
  }));
}

function rowsOf(row: readonly Button[]): readonly (readonly Button[])[] {
  const count = Math.ceil(row.length / buttonsPerRowMax);
  return Array.from({ length: count }, (_, index) => row.slice(index * buttonsPerRowMax).slice(0, buttonsPerRowMax));
}

const customIdCharsMax = 96;

/** Numbered, for a message may not have two buttons with the same id, and no id may be empty. */
function customIdOf(value: string, number: number): string {
  return `${number}:${cutToBytes(value, customIdCharsMax)}`;
}

export function buttonValueOf(customId: string): string {
  return customId.replace(/^\d+:/, "");
}

const hourMs = 3_600_000;
const pollHoursMax = 768;

function pollOf(poll: Poll): NonNullable<SendBody["poll"]> {
  return {
    question: { text: poll.question },
    answers: poll.options.map((text) => ({ poll_media: { text } })),
    allow_multiselect: poll.selectionsMax > 1,
    ...(poll.durationMs !== undefined && {
      duration: Math.min(pollHoursMax, Math.max(1, Math.ceil(poll.durationMs / hourMs))),
    }),
  };
}

/** The one thing that a command may be given. */
export const commandArgument = "args";
const argumentOption = {
  type: ApplicationCommandOptionType.String,
  name: commandArgument,
  description: "What to tell it",
  required: false,
} as const;
const commandsMax = 100;
const summaryCharsMax = 100;

/** Names that Discord does not take are left out of the menu. */
export function encodeCommands(
  commands: readonly { readonly name: string; readonly summary: string }[],
): RESTPutAPIApplicationCommandsJSONBody {
  return commands
    .filter(({ name, summary }) => /^[-_a-z0-9]{1,32}$/.test(name) && summary !== "")
    .slice(0, commandsMax)
    .map(({ name, summary }) => ({
      type: ApplicationCommandType.ChatInput,
      name,
      description: shorten(summary, summaryCharsMax),
      options: [{ ...argumentOption }],
      // In servers and in direct chats with the bot, not among other people.
      contexts: [InteractionContextType.Guild, InteractionContextType.BotDM],
      integration_types: [ApplicationIntegrationType.GuildInstall],
    }));
}
