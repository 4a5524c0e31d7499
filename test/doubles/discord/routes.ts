import type { Messages, Upload } from "./messages.ts";
import type { Sessions } from "./sessions.ts";
import { isJson, type Json, Refusal, refusals, type WireChannel, type WireMessage, type WireUser } from "./wire.ts";
import type { World } from "./world.ts";

/** What the REST API does, route by route. */

export interface Desk {
  readonly world: World;
  readonly messages: Messages;
  readonly sessions: Sessions;
  readonly gatewayUrl: () => string;
  readonly budget: { sessionsLeft: number; resetAfterMs: number };
  readonly weather: { showsContent: boolean };
  readonly commands: Json[];
  /** Interactions that wait for their answer, by their token. */
  readonly waiting: Map<string, (answer: Json) => void>;
}

export interface Asked {
  readonly user: WireUser;
  readonly body: unknown;
  readonly query: URLSearchParams;
  readonly uploads: readonly Upload[];
}

export interface Route {
  /** Our name for it, in the log and for faults. */
  readonly name: string;
  readonly channel?: string | undefined;
  readonly isUnsigned?: boolean;
  /** Undefined is answered with 204. */
  readonly run: (asked: Asked, desk: Desk) => unknown;
}

type Handler = (asked: Asked, desk: Desk, parts: readonly string[]) => unknown;

const table: readonly (readonly [name: string, method: string, path: RegExp, handle: Handler])[] = [
  ["me", "GET", /^users\/@me$/, ({ user }) => user],
  ["application", "GET", /^(?:oauth2\/)?applications\/@me$/, ({ user }, desk) => application(user, desk)],
  ["gateway", "GET", /^gateway$/, (_asked, desk) => ({ url: desk.gatewayUrl() })],
  ["gatewayBot", "GET", /^gateway\/bot$/, (_asked, desk) => gatewayBot(desk)],
  ["openDirect", "POST", /^users\/@me\/channels$/, openDirect],
  ["getGuild", "GET", /^guilds\/(\d+)$/, getGuild],
  ["getChannel", "GET", /^channels\/(\d+)$/, (asked, desk, [id]) => channelOf(asked, desk, id!)],
  ["getMessages", "GET", /^channels\/(\d+)\/messages$/, getMessages],
  ["createMessage", "POST", /^channels\/(\d+)\/messages$/, createMessage],
  ["getMessage", "GET", /^channels\/(\d+)\/messages\/(\d+)$/, (...all) => shown(all[0], all[1], message(...all))],
  ["editMessage", "PATCH", /^channels\/(\d+)\/messages\/(\d+)$/, editMessage],
  [
    "deleteMessage",
    "DELETE",
    /^channels\/(\d+)\/messages\/(\d+)$/,
    (...all) => all[1].messages.delete(message(...all)),
  ],
  [
    "addReaction",
    "PUT",
    /^channels\/(\d+)\/messages\/(\d+)\/reactions\/([^/]+)\/@me$/,
    (...all) => react(true, ...all),
  ],
  [
    "removeReaction",
    "DELETE",
    /^channels\/(\d+)\/messages\/(\d+)\/reactions\/([^/]+)\/@me$/,
    (...all) => react(false, ...all),
  ],
  ["typing", "POST", /^channels\/(\d+)\/typing$/, typing],
  ["setCommands", "PUT", /^applications\/(\d+)\/commands$/, setCommands],
  ["callback", "POST", /^interactions\/(\d+)\/([^/]+)\/callback$/, callback],
];

export function routeOf(method: string, path: string): Route | undefined {
  for (const [name, wanted, pattern, handle] of table) {
    const match = wanted === method ? pattern.exec(path) : null;
    if (!match) continue;
    const parts = match.slice(1).map((part) => decodeURIComponent(part));
    const channel = path.startsWith("channels/") ? parts[0] : undefined;
    return { name, channel, isUnsigned: name === "callback", run: (asked, desk) => handle(asked, desk, parts) };
  }
  return undefined;
}

function application(user: WireUser, { weather }: Desk) {
  const flags = weather.showsContent ? 1 << 19 : 0;
  return { id: user.id, name: user.global_name, flags, bot: user, bot_public: true, verify_key: "double" };
}

function gatewayBot({ gatewayUrl, budget }: Desk) {
  const limit = { total: 1000, remaining: budget.sessionsLeft, reset_after: budget.resetAfterMs, max_concurrency: 1 };
  return { url: gatewayUrl(), shards: 1, session_start_limit: limit };
}

function openDirect({ user, body }: Asked, { world }: Desk) {
  const other = world.users.get(isJson(body) ? String(body["recipient_id"]) : "");
  if (!other) throw refusals.unknownUser();
  return channelShown(world.direct(user, other), user.id);
}

function getGuild({ user }: Asked, { world, sessions }: Desk, [id]: readonly string[]) {
  const guild = world.guilds.get(id!);
  if (!guild?.members.some((member) => member.id === user.id)) throw new Refusal(404, 10_004, "Unknown Guild");
  const { channels: _channels, threads: _threads, members: _members, ...rest } = sessions.guildShown(id!);
  return rest;
}

function channelOf({ user }: Asked, { world }: Desk, id: string): WireChannel {
  const channel = world.channels.get(id);
  if (!channel) throw refusals.unknownChannel();
  if (!world.canSee(user.id, channel)) throw refusals.missingAccess();
  return channelShown(channel, user.id);
}

/** The other one in a direct chat, without oneself. */
function channelShown(channel: WireChannel, viewerId: string): WireChannel {
  if (!channel.recipients) return channel;
  return { ...channel, recipients: channel.recipients.filter(({ id }) => id !== viewerId) };
}

function message(asked: Asked, desk: Desk, [channelId, messageId]: readonly string[]): WireMessage {
  channelOf(asked, desk, channelId!);
  const found = desk.world.find(channelId!, messageId!);
  if (!found) throw refusals.unknownMessage();
  return found;
}

function shown({ user }: Asked, { world }: Desk, found: WireMessage): Json {
  return world.shown(found, user.id);
}

/** `after` gives those that come next after it; whatever is asked for, the youngest stands first. */
function getMessages(asked: Asked, desk: Desk, [channelId]: readonly string[]) {
  channelOf(asked, desk, channelId!);
  const limit = Number(asked.query.get("limit") ?? "50");
  if (!(limit >= 1 && limit <= 100)) throw refusals.invalid("limit[NUMBER_TYPE_MAX]");
  const after = asked.query.get("after");
  const all = desk.world.messages.get(channelId!)!;
  const page = after === null ? all.slice(-limit) : all.filter(({ id }) => BigInt(id) > BigInt(after)).slice(0, limit);
  for (const { id } of page) desk.world.readInHistory.add(id);
  return page.toReversed().map((one) => shown(asked, desk, one));
}

function createMessage(asked: Asked, desk: Desk, [channelId]: readonly string[]) {
  const { user, body, uploads } = asked;
  channelOf(asked, desk, channelId!);
  const channel = desk.world.channels.get(channelId!)!;
  const made = desk.messages.create(user, channel, { ...(isJson(body) ? body : {}), $more: undefined }, uploads);
  const { nonce } = made;
  return { ...shown(asked, desk, made), ...(nonce !== undefined && { nonce }) };
}

function editMessage(asked: Asked, desk: Desk, parts: readonly string[]) {
  const edited = desk.messages.edit(asked.user, message(asked, desk, parts), isJson(asked.body) ? asked.body : {});
  return shown(asked, desk, edited);
}

function react(isOn: boolean, asked: Asked, desk: Desk, parts: readonly string[]): void {
  const name = parts[2]!;
  if (!/\p{Extended_Pictographic}/u.test(name) && !/^\w+:\d+$/.test(name)) {
    throw new Refusal(400, 10_014, "Unknown Emoji");
  }
  desk.messages.react(asked.user, message(asked, desk, parts), name, isOn);
}

function typing(asked: Asked, desk: Desk, [channelId]: readonly string[]): void {
  channelOf(asked, desk, channelId!);
  desk.world.typing.push({ channelId: channelId!, userId: asked.user.id });
}

function setCommands({ user, body }: Asked, { commands, world }: Desk, [applicationId]: readonly string[]) {
  if (applicationId !== user.id) throw refusals.missingAccess();
  if (!Array.isArray(body) || body.length > 100) throw refusals.invalid("commands[BASE_TYPE_MAX_LENGTH]");
  for (const { name, description } of body as readonly Json[]) {
    const isNamed = typeof name === "string" && /^[-_\p{Ll}\p{N}]{1,32}$/u.test(name);
    const isDescribed = typeof description === "string" && description.length >= 1 && description.length <= 100;
    if (!isNamed || !isDescribed) throw refusals.invalid("0.name[APPLICATION_COMMAND_INVALID_NAME]");
  }
  commands.splice(0, commands.length, ...(body as readonly Json[]));
  world.watch.changed();
  return commands;
}

function callback({ body }: Asked, { waiting, world }: Desk, [, token]: readonly string[]): void {
  const answer = waiting.get(token!);
  if (!answer) throw new Refusal(404, 10_062, "Unknown interaction");
  waiting.delete(token!);
  answer(isJson(body) ? body : {});
  world.watch.changed();
}
