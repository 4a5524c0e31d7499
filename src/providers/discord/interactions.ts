import {
  type APIInteraction,
  ApplicationCommandType,
  ComponentType,
  InteractionContextType,
  InteractionResponseType,
  InteractionType,
  MessageFlags,
} from "discord-api-types/v10";
import type { InboundMessage } from "../message.ts";
import type { Context, Decoded } from "./context.ts";
import { buttonValueOf, commandArgument } from "./encode.ts";
import { peerOf, senderOf } from "./people.ts";
import { type Place, placeOf } from "./places.ts";
import { idOf, madeAtMs } from "./snowflakes.ts";

/** Commands that are chosen from the menu, and buttons that are pressed. */

export function fromInteraction(interaction: APIInteraction, context: Context): Decoded {
  const user = interaction.member?.user ?? interaction.user;
  if (!user) return { ignored: "an interaction of nobody" };
  if (user.bot) return { ignored: "an interaction of a bot" };
  if (interaction.context === InteractionContextType.PrivateChannel)
    return { ignored: "an interaction in a chat of other people" };
  const place = placeIn(interaction, context);
  if (!place) return { ignored: "an interaction in a place that is not known" };
  const said = saidBy(interaction);
  if ("ignored" in said) return said;
  return {
    ref: { peer: peerOf(place, user.id), messageId: idOf(said.messageId) },
    event: said.event,
    sender: senderOf(user, interaction.member?.nick),
    sentAtMs: madeAtMs(idOf(interaction.id)),
    text: said.text,
    media: [],
    mentionsSelf: true,
    chatTitle: context.places.titleOf(place),
  };
}

interface SaidByInteraction {
  readonly messageId: string;
  readonly event: InboundMessage["event"];
  readonly text: string;
}

function saidBy(interaction: APIInteraction): SaidByInteraction | { readonly ignored: string } {
  switch (interaction.type) {
    case InteractionType.ApplicationCommand: {
      const { data } = interaction;
      if (data.type !== ApplicationCommandType.ChatInput) return { ignored: "a command on a message or a person" };
      const options = (data.options ?? []) as Options;
      const argument = options.find(({ name }) => name === commandArgument)?.value;
      const text = typeof argument === "string" ? `/${data.name} ${argument.trim()}` : `/${data.name}`;
      return { messageId: interaction.id, event: { kind: "message", id: "" }, text };
    }
    case InteractionType.MessageComponent: {
      const { data, message } = interaction;
      if (data.component_type !== ComponentType.Button) return { ignored: "a component that is no button" };
      const event = { kind: "button" as const, id: idOf(interaction.id) };
      return { messageId: message.id, event, text: buttonValueOf(data.custom_id) };
    }
    default:
      return { ignored: `kind of interaction not handled: ${interaction.type}` };
  }
}

type Options = readonly { readonly name: string; readonly value?: unknown }[];

/** An interaction shows its channel, so nothing has to be known of it. */
function placeIn(interaction: APIInteraction, { place }: Context): Place | undefined {
  if (place) return place;
  const { channel, guild_id: guildId } = interaction;
  if (channel) return placeOf(channel, guildId);
  const id = interaction.channel_id;
  if (guildId !== undefined || id === undefined) return undefined;
  return { id, guildId: undefined, parentId: undefined, name: undefined };
}

const takenWords = "Got it: the answer comes as a message here.";

/**
 * What is told to Discord once an interaction is stored: within three seconds, or it shows that nobody answered. Only
 * the one who chose a command sees it; the answer itself comes as a message, which survives a restart.
 */
export function answerTo(type: InteractionType): object {
  if (type === InteractionType.MessageComponent) return { type: InteractionResponseType.DeferredMessageUpdate };
  const data = { content: takenWords, flags: MessageFlags.Ephemeral };
  return { type: InteractionResponseType.ChannelMessageWithSource, data };
}
