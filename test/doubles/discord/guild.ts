import type { Desk } from "./routes.ts";
import type { Json, WireChannel, WireUser } from "./wire.ts";
import type { WireGuild } from "./world.ts";

const types = { text: 0, thread: 11, forum: 15 } as const;

/** A server. Everybody whom the double knows is in it, the bot too. */
export class Guild {
  readonly wire: WireGuild;
  readonly #desk: Desk;

  constructor(wire: WireGuild, desk: Desk) {
    this.wire = wire;
    this.#desk = desk;
  }

  get id(): string {
    return this.wire.id;
  }

  /** The role that Discord makes for the bot. */
  get botRole(): string {
    return String(this.wire.roles[1]!["id"]);
  }

  channel(name: string): WireChannel {
    return this.#open({ type: types.text, name, parent_id: null });
  }

  forum(name: string): WireChannel {
    return this.#open({ type: types.forum, name, parent_id: null });
  }

  /** In a channel or a forum. `isTold` is false for a thread that the bot never heard of. */
  thread(parent: WireChannel, name: string, isTold = true): WireChannel {
    const thread = { type: types.thread, name, parent_id: parent.id, thread_metadata: { archived: false } };
    return this.#open(thread, isTold);
  }

  #open(more: Json & { readonly type: number }, isTold = true): WireChannel {
    const { world } = this.#desk;
    const channel = world.open({ id: world.nextId(), guild_id: this.id, last_message_id: null, ...more });
    const t = more.type === types.thread ? "THREAD_CREATE" : "CHANNEL_CREATE";
    if (isTold) world.happens({ t, d: channel, channelId: channel.id });
    return channel;
  }
}

export interface NewGuild {
  readonly id: string;
  readonly title: string;
  readonly bot: WireUser;
  readonly roleId: string;
  readonly members: WireUser[];
  readonly joinedAt: string;
}

export function guildWire({ id, title, bot, roleId, members, joinedAt }: NewGuild): WireGuild {
  const roles = [
    { id, name: "@everyone", permissions: "0", position: 0, managed: false },
    { id: roleId, name: bot.username, permissions: "0", position: 1, managed: true, tags: { bot_id: bot.id } },
  ];
  return { id, name: title, roles, members, joinedAt };
}
