import {
  type APIInteraction,
  type APIMessage,
  type APIUser,
  ChannelType,
  GatewayDispatchEvents,
  type GatewayDispatchPayload,
  type GatewayGuildCreateDispatchData,
  type GatewayMessageCreateDispatchData,
} from "discord-api-types/v10";
import { type Clock, errorFields, type Log, unlessAborted } from "../../lib/index.ts";
import type { InboundMessage } from "../message.ts";
import { backfill, type Backfilled, channelsMax } from "./backfill.ts";
import type { Context } from "./context.ts";
import type { Cursors } from "./cursors.ts";
import { decode, decodeMissed } from "./decode.ts";
import { CallError, isOutOfReach } from "./failures.ts";
import type { Store } from "./dispatches.ts";
import type { Dispatched } from "./gateway.ts";
import { type ChannelShown, type GuildShown, type Place, Places } from "./places.ts";
import type { RestApi } from "./rest-api.ts";
import type { Ways } from "./ways.ts";
import { laterId } from "./snowflakes.ts";

export interface HearingParts {
  readonly api: RestApi;
  readonly cursors: Cursors;
  readonly ways: Ways;
  readonly clock: Clock;
  readonly log: Log;
  readonly accountId: string;
  readonly signal: AbortSignal;
  readonly us: APIUser;
  readonly receive: (message: InboundMessage) => Promise<void>;
  /** A message of ours, as Discord shows it to everybody. */
  readonly ownMessage: (message: GatewayMessageCreateDispatchData) => void;
  /** It is stored: the person may be told. */
  readonly answer: (interaction: APIInteraction) => void;
}

/** What the gateway tells, one by one: places are learned, what was missed is read, and what people say is stored. */
export class Hearing {
  readonly #parts: HearingParts;
  readonly #places = new Places();

  constructor(parts: HearingParts) {
    this.#parts = parts;
  }

  /**
   * Gives what is to be stored of it, if anything is. Rejects for what has to come again: Discord could not be asked
   * about it.
   */
  async read({ sessionId, payload }: Dispatched): Promise<Store | undefined> {
    switch (payload.t) {
      case GatewayDispatchEvents.Ready:
        await this.#catchUpDirect();
        return nothing;
      case GatewayDispatchEvents.GuildCreate:
        await this.#guild(payload.d);
        return nothing;
      case GatewayDispatchEvents.MessageCreate:
      case GatewayDispatchEvents.MessageUpdate:
      case GatewayDispatchEvents.MessageReactionAdd:
      case GatewayDispatchEvents.InteractionCreate:
        return this.#hear(payload, `${sessionId.slice(0, 16)}-${payload.s}`);
      default:
        this.#readable(payload.t, () => this.#learn(payload));
        return undefined;
    }
  }

  /** What cannot be read is left: it would be as unreadable the next time, and hold up all that follows. */
  #readable<T>(type: string, read: () => T): T | undefined {
    try {
      return read();
    } catch (error) {
      this.#parts.log.warn("event.unreadable", { account: this.#parts.accountId, type, ...errorFields(error) });
      return undefined;
    }
  }

  #learn(payload: GatewayDispatchPayload): void {
    switch (payload.t) {
      case GatewayDispatchEvents.GuildDelete:
        return this.#places.forgetGuild(payload.d.id);
      case GatewayDispatchEvents.GuildRoleCreate:
      case GatewayDispatchEvents.GuildRoleUpdate:
        return this.#places.learnRole(payload.d.guild_id, payload.d.role, this.#parts.us.id);
      case GatewayDispatchEvents.ChannelCreate:
      case GatewayDispatchEvents.ChannelUpdate:
      case GatewayDispatchEvents.ThreadCreate:
      case GatewayDispatchEvents.ThreadUpdate:
        return void this.#places.learn(payload.d);
      case GatewayDispatchEvents.ThreadListSync:
        for (const thread of payload.d.threads) this.#places.learn(thread, payload.d.guild_id);
        return undefined;
      case GatewayDispatchEvents.ChannelDelete:
      case GatewayDispatchEvents.ThreadDelete:
        return this.#places.forget(payload.d.id);
      default:
        return undefined;
    }
  }

  async #hear(payload: Happening, eventId: string): Promise<Store | undefined> {
    const { us, ownMessage, answer } = this.#parts;
    const isMessage = payload.t === GatewayDispatchEvents.MessageCreate;
    if (isMessage && payload.d.author.id === us.id) ownMessage(payload.d);
    const place = await this.#placeOf(payload.d);
    const decoded = decode(payload, this.#context(place, eventId));
    if ("ignored" in decoded) {
      this.#ignored(payload.t, decoded.ignored);
      return undefined;
    }
    return async () => {
      await this.#store(decoded, (payload.d as Whereabouts).channel_id);
      if (payload.t === GatewayDispatchEvents.InteractionCreate) answer(payload.d);
    };
  }

  #ignored(type: string, reason: string): void {
    this.#parts.log.debug("event.ignored", { account: this.#parts.accountId, type, reason });
  }

  async #store(message: InboundMessage, channelId: string | undefined): Promise<void> {
    const { receive, signal, cursors, ways } = this.#parts;
    const { peer, messageId } = message.ref;
    const isDirect = peer.kind === "direct" && channelId !== undefined;
    // The house may answer before it is on disk.
    if (isDirect) ways.note(peer.id, channelId);
    await unlessAborted(receive(message), signal);
    if (isDirect) await ways.keep(peer.id, channelId);
    if (channelId === undefined) return;
    if (message.event.kind === "message") cursors.advance(channelId, messageId);
  }

  #context(place: Place | undefined, eventId: string): Context {
    const { us, clock } = this.#parts;
    return { us, places: this.#places, place, eventId, receivedAtMs: clock.nowMs() };
  }

  /**
   * A session that goes on does not tell of servers again, and a message does not say that it stands in a thread: what
   * is not known is asked for.
   */
  async #placeOf(event: Whereabouts): Promise<Place | undefined> {
    const { channel_id: id, guild_id: guildId, author } = event;
    if (id === undefined || guildId === undefined || author?.bot) return undefined;
    try {
      if (!this.#places.knowsGuild(guildId)) {
        this.#places.learnGuild(await this.#ask<GuildShown>("show a server", `/guilds/${guildId}`), this.#parts.us.id);
      }
      const place = await this.#channel(id, guildId);
      // The title of a thread begins with its channel's name.
      if (place.parentId !== undefined) await this.#channel(place.parentId, guildId);
      return place;
    } catch (error) {
      if (isOutOfReach(error)) return undefined;
      if (error instanceof CallError && error.failure.kind === "limited") {
        await this.#parts.clock.sleep(error.failure.retryAfterMs, this.#parts.signal);
      }
      throw error;
    }
  }

  async #channel(id: string, guildId: string): Promise<Place> {
    const known = this.#places.find(id);
    return known ?? this.#places.learn(await this.#ask<ChannelShown>("show a channel", `/channels/${id}`), guildId);
  }

  #ask<T>(what: string, route: `/${string}`): Promise<T> {
    return this.#parts.api.call<T>(what, { method: "get", route }, this.#parts.signal);
  }

  async #guild(guild: GatewayGuildCreateDispatchData): Promise<void> {
    // One that is not there now comes again.
    if (guild.unavailable) return;
    const readable = this.#readable("GUILD_CREATE", () => this.#learnGuild(guild));
    await this.#catchUp(readable ?? []);
  }

  /** Gives the channels in which something can be said. */
  #learnGuild(guild: GatewayGuildCreateDispatchData): readonly Backfilled[] {
    this.#places.learnGuild(guild, this.#parts.us.id);
    const { channels, threads, joined_at: joinedAt } = guild as Partial<GatewayGuildCreateDispatchData>;
    const joinedAtMs = Date.parse(joinedAt ?? "");
    const sinceMs = Number.isFinite(joinedAtMs) ? joinedAtMs : undefined;
    const shown = [...(channels ?? []), ...(threads ?? [])] as readonly (ChannelShown & LastSaid)[];
    for (const channel of shown) this.#places.learn(channel, guild.id);
    return shown
      .filter(({ type }) => !wordless.includes(type))
      .map(({ id, last_message_id: last }) => ({ id, lastMessageId: last ?? null, sinceMs }));
  }

  /** Discord does not list a bot's direct chats: those that there were are asked. */
  async #catchUpDirect(): Promise<void> {
    const { ways, cursors } = this.#parts;
    const chats = ways
      .all()
      .map(({ channelId }) => ({ id: channelId, cursor: cursors.of(channelId) ?? "0" }))
      .toSorted((one, other) => (laterId(one.cursor, other.cursor) === one.cursor ? -1 : 1));
    await this.#catchUp(chats.slice(0, channelsMax).map(({ id }) => ({ id })));
  }

  async #catchUp(channels: readonly Backfilled[]): Promise<void> {
    await backfill({ ...this.#parts, hear: (message) => this.#hearMissed(message) }, channels);
  }

  async #hearMissed(message: APIMessage): Promise<void> {
    const place = this.#places.find(message.channel_id);
    const decoded = decodeMissed(message, this.#context(place, ""));
    if ("ignored" in decoded) return this.#ignored("missed", decoded.ignored);
    const { log, accountId } = this.#parts;
    log.debug("message.missed", { account: accountId, messageId: message.id });
    await this.#store(decoded, message.channel_id);
  }
}

/** What was missed is stored, and with it what is known of where we are. */
const nothing: Store = () => Promise.resolve();

/** Voice rooms hold texts, too; categories and forums hold none themselves. */
const wordless: readonly number[] = [
  ChannelType.GuildCategory,
  ChannelType.GuildDirectory,
  ChannelType.GuildForum,
  ChannelType.GuildMedia,
];

type Happening = Extract<
  GatewayDispatchPayload,
  {
    readonly t:
      | GatewayDispatchEvents.MessageCreate
      | GatewayDispatchEvents.MessageUpdate
      | GatewayDispatchEvents.MessageReactionAdd
      | GatewayDispatchEvents.InteractionCreate;
  }
>;

interface LastSaid {
  readonly last_message_id?: string | null;
}

/** What every event has that happens somewhere. */
interface Whereabouts {
  readonly channel_id?: string;
  readonly guild_id?: string;
  readonly author?: APIUser;
}
