import type { APIRole, GatewayGuildCreateDispatchData } from "discord-api-types/v10";

/** Where something was said, as far as telling a thread from a channel needs it. */
export interface Place {
  readonly id: string;
  /** Undefined for a direct chat. */
  readonly guildId: string | undefined;
  /** The channel that a thread hangs on, or the forum that a post stands in. */
  readonly parentId: string | undefined;
  readonly name: string | undefined;
}

/** A channel as any payload shows it. */
export interface ChannelShown {
  readonly id: string;
  readonly type: number;
  readonly guild_id?: string | undefined;
  readonly parent_id?: string | null | undefined;
  readonly name?: string | null | undefined;
}

/** A server, likewise. */
export type GuildShown = Pick<GatewayGuildCreateDispatchData, "id" | "name" | "roles">;

/** Places beyond this many are forgotten, the oldest first, and asked for again when something is said there. */
const placesMax = 20_000;
const threadTypes: readonly number[] = [10, 11, 12];

/** What the gateway told of servers: their channels and threads, and which roles are ours alone. */
export class Places {
  readonly #places = new Map<string, Place>();
  readonly #guilds = new Map<string, { readonly name: string; readonly ourRoles: ReadonlySet<string> }>();

  find(id: string): Place | undefined {
    return this.#places.get(id);
  }

  knowsGuild(id: string): boolean {
    return this.#guilds.has(id);
  }

  learnGuild(guild: GuildShown, ourId: string): void {
    this.#guilds.set(guild.id, { name: guild.name, ourRoles: new Set(ourRolesOf(guild.roles, ourId)) });
  }

  /** A role came or changed: one that is made for our bot means us. */
  learnRole(guildId: string, role: APIRole, ourId: string): void {
    const guild = this.#guilds.get(guildId);
    if (!guild || role.tags?.bot_id !== ourId) return;
    this.#guilds.set(guildId, { ...guild, ourRoles: new Set([...guild.ourRoles, role.id]) });
  }

  learn(channel: ChannelShown, guildId = channel.guild_id): Place {
    const place = placeOf(channel, guildId);
    this.#places.delete(place.id);
    this.#places.set(place.id, place);
    const oldest = this.#places.keys().next();
    if (this.#places.size > placesMax && !oldest.done) this.#places.delete(oldest.value);
    return place;
  }

  forget(id: string): void {
    this.#places.delete(id);
  }

  forgetGuild(id: string): void {
    this.#guilds.delete(id);
    for (const place of this.#places.values()) if (place.guildId === id) this.#places.delete(place.id);
  }

  isOurRole(guildId: string | undefined, roleId: string): boolean {
    return guildId !== undefined && this.#guilds.get(guildId)?.ourRoles.has(roleId) === true;
  }

  /** `House #kitchen › dinner`; undefined for a direct chat. */
  titleOf(place: Place): string | undefined {
    if (place.guildId === undefined) return undefined;
    const parent = place.parentId === undefined ? undefined : this.find(place.parentId);
    const channel = place.parentId === undefined ? place.name : parent?.name;
    const thread = place.parentId === undefined ? undefined : place.name;
    const names = [this.#guilds.get(place.guildId)?.name, channel && `#${channel}`, thread && `› ${thread}`];
    return names.filter(Boolean).join(" ") || undefined;
  }
}

/** The parent of a channel is its category, which is no place where something is said. */
export function placeOf(channel: ChannelShown, guildId = channel.guild_id): Place {
  const isThread = threadTypes.includes(channel.type);
  return {
    id: channel.id,
    guildId,
    parentId: isThread ? (channel.parent_id ?? undefined) : undefined,
    name: channel.name ?? undefined,
  };
}

/** The role that Discord makes for a bot when it joins. */
function ourRolesOf(roles: readonly APIRole[] | undefined, ourId: string): readonly string[] {
  return (roles ?? []).filter(({ tags }) => tags?.bot_id === ourId).map(({ id }) => id);
}
