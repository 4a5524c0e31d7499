import {
  isJson,
  type Json,
  refusals,
  type WireAttachment,
  type WireChannel,
  type WireMessage,
  type WireUser,
} from "./wire.ts";
import type { World } from "./world.ts";

/** Making and changing messages, with the checks that Discord makes. */

export interface Upload {
  readonly fileName: string;
  readonly mimeType: string;
  readonly bytes: Uint8Array;
}

const contentMax = 2000;
const nonceMax = 25;
const uploadBytesMax = 10 * 1024 * 1024;

/** What is made by one call, or what an earlier one made with the same nonce. */
export class Messages {
  readonly #world: World;
  readonly #cdnUrl: () => string;
  /** How long a nonce counts. */
  readonly #nonceHeldMs: number;

  constructor(world: World, cdnUrl: () => string, nonceHeldMs: number) {
    this.#world = world;
    this.#cdnUrl = cdnUrl;
    this.#nonceHeldMs = nonceHeldMs;
  }

  create(author: WireUser, channel: WireChannel, body: Json, uploads: readonly Upload[] = []): WireMessage {
    const world = this.#world;
    this.#check(author, channel, body, uploads);
    const again = this.#sentBefore(author, channel, body);
    if (again) return again;
    const id = world.nextId();
    const content = text(body, "content");
    const reference = this.#reference(channel, body["message_reference"]);
    const message: WireMessage = {
      id,
      channel_id: channel.id,
      author,
      content: content.trim(),
      edited_timestamp: null,
      components: body["components"] ?? [],
      timestamp: world.now(),
      type: reference ? 19 : 0,
      flags: Number(body["flags"] ?? 0),
      attachments: uploads.map((upload) => this.#keep(upload)),
      mentions: this.#mentioned(content, body, reference),
      mention_roles: [...content.matchAll(/<@&(\d+)>/g)].map((match) => match[1]!),
      reactions: [],
      ...(reference && { message_reference: reference }),
      ...(body["poll"] !== undefined && { poll: body["poll"] }),
      ...(body["nonce"] !== undefined && { nonce: nonceOf(body) }),
      ...(isJson(body["$more"]) && body["$more"]),
    };
    world.messages.get(channel.id)!.push(message);
    channel.last_message_id = id;
    this.#tell("MESSAGE_CREATE", message);
    return message;
  }

  edit(author: WireUser, message: WireMessage, body: Json): WireMessage {
    if (message.author.id !== author.id) throw refusals.notTheAuthor();
    const content = body["content"] === undefined ? message.content : text(body, "content");
    if (Array.from(content).length > contentMax) throw refusals.invalid("content[BASE_TYPE_MAX_LENGTH]");
    if (content === "" && message.attachments.length === 0) throw refusals.emptyMessage();
    checkComponents(body["components"]);
    message.content = content.trim();
    message.edited_timestamp = this.#world.now();
    if (body["components"] !== undefined) message.components = body["components"];
    this.#tell("MESSAGE_UPDATE", message);
    return message;
  }

  delete(message: WireMessage): void {
    const all = this.#world.messages.get(message.channel_id)!;
    all.splice(all.indexOf(message), 1);
    const d = { id: message.id, channel_id: message.channel_id };
    this.#world.happens({ t: "MESSAGE_DELETE", d, channelId: message.channel_id });
  }

  react(user: WireUser, message: WireMessage, name: string, isOn: boolean): void {
    const [emojiName, emojiId = null] = name.split(":") as [string, string?];
    const known = message.reactions.find(({ emoji }) => emoji.name === emojiName && emoji.id === emojiId);
    const reaction = known ?? { emoji: { id: emojiId, name: emojiName }, users: new Set<string>() };
    if (!known) message.reactions.push(reaction);
    if (isOn) reaction.users.add(user.id);
    else reaction.users.delete(user.id);
    if (reaction.users.size === 0) message.reactions.splice(message.reactions.indexOf(reaction), 1);
    const guildId = this.#world.channels.get(message.channel_id)?.guild_id;
    const d = {
      user_id: user.id,
      channel_id: message.channel_id,
      message_id: message.id,
      message_author_id: message.author.id,
      emoji: reaction.emoji,
      burst: false,
      type: 0,
      ...(guildId !== undefined && { guild_id: guildId, member: { user, nick: null, roles: [] } }),
    };
    const t = isOn ? "MESSAGE_REACTION_ADD" : "MESSAGE_REACTION_REMOVE";
    this.#world.happens({ t, d, channelId: message.channel_id });
  }

  #tell(t: string, message: WireMessage): void {
    const d = this.#world.shown(message, "", true);
    this.#world.happens({ t, d, channelId: message.channel_id });
  }

  #check(author: WireUser, channel: WireChannel, body: Json, uploads: readonly Upload[]): void {
    const content = text(body, "content");
    const isEmpty = content.trim() === "" && uploads.length === 0 && body["poll"] === undefined;
    if (isEmpty && !isJson(body["$more"])) throw refusals.emptyMessage();
    if (Array.from(content).length > contentMax) throw refusals.invalid("content[BASE_TYPE_MAX_LENGTH]");
    if (text(body, "nonce").length > nonceMax) throw refusals.invalid("nonce[BASE_TYPE_MAX_LENGTH]");
    checkComponents(body["components"]);
    if (uploads.some(({ bytes }) => bytes.byteLength > uploadBytesMax)) throw refusals.tooLarge();
    if (!this.#world.canSee(author.id, channel)) throw refusals.missingAccess();
    if (author.bot && channel.recipients?.some(({ id }) => this.#world.blocked.has(id))) {
      throw refusals.cannotSendToUser();
    }
  }

  #sentBefore(author: WireUser, channel: WireChannel, body: Json): WireMessage | undefined {
    if (body["enforce_nonce"] !== true || body["nonce"] === undefined) return undefined;
    const nowMs = this.#world.clock.nowMs();
    return this.#world.messages
      .get(channel.id)!
      .find(
        (one) =>
          one.author.id === author.id &&
          one.nonce === nonceOf(body) &&
          nowMs - Date.parse(one.timestamp) < this.#nonceHeldMs,
      );
  }

  #reference(channel: WireChannel, asked: unknown): Json | undefined {
    if (!isJson(asked)) return undefined;
    const messageId = String(asked["message_id"]);
    if (this.#world.find(channel.id, messageId)) {
      return { type: 0, channel_id: channel.id, message_id: messageId, guild_id: channel.guild_id };
    }
    if (asked["fail_if_not_exists"] === false) return undefined;
    throw refusals.invalid("message_reference[REPLIES_UNKNOWN_MESSAGE]");
  }

  /** A reply calls its author, unless it is told not to. */
  #mentioned(content: string, body: Json, reference: Json | undefined): readonly WireUser[] {
    const ids = [...content.matchAll(/<@!?(\d+)>/g)].map((match) => match[1]!);
    const allowed = body["allowed_mentions"];
    const quoted = reference && this.#world.find(String(reference["channel_id"]), String(reference["message_id"]));
    const isPinged = !isJson(allowed) || allowed["replied_user"] === true;
    const all = [...ids, ...(quoted && isPinged ? [quoted.author.id] : [])];
    return [...new Set(all)].flatMap((id) => this.#world.users.get(id) ?? []);
  }

  #keep({ fileName, mimeType, bytes }: Upload): WireAttachment {
    const id = this.#world.nextId();
    const url = `${this.#cdnUrl()}/attachments/${id}/${encodeURIComponent(fileName)}?ex=1&is=1&hm=${id}`;
    const size = bytes.byteLength;
    const attachment = { id, filename: fileName, content_type: mimeType, size, url, proxy_url: url };
    this.#world.files.set(id, { attachment, bytes });
    return attachment;
  }
}

/** A number or a text. */
function nonceOf(body: Json): string {
  const nonce = body["nonce"];
  return typeof nonce === "number" ? String(nonce) : text(body, "nonce");
}

function text(body: Json, field: string): string {
  const value = body[field];
  return typeof value === "string" ? value : "";
}

/** Rows of at most five buttons, each with a name of its own. */
function checkComponents(rows: unknown): void {
  if (rows === undefined) return;
  if (!Array.isArray(rows) || rows.length > 5) throw refusals.invalid("components[BASE_TYPE_MAX_LENGTH]");
  const names = new Set<string>();
  for (const row of rows as readonly Json[]) {
    const buttons = row["components"];
    const fits = row["type"] === 1 && Array.isArray(buttons) && buttons.length > 0 && buttons.length <= 5;
    if (!fits) throw refusals.invalid("components[0].components[BASE_TYPE_BAD_LENGTH]");
    for (const { type, label, custom_id: name } of buttons as readonly Json[]) {
      const isLabelled = typeof label === "string" && label.length >= 1 && label.length <= 80;
      const isNamed = typeof name === "string" && name.length >= 1 && name.length <= 100 && !names.has(name);
      if (type !== 2 || !isLabelled || !isNamed) throw refusals.invalid("components[0][BUTTON_COMPONENT_INVALID]");
      names.add(name);
    }
  }
}
