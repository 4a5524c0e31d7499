import type { Messages } from "./messages.ts";
import type { Desk } from "./routes.ts";
import { isJson, type Json, type WireChannel, type WireMessage, type WireUser } from "./wire.ts";
import type { World } from "./world.ts";

/** Where a person does something; their direct chat with the bot when nothing is said. */
export interface Where {
  readonly channel?: { readonly id: string } | undefined;
}

export interface Manner extends Where {
  readonly replyTo?: string | undefined;
  /** Fields of the message besides, as they stand on the wire. */
  readonly more?: Json | undefined;
}

export interface Attachment {
  readonly bytes: Uint8Array;
  readonly fileName: string;
  readonly mimeType: string;
}

/** A message as a person sees it now. */
export interface SeenMessage {
  readonly messageId: string;
  readonly text: string;
  readonly isFromBot: boolean;
  readonly replyToId: string | undefined;
  readonly files: readonly { readonly fileName: string; readonly bytes: number }[];
  readonly buttons: readonly (readonly { readonly label: string; readonly customId: string }[])[];
  readonly reactions: readonly string[];
  readonly isEdited: boolean;
  readonly flags: number;
}

/** What Discord shows the one who used a command or pressed a button. */
export interface Interacted {
  readonly interactionId: string;
  /** The bot's first answer, as it stands on the wire. */
  readonly answered: Promise<Json>;
}

/** Someone at Discord, in their own hands. */
export class Person {
  readonly user: WireUser;
  readonly token: string;
  readonly #desk: Desk;
  readonly #bot: WireUser;

  constructor(user: WireUser, token: string, desk: Desk, bot: WireUser) {
    this.user = user;
    this.token = token;
    this.#desk = desk;
    this.#bot = bot;
  }

  get id(): string {
    return this.user.id;
  }

  get #world(): World {
    return this.#desk.world;
  }

  get #messages(): Messages {
    return this.#desk.messages;
  }

  /** The chat with the bot. */
  get direct(): WireChannel {
    return this.#world.direct(this.user, this.#bot);
  }

  /** Gives the message's id. */
  says(text: string, manner: Manner = {}): string {
    return this.#messages.create(this.user, this.#channel(manner), this.#body(text, manner)).id;
  }

  sendsFile(file: Attachment, text = "", manner: Manner = {}): string {
    return this.#messages.create(this.user, this.#channel(manner), this.#body(text, manner), [file]).id;
  }

  edits(messageId: string, text: string, where: Where = {}): void {
    this.#messages.edit(this.user, this.#find(messageId, where), { content: text });
  }

  deletes(messageId: string, where: Where = {}): void {
    this.#messages.delete(this.#find(messageId, where));
  }

  reacts(messageId: string, emoji: string, where: Where = {}): void {
    this.#messages.react(this.user, this.#find(messageId, where), emoji, true);
  }

  /** Presses a button by its label. */
  presses(messageId: string, label: string, where: Where = {}): Interacted {
    const message = this.#find(messageId, where);
    const button = buttonsOf(message)
      .flat()
      .find((one) => one.label === label);
    if (!button) throw new Error(`there is no button ${label}`);
    const shown = this.#world.shown(message, this.#bot.id);
    return this.#interacts(3, { component_type: 2, custom_id: button.customId, id: 1 }, where, { message: shown });
  }

  /** Chooses a command from the menu. */
  commands(name: string, args?: string, where: Where = {}): Interacted {
    const options = args === undefined ? [] : [{ name: "args", type: 3, value: args }];
    return this.#interacts(2, { id: this.#world.nextId(), name, type: 1, options }, where);
  }

  sees(where: Where = {}): SeenMessage[] {
    return this.#world.messages.get(this.#channel(where).id)!.map((message) => seen(message, this.#bot.id));
  }

  /** Waits until the bot wrote so many messages here; gives all that it wrote. */
  hears(count = 1, where: Where = {}): Promise<SeenMessage[]> {
    return this.#world.watch.until(() => {
      const written = this.sees(where).filter(({ isFromBot }) => isFromBot);
      return written.length >= count ? written : undefined;
    });
  }

  /** Waits until a message of the bot reads so, perhaps after edits. */
  reads(text: string | RegExp, where: Where = {}): Promise<SeenMessage> {
    const fits = (shown: string) => (typeof text === "string" ? shown.includes(text) : text.test(shown));
    return this.#world.watch.until(() => this.sees(where).find((one) => one.isFromBot && fits(one.text)));
  }

  blocksBot(): void {
    this.#world.blocked.add(this.id);
  }

  #interacts(type: number, data: Json, where: Where, more: Json = {}): Interacted {
    const channel = this.#channel(where);
    const id = this.#world.nextId();
    const token = `interaction-token-${id}`;
    const { promise, resolve } = Promise.withResolvers<Json>();
    this.#desk.waiting.set(token, resolve);
    const guildId = channel.guild_id;
    const who =
      guildId === undefined ? { user: this.user } : { guild_id: guildId, member: { user: this.user, nick: null } };
    const about = { id, application_id: this.#bot.id, type, token, version: 1, channel_id: channel.id };
    const d = {
      ...about,
      data,
      channel,
      ...who,
      ...more,
      context: guildId === undefined ? 1 : 0,
      locale: "en-US",
      ...granted,
    };
    this.#desk.sessions.tellUser(this.#bot.id, "INTERACTION_CREATE", d);
    return { interactionId: id, answered: promise };
  }

  #channel({ channel }: Where): WireChannel {
    return channel === undefined ? this.direct : this.#world.channels.get(channel.id)!;
  }

  #find(messageId: string, where: Where): WireMessage {
    const message = this.#world.find(this.#channel(where).id, messageId);
    if (!message) throw new Error(`there is no message ${messageId}`);
    return message;
  }

  #body(content: string, { replyTo, more }: Manner): Json {
    return {
      content,
      ...(replyTo !== undefined && { message_reference: { message_id: replyTo } }),
      ...(more && { $more: more }),
    };
  }
}

export function seen(message: WireMessage, botId: string): SeenMessage {
  return {
    messageId: message.id,
    text: message.content,
    isFromBot: message.author.id === botId,
    replyToId: message.message_reference && String(message.message_reference["message_id"]),
    files: message.attachments.map(({ filename, size }) => ({ fileName: filename, bytes: size })),
    buttons: buttonsOf(message),
    reactions: message.reactions.map(({ emoji }) => emoji.name),
    isEdited: message.edited_timestamp !== null,
    flags: message.flags,
  };
}

function buttonsOf({ components }: WireMessage): SeenMessage["buttons"] {
  const rows: readonly unknown[] = Array.isArray(components) ? components : [];
  return rows.filter(isJson).map((row) => {
    const buttons: readonly unknown[] = Array.isArray(row["components"]) ? row["components"] : [];
    return buttons
      .filter(isJson)
      .map(({ label, custom_id: customId }) => ({ label: String(label), customId: String(customId) }));
  });
}

const granted = { entitlements: [], authorizing_integration_owners: {}, attachment_size_limit: 10 * 1024 * 1024 };
