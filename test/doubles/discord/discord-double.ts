import { type Clock, isoTime, realClock } from "../../../src/lib/index.ts";
import { Watch } from "../watch.ts";
import { CallLog, type CallRecord } from "./call-log.ts";
import { Door } from "./door.ts";
import { type Fault, type FaultRule, type Faults, newFaults } from "./faults.ts";
import { Guild, guildWire } from "./guild.ts";
import { Messages } from "./messages.ts";
import { Person, seen, type SeenMessage } from "./person.ts";
import { RestFront } from "./rest-front.ts";
import type { Desk } from "./routes.ts";
import { type GatewayWeather, Sessions } from "./sessions.ts";
import type { Json, WireUser } from "./wire.ts";
import { World } from "./world.ts";

/**
 * Discord for tests: REST API, gateway and files on one port, with the people in our hands.
 *
 *     await using discord = await DiscordDouble.start();
 *     const bob = discord.person("Bob");
 *     const id = bob.says("hello");                        // the bot's gateway tells it
 *     const [answer] = await bob.hears();                  // waits for what the bot sends
 *     const house = discord.guild("House");
 *     const kitchen = house.channel("kitchen");
 *     bob.says(`<@${discord.bot.id}> hi`, { channel: kitchen });
 *     const lost = discord.fault({ method: "createMessage", does: { kind: "drop-answer" } });
 *     discord.goDown(); await discord.comeBack();          // an outage, same port
 *     discord.closeGateway(4000); discord.askReconnect();  // the gateway's own troubles
 *
 * Nothing waits for time. discord.js itself passes it in `test/doubles/discord.test.ts`.
 */
export class DiscordDouble implements AsyncDisposable {
  readonly token: string;
  readonly bot: WireUser;
  readonly weather: GatewayWeather;
  readonly #parts: Parts;
  #isRevoked = false;

  private constructor(parts: Parts) {
    this.#parts = parts;
    this.token = parts.token;
    this.bot = parts.bot;
    this.weather = parts.weather;
  }

  static async start(options: DiscordDoubleOptions = {}): Promise<DiscordDouble> {
    const { clock = realClock, port = 0, hostname = "127.0.0.1", tls, logFile, hosts } = options;
    const watch = new Watch();
    const world = new World(clock, watch);
    const bot = world.user(options.botName ?? "Clawdia", true);
    const token = options.token ?? tokenOf(bot.id);
    world.tokens.set(token, bot.id);
    const weather: GatewayWeather = { mute: new Set(), closeNext: [], showsContent: true };
    const log = new CallLog(watch, logFile);
    const faults = newFaults(watch);
    // The door is opened last, and everything that stands behind it asks the double where it is.
    const at: { double?: DiscordDouble } = {};
    const userOf = (offered: string) => at.double?.userOf(offered);
    const gatewayUrl = () => hosts?.gatewayUrl ?? door.socketUrl;
    const sessions = new Sessions({
      world,
      weather,
      resumeUrl: gatewayUrl,
      userOf,
      beatMs: options.beatMs ?? 45_000,
      visited: () => log.begin({ atMs: clock.nowMs(), method: "connect", params: {} }),
    });
    const messages = new Messages(world, () => hosts?.cdnUrl ?? door.url, options.nonceHeldMs ?? 180_000);
    const budget = { sessionsLeft: 1000, resetAfterMs: 0 };
    const desk: Desk = { world, messages, sessions, gatewayUrl, budget, weather, commands: [], waiting: new Map() };
    const front = new RestFront({ desk, faults, log, userOf });
    const door: Door = await Door.open({ port, hostname, tls, serve: front.serve, upgrade: sessions.upgrade });
    at.double = new DiscordDouble({ token, bot, weather, desk, door, faults, log, watch });
    return at.double;
  }

  /** What the bot is given instead of `https://discord.com/api`. */
  get apiRoot(): string {
    return `${this.#parts.door.url}/api`;
  }

  person(name: string): Person {
    const { desk, bot } = this.#parts;
    const user = desk.world.user(name);
    const token = tokenOf(user.id);
    desk.world.tokens.set(token, user.id);
    for (const guild of desk.world.guilds.values()) guild.members.push(user);
    return new Person(user, token, desk, bot);
  }

  /** `joinedAtMs` is when the bot came; now, if nothing is said. */
  guild(title: string, joinedAtMs?: number): Guild {
    const { desk, bot } = this.#parts;
    const { world, sessions } = desk;
    const wire = guildWire({
      id: world.nextId(),
      title,
      bot,
      roleId: world.nextId(),
      members: [...world.users.values()],
      joinedAt: isoTime(joinedAtMs ?? world.clock.nowMs()),
    });
    world.guilds.set(wire.id, wire);
    for (const { id } of wire.members) sessions.tellUser(id, "GUILD_CREATE", sessions.guildShown(wire.id));
    return new Guild(wire, desk);
  }

  /** Anything as it stands on the wire, also of a kind that nobody knows; told to the bot alone. */
  inject(t: string, d: Json): void {
    this.#parts.desk.sessions.tellUser(this.bot.id, t, d);
  }

  /** Something that the bot itself writes from elsewhere. */
  botSays(text: string, channelId: string): string {
    const { world, messages } = this.#parts.desk;
    return messages.create(this.bot, world.channels.get(channelId)!, { content: text }).id;
  }

  fault(rule: FaultRule): Fault {
    return this.#parts.faults.add(rule);
  }

  liftFaults(): void {
    this.#parts.faults.liftAll();
  }

  /** Connections are refused and those that stand are cut, until it comes back at the same address. */
  goDown(): void {
    this.#parts.door.down();
  }

  comeBack(): Promise<void> {
    return this.#parts.door.up();
  }

  /** Cuts every connection once. */
  cutConnections(): void {
    this.#parts.door.cut();
  }

  closeGateway(code: number): void {
    this.#parts.desk.sessions.close(this.bot.id, code);
  }

  /** Op 7. */
  askReconnect(): void {
    this.#parts.desk.sessions.askReconnect(this.bot.id);
  }

  /** Op 9. */
  invalidateSession(): void {
    this.#parts.desk.sessions.invalidate(this.bot.id);
  }

  /** As after a long time away: no session can go on. */
  forgetSessions(): void {
    this.#parts.desk.sessions.forgetAll();
  }

  /** How many sessions the bot may still open today. */
  leaveSessions(sessionsLeft: number, resetAfterMs: number): void {
    Object.assign(this.#parts.desk.budget, { sessionsLeft, resetAfterMs });
  }

  /** 401 from now on, and the gateway closes with 4004. */
  revokeToken(): void {
    this.#isRevoked = true;
    this.closeGateway(4004);
  }

  restoreToken(): void {
    this.#isRevoked = false;
  }

  userOf(token: string): WireUser | undefined {
    if (this.#isRevoked && token === this.token) return undefined;
    const { world } = this.#parts.desk;
    return world.users.get(world.tokens.get(token) ?? "");
  }

  /** What stands in a channel now, as a person sees it. */
  messages(channelId: string): SeenMessage[] {
    return this.#parts.desk.world.messages.get(channelId)!.map((message) => seen(message, this.bot.id));
  }

  /** The bot said that it has this message. */
  hasAcknowledged(messageId: string): boolean {
    return this.#parts.desk.sessions.hasAcknowledged(this.bot.id, messageId);
  }

  /** Resolves once the bot has a session that it can go on with. */
  async whenAtWork(): Promise<void> {
    while (!this.#parts.desk.sessions.hasBegun(this.bot.id)) {
      const changed = this.nextChange();
      this.askBeat();
      await changed;
    }
  }

  /** The bot was shown the message where it read what it had missed: there is no session to acknowledge it in. */
  wasReadInHistory(messageId: string): boolean {
    return this.#parts.desk.world.readInHistory.has(messageId);
  }

  /** Has the bot's client beat at once, and with it say what it has. */
  askBeat(): void {
    this.#parts.desk.sessions.askBeat(this.bot.id);
  }

  get sessionsOpened(): number {
    return this.#parts.desk.sessions.of(this.bot.id).length;
  }

  /** How often a client wanted to go on with a session. */
  get resumesAsked(): number {
    return this.#parts.desk.sessions.resumesAsked;
  }

  /** Sockets that stand, of anybody. */
  get connected(): number {
    return this.#parts.desk.sessions.connected;
  }

  get commands(): readonly Json[] {
    return this.#parts.desk.commands;
  }

  get typing(): World["typing"] {
    return this.#parts.desk.world.typing;
  }

  calls(method?: string): readonly CallRecord[] {
    const all = this.#parts.log.all();
    return method === undefined ? all : all.filter((call) => call.method === method);
  }

  /** Waits until the question has an answer other than undefined or false; it is asked after every change. */
  until<T>(question: () => T | undefined | false): Promise<T> {
    return this.#parts.watch.until(() => question() || undefined);
  }

  /** Resolves with whatever happens next. */
  nextChange(): Promise<void> {
    let isFirst = true;
    return this.#parts.watch.until(() => {
      if (!isFirst) return null as never;
      isFirst = false;
      return undefined;
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.liftFaults();
    this.goDown();
    await Promise.resolve();
  }
}

/** Three parts, the first of which says whose it is. */
function tokenOf(userId: string): string {
  return `${Buffer.from(userId).toString("base64url")}.Gdouble.${"clawdia-double-token-".padEnd(38, "x")}`;
}

export interface DiscordDoubleOptions {
  readonly clock?: Clock | undefined;
  readonly token?: string | undefined;
  readonly botName?: string | undefined;
  readonly port?: number | undefined;
  readonly hostname?: string | undefined;
  /** PEM texts; with them the double speaks https and wss. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  /** Calls are added to it as JSON lines. */
  readonly logFile?: string | undefined;
  readonly beatMs?: number | undefined;
  /** How long a nonce counts. */
  readonly nonceHeldMs?: number | undefined;
  /** Addresses that the double names instead of its own. */
  readonly hosts?: { readonly gatewayUrl: string; readonly cdnUrl: string } | undefined;
}

interface Parts {
  readonly token: string;
  readonly bot: WireUser;
  readonly weather: GatewayWeather;
  readonly desk: Desk;
  readonly door: Door;
  readonly faults: Faults;
  readonly log: CallLog;
  readonly watch: Watch;
}
