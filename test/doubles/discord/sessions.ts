import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocket, WebSocketServer } from "ws";
import { isJson, type Json, type WireUser } from "./wire.ts";
import type { Happening, World } from "./world.ts";

/** The gateway: sessions that are told what happens, and told again after a cut. */

const op = { dispatch: 0, beat: 1, identify: 2, resume: 6, reconnect: 7, invalid: 9, hello: 10, ack: 11 } as const;
const intents = { content: 1 << 15, privileged: (1 << 1) | (1 << 8) | (1 << 15) } as const;

interface Told {
  readonly s: number;
  readonly t: string;
  readonly d: Json;
}

class Session {
  readonly id: string;
  readonly user: WireUser;
  readonly intents: number;
  readonly told: Told[] = [];
  /** The highest number that the client said it has. */
  #acknowledged = 0;
  socket: WebSocket | undefined;

  constructor(id: string, user: WireUser, wanted: number) {
    this.id = id;
    this.user = user;
    this.intents = wanted;
  }

  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** The client has everything up to this number; gives what it had not said so of before. */
  acknowledge(s: number): readonly Told[] {
    const fresh = this.told.slice(this.#acknowledged, s);
    this.#acknowledged = Math.max(this.#acknowledged, s);
    return fresh;
  }

  tell(t: string, d: Json): Told {
    const told = { s: this.told.length + 1, t, d };
    this.told.push(told);
    this.send(told);
    return told;
  }

  send(told: Told): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify({ op: op.dispatch, ...told }));
  }
}

export interface GatewayWeather {
  /** Phases in which nothing is answered: the connection stands and is mute. */
  readonly mute: Set<"hello" | "identify" | "resume" | "beat">;
  /** Closes the next connections with these codes, after they identified or resumed. */
  readonly closeNext: number[];
  /** The switch in the developer portal. */
  showsContent: boolean;
}

export interface SessionsParts {
  readonly world: World;
  readonly weather: GatewayWeather;
  readonly resumeUrl: () => string;
  readonly userOf: (token: string) => WireUser | undefined;
  readonly beatMs: number;
  /** Somebody turned to the gateway. */
  readonly visited: () => void;
}

export class Sessions {
  readonly #parts: SessionsParts;
  readonly #sessions = new Map<string, Session>();
  readonly #server = new WebSocketServer({ noServer: true });
  readonly #sockets = new Set<WebSocket>();
  /** Messages that a user said to have, by the user. */
  readonly #acknowledged = new Map<string, Set<unknown>>();
  #count = 0;
  /** How often a client wanted to go on. */
  resumesAsked = 0;

  constructor(parts: SessionsParts) {
    this.#parts = parts;
    parts.world.listen((happening) => this.#tell(happening));
  }

  readonly upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    this.#parts.visited();
    this.#server.handleUpgrade(request, socket, head, (client) => this.#serve(client));
  };

  /** Sessions that a user has, the newest last. */
  of(userId: string): readonly Session[] {
    return [...this.#sessions.values()].filter(({ user }) => user.id === userId);
  }

  /** Whether the user said to have this message. */
  hasAcknowledged(userId: string, messageId: string): boolean {
    return this.#acknowledged.get(userId)?.has(messageId) === true;
  }

  /** Whether the user said to have anything at all of a session. */
  hasBegun(userId: string): boolean {
    return this.of(userId).some(({ acknowledged }) => acknowledged > 0);
  }

  /** Asks every connected client of the user for a beat, and with it for the number that it has. */
  askBeat(userId: string): void {
    for (const { socket } of this.of(userId)) this.#send(socket, { op: op.beat, d: null });
  }

  close(userId: string, code: number): void {
    for (const { socket } of this.of(userId)) socket?.close(code, "as scripted");
  }

  /** Op 7: come again, and go on. */
  askReconnect(userId: string): void {
    for (const { socket } of this.of(userId)) this.#send(socket, { op: op.reconnect, d: null });
  }

  /** Op 9. What was told so far is told to nobody again. */
  invalidate(userId: string): void {
    for (const session of this.of(userId)) {
      this.#sessions.delete(session.id);
      this.#send(session.socket, { op: op.invalid, d: false });
    }
  }

  /** Nobody's session can go on, and nobody is told. */
  forgetAll(): void {
    this.#sessions.clear();
  }

  /** Tells one user alone, as Discord does with interactions. Gives whether anybody listens. */
  tellUser(userId: string, t: string, d: Json): void {
    for (const session of this.of(userId)) session.tell(t, d);
    this.#parts.world.watch.changed();
  }

  get connected(): number {
    return [...this.#sockets].filter(({ readyState }) => readyState === WebSocket.OPEN).length;
  }

  #serve(socket: WebSocket): void {
    this.#sockets.add(socket);
    socket.on("close", () => {
      this.#sockets.delete(socket);
      this.#parts.world.watch.changed();
    });
    socket.on("error", () => socket.terminate());
    socket.on("message", (raw: Buffer) => this.#hear(socket, JSON.parse(raw.toString("utf8")) as Json));
    if (this.#parts.weather.mute.has("hello")) return;
    this.#send(socket, { op: op.hello, d: { heartbeat_interval: this.#parts.beatMs } });
  }

  #hear(socket: WebSocket, { op: asked, d }: Json): void {
    const { mute } = this.#parts.weather;
    const body = isJson(d) ? d : {};
    if (asked === op.beat) {
      const session = this.#sessionAt(socket);
      if (session && typeof d === "number") this.#acknowledge(session, d);
      this.#parts.world.watch.changed();
      if (!mute.has("beat")) this.#send(socket, { op: op.ack });
    } else if (asked === op.identify && !mute.has("identify")) this.#identify(socket, body);
    else if (asked === op.resume) {
      this.resumesAsked++;
      if (!mute.has("resume")) this.#resume(socket, body);
      this.#parts.world.watch.changed();
    }
  }

  #identify(socket: WebSocket, body: Json): void {
    const { world, weather, userOf, resumeUrl } = this.#parts;
    const user = userOf(String(body["token"]));
    const wanted = Number(body["intents"]);
    if (!user) return socket.close(4004, "Authentication failed.");
    if (user.bot && (wanted & intents.privileged) !== 0 && !weather.showsContent) {
      return socket.close(4014, "Disallowed intent(s).");
    }
    const code = weather.closeNext.shift();
    if (code !== undefined) return socket.close(code, "as scripted");
    const session = new Session(`session-of-the-double-${++this.#count}`, user, wanted);
    session.socket = socket;
    this.#sessions.set(session.id, session);
    const guilds = [...world.guilds.values()].filter(({ members }) => members.some(({ id }) => id === user.id));
    session.tell("READY", {
      v: 10,
      user,
      session_id: session.id,
      resume_gateway_url: resumeUrl(),
      guilds: guilds.map(({ id }) => ({ id, unavailable: true })),
      application: { id: user.id, flags: 0 },
    });
    for (const guild of guilds) session.tell("GUILD_CREATE", this.guildShown(guild.id));
    world.watch.changed();
  }

  #resume(socket: WebSocket, body: Json): void {
    const { weather, userOf, world } = this.#parts;
    const user = userOf(String(body["token"]));
    if (!user) return socket.close(4004, "Authentication failed.");
    const code = weather.closeNext.shift();
    if (code !== undefined) return socket.close(code, "as scripted");
    const session = this.#sessions.get(String(body["session_id"]));
    if (!session || session.user.id !== user.id) return this.#send(socket, { op: op.invalid, d: false });
    session.socket = socket;
    const from = Number(body["seq"]);
    this.#acknowledge(session, from);
    for (const told of session.told.slice(from)) session.send(told);
    session.tell("RESUMED", {});
    world.watch.changed();
  }

  guildShown(guildId: string): Json {
    const { world } = this.#parts;
    const guild = world.guilds.get(guildId)!;
    const all = [...world.channels.values()].filter(({ guild_id: id }) => id === guildId);
    return {
      id: guild.id,
      name: guild.name,
      owner_id: guild.members[0]?.id,
      roles: guild.roles,
      channels: all.filter((channel) => !isThread(channel)),
      threads: all.filter(isThread),
      members: guild.members.map((user) => ({ user, roles: [], joined_at: world.now(), flags: 0 })),
      member_count: guild.members.length,
      unavailable: false,
      joined_at: guild.joinedAt,
      large: false,
      ...Object.fromEntries(emptyLists.map((name) => [name, []])),
    };
  }

  #tell({ t, d, channelId }: Happening): void {
    const { world } = this.#parts;
    const channel = channelId === undefined ? undefined : world.channels.get(channelId);
    for (const session of this.#sessions.values()) {
      if (channel && !world.canSee(session.user.id, channel)) continue;
      session.tell(t, channel?.guild_id !== undefined ? veiled(d, session) : d);
    }
  }

  #acknowledge(session: Session, s: number): void {
    const messages = this.#acknowledged.get(session.user.id) ?? new Set();
    this.#acknowledged.set(session.user.id, messages);
    for (const { t, d } of session.acknowledge(s)) if (t === "MESSAGE_CREATE") messages.add(d["id"]);
  }

  #sessionAt(socket: WebSocket): Session | undefined {
    return [...this.#sessions.values()].find((session) => session.socket === socket);
  }

  #send(socket: WebSocket | undefined, payload: Json): void {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(payload));
  }
}

/** Without the intent a bot sees what is written in servers only where it is meant. */
function veiled(d: Json, { user, intents: wanted }: Session): Json {
  if (!user.bot || (wanted & intents.content) !== 0 || typeof d["content"] !== "string") return d;
  const mentions = d["mentions"] as readonly WireUser[];
  if (mentions.some(({ id }) => id === user.id) || (d["author"] as WireUser).id === user.id) return d;
  return { ...d, content: "", attachments: [], embeds: [], components: [] };
}

const isThread = ({ type }: { readonly type: number }) => type === 11;

const emptyLists = ["emojis", "stickers", "voice_states", "presences", "features", "stage_instances"] as const;
