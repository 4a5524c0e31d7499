import { type Clock, isoTime } from "../../../src/lib/index.ts";
import type { Watch } from "../watch.ts";
import type { Json, WireAttachment, WireChannel, WireMessage, WireUser } from "./wire.ts";

/** What there is at the double's Discord: people, servers, channels and what was said in them. */

const epochMs = 1_420_070_400_000;

export interface WireGuild {
  readonly id: string;
  readonly name: string;
  readonly roles: Json[];
  readonly members: WireUser[];
  /** When the bot came. */
  readonly joinedAt: string;
}

/** What people are told of, if it is for them. */
export interface Happening {
  readonly t: string;
  readonly d: Json;
  /** Undefined: everybody in the place. */
  readonly for?: string | undefined;
  readonly channelId?: string | undefined;
}

export class World {
  readonly users = new Map<string, WireUser>();
  /** Whose token it is. */
  readonly tokens = new Map<string, string>();
  readonly guilds = new Map<string, WireGuild>();
  readonly channels = new Map<string, WireChannel>();
  readonly messages = new Map<string, WireMessage[]>();
  readonly files = new Map<string, { readonly attachment: WireAttachment; readonly bytes: Uint8Array }>();
  readonly typing: { readonly channelId: string; readonly userId: string }[] = [];
  /** Messages that a bot was shown when it read a channel's history. */
  readonly readInHistory = new Set<string>();
  /** People who take no direct messages of the bot. */
  readonly blocked = new Set<string>();
  readonly clock: Clock;
  readonly watch: Watch;
  #listeners: ((happening: Happening) => void)[] = [];
  #count = 0n;

  constructor(clock: Clock, watch: Watch) {
    this.clock = clock;
    this.watch = watch;
  }

  nextId(): string {
    const ms = BigInt(Math.max(0, this.clock.nowMs() - epochMs));
    return ((ms << 22n) | (++this.#count & 0x3f_ffffn)).toString();
  }

  now(): string {
    return isoTime(this.clock.nowMs());
  }

  listen(listener: (happening: Happening) => void): void {
    this.#listeners.push(listener);
  }

  happens(happening: Happening): void {
    for (const listener of this.#listeners) listener(happening);
    this.watch.changed();
  }

  user(name: string, isBot = false): WireUser {
    const username = name.toLowerCase().replace(/\W/g, "_");
    const face = { username, global_name: name, discriminator: "0", avatar: null } as const;
    const user: WireUser = { id: this.nextId(), ...face, ...(isBot && { bot: true }) };
    this.users.set(user.id, user);
    return user;
  }

  /** The one direct chat that two have. */
  direct(one: WireUser, other: WireUser): WireChannel {
    const found = [...this.channels.values()].find(
      ({ type, recipients = [] }) => type === 1 && [one, other].every(({ id }) => recipients.some((r) => r.id === id)),
    );
    return found ?? this.open({ id: this.nextId(), type: 1, recipients: [one, other], last_message_id: null });
  }

  open(channel: WireChannel): WireChannel {
    this.channels.set(channel.id, channel);
    this.messages.set(channel.id, []);
    return channel;
  }

  canSee(userId: string, channel: WireChannel): boolean {
    if (channel.type === 1) return channel.recipients?.some(({ id }) => id === userId) === true;
    return this.guilds.get(channel.guild_id ?? "")?.members.some(({ id }) => id === userId) === true;
  }

  /** As one who sees it: who reacted is counted, with a mark for oneself. Who asks a channel is told no server. */
  shown(message: WireMessage, viewerId: string, isTold = false): Json {
    const channel = this.channels.get(message.channel_id);
    const guild = this.guilds.get(channel?.guild_id ?? "");
    const { nonce, reactions, ...rest } = message;
    const referenced = this.#referenced(message);
    return {
      ...rest,
      embeds: [],
      pinned: false,
      tts: false,
      mention_everyone: /@(everyone|here)\b/.test(message.content),
      reactions: reactions.map(({ emoji, users }) => ({ emoji, count: users.size, me: users.has(viewerId) })),
      ...(referenced !== undefined && {
        referenced_message: referenced && this.shown({ ...referenced, message_reference: undefined! }, viewerId),
      }),
      // Discord tells nonces where a message is made, and does not keep them.
      ...(isTold && nonce !== undefined && { nonce }),
      ...(isTold && guild && { guild_id: guild.id, member: { roles: [], joined_at: this.now(), nick: null } }),
      ...(isTold && { channel_type: channel?.type }),
    };
  }

  find(channelId: string, messageId: string): WireMessage | undefined {
    return this.messages.get(channelId)?.find(({ id }) => id === messageId);
  }

  #referenced({ message_reference: reference }: WireMessage): WireMessage | null | undefined {
    if (!reference) return undefined;
    return this.find(String(reference["channel_id"]), String(reference["message_id"])) ?? null;
  }
}
