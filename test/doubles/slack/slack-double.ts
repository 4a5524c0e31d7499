import { type Clock, realClock } from "../../../src/lib/index.ts";
import type { Json } from "../telegram/wire.ts";
import { Watch } from "../watch.ts";
import { CallLog, type CallRecord } from "./call-log.ts";
import { Deliveries, type Delivery } from "./deliveries.ts";
import { Door } from "./door.ts";
import { Emulator } from "./emulator.ts";
import { ScriptedFaults } from "../faults.ts";
import type { Fault, FaultRule, Faults } from "./faults.ts";
import { Person } from "./person.ts";
import { SocketSide } from "./socket-side.ts";
import { Stamps } from "./stamps.ts";
import { type Urls, WebFront } from "./web-front.ts";
import { type Bot, type SeenMessage, Workspace } from "./workspace.ts";

/**
 * Slack for tests: Vercel's emulator of the Web API with what it lacks in front of it, Socket Mode above all, on one
 * port.
 *
 *     await using slack = await SlackDouble.start();
 *     const bob = await slack.person("Bob");
 *     const { ts } = await bob.says("hello");                       // an event for the app
 *     const [answer] = await bob.hears();                           // waits for what the app sends
 *     const kitchen = await slack.channel("kitchen", [bob]);
 *     await bob.says(`<@${slack.bot.userId}> hi`, { chat: kitchen });
 *     const lost = slack.fault({ method: "chat.postMessage", does: { kind: "drop-answer" } });
 *     slack.goDown(); await slack.comeBack();                       // an outage, same port
 *     slack.refresh("warning"); slack.freeze();                     // what Slack does to sockets
 *     slack.calls("chat.postMessage").filter(({ applied }) => applied);
 *
 * Nothing waits for time but what the double's clock moves: Slack brings again what was not acknowledged.
 */
export class SlackDouble implements AsyncDisposable {
  readonly botToken: string;
  readonly appToken: string;
  readonly signingSecret: string;
  readonly bot: Bot;
  readonly sockets: SocketSide;
  readonly #parts: Parts;
  readonly #people: string[];

  private constructor(parts: Parts, secrets: Secrets, people: readonly string[]) {
    this.#parts = parts;
    this.botToken = secrets.botToken;
    this.appToken = secrets.appToken;
    this.signingSecret = secrets.signingSecret;
    this.bot = parts.workspace.bot;
    this.sockets = parts.sockets;
    this.#people = [...people];
  }

  static async start(options: SlackDoubleOptions = {}): Promise<SlackDouble> {
    const { clock = realClock, port = 0, hostname = "127.0.0.1", tls, peopleMax = 12 } = options;
    const secrets = { ...usualSecrets, ...options.secrets };
    const stack = new AsyncDisposableStack();
    const watch = new Watch();
    const stamps = new Stamps(clock);
    const names = Array.from({ length: peopleMax }, (_, index) => `person-${index + 1}`);
    const people = names.map((name) => ({ name, token: personToken(name) }));
    const own = { name: "clawdia", token: secrets.botToken };
    const emulator = stack.use(await Emulator.start(own, people, stamps));
    const me = await emulator.ask("auth.test", secrets.botToken);
    const bot = { ...own, userId: String(me["user_id"]), teamId: String(me["team_id"]), botId: "B0CLAWDIA" };
    const closing = new AbortController();
    const sockets = new SocketSide(watch, (message) => deliveries.acknowledged(message));
    const pausesMs = options.pausesMs ?? usualPausesMs;
    const { signingSecret } = secrets;
    const deliveries = new Deliveries({ clock, watch, sockets, signingSecret, pausesMs, signal: closing.signal });
    const workspace = new Workspace({ bot, emulator, deliveries, clock, watch });
    const faults: Faults = new ScriptedFaults(watch);
    const log = new CallLog(watch, options.logFile);
    const scopes = options.scopes ?? usualScopes.split(" ");
    const front = Promise.withResolvers<WebFront>();
    const door = await Door.open({
      port,
      hostname,
      tls,
      serve: (request, response) => void front.promise.then((it) => it.serve(request, response)),
      upgrade: sockets.take,
    });
    const urls = options.urls ?? urlsAt(door.host, tls !== undefined);
    const web = new WebFront({ appToken: secrets.appToken, workspace, sockets, faults, log, scopes, urls });
    front.resolve(web);
    stack.defer(() => {
      closing.abort();
      faults.liftAll();
      door.down();
    });
    return new SlackDouble({ workspace, sockets, faults, log, front: web, door, urls, stack, watch }, secrets, names);
  }

  /** What the app is given instead of `https://slack.com/api/`. */
  get apiRoot(): string {
    return `${this.#parts.urls.web}/api/`;
  }

  /** Someone with a direct chat with the app. */
  async person(name: string): Promise<Person> {
    const { emulator } = this.#parts.workspace;
    const login = this.#people.shift();
    if (login === undefined) throw new Error("the double has no more people: start it with a larger peopleMax");
    const token = personToken(login);
    await emulator.ask("users.profile.set", token, { profile: { display_name: name, real_name: name } });
    const me = await emulator.ask("auth.test", token);
    const { channel } = await emulator.ask("conversations.open", token, { users: this.bot.userId });
    const directId = String((channel as Json)["id"]);
    return new Person({ id: String(me["user_id"]), name, token, directId, workspace: this.#parts.workspace });
  }

  /** A channel with these people and the app in it. */
  async channel(name: string, people: readonly Person[], isPrivate = false): Promise<Chat> {
    const { emulator } = this.#parts.workspace;
    const [first, ...others] = people;
    const made = await emulator.ask("conversations.create", first!.token, { name, is_private: isPrivate });
    const id = String((made["channel"] as Json)["id"]);
    const users = [this.bot.userId, ...others.map((person) => person.id)].join(",");
    await emulator.ask("conversations.invite", first!.token, { channel: id, users });
    return { id, name };
  }

  /** A chat of several people and the app. */
  async several(people: readonly Person[]): Promise<Chat> {
    const [first, ...others] = people;
    const users = [this.bot.userId, ...others.map((person) => person.id)].join(",");
    const made = await this.#parts.workspace.emulator.ask("conversations.open", first!.token, { users });
    return { id: String((made["channel"] as Json)["id"]), name: "several" };
  }

  /** Any event as it stands on the wire, also of a kind that nobody knows. */
  inject(event: Json): Delivery {
    return this.#parts.workspace.tell(event);
  }

  get deliveries(): readonly Delivery[] {
    return this.#parts.workspace.deliveries.all;
  }

  /** Ids of messages that the app acknowledged, each of their deliveries. */
  get acknowledged(): readonly string[] {
    const taken = new Map<string, boolean>();
    for (const { payload, isTaken } of this.deliveries) {
      const ts = (payload["event"] as Json | undefined)?.["ts"];
      if (typeof ts === "string") taken.set(ts, isTaken && (taken.get(ts) ?? true));
    }
    return [...taken].flatMap(([ts, isTaken]) => (isTaken ? [ts] : []));
  }

  /** Everything that was not acknowledged comes again now. */
  bringAgain(): Promise<void> {
    return this.#parts.workspace.deliveries.again();
  }

  /** Events go to an address from now on; undefined: over the socket. */
  bringTo(address: string | undefined): void {
    this.#parts.workspace.deliveries.bringTo(address);
  }

  signed(body: string, headers?: Readonly<Record<string, string>>): Record<string, string> {
    return this.#parts.workspace.deliveries.signed(body, headers);
  }

  /** Scripts something that goes wrong; faults strike in the order in which they were scripted. */
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

  cutConnections(): void {
    this.#parts.door.cut();
  }

  /** Slack is about to close the sockets, or does so at once. */
  refresh(reason: "warning" | "refresh_requested" | "link_disabled" | "too_many_websockets"): void {
    this.sockets.turnAway(reason, reason !== "warning");
  }

  /** Tokens are worth nothing from now on. */
  revoke(error = "token_revoked"): void {
    this.#parts.front.refuseTokens(error);
  }

  restore(): void {
    this.#parts.front.refuseTokens(undefined);
  }

  redirectFiles(to: string | undefined): void {
    this.#parts.front.redirectFiles(to);
  }

  /** What stands in a chat now, as a person sees it. */
  messages(chat: string | { readonly id: string }): SeenMessage[] {
    return this.#parts.workspace.seen(typeof chat === "string" ? chat : chat.id);
  }

  /** What the app wrote in a chat, as it reads now, oldest first. */
  textsOfBot(chat: string): string[] {
    return this.#parts.workspace.textsOfBot(chat);
  }

  calls(method?: string): readonly CallRecord[] {
    const all = this.#parts.log.all();
    return method === undefined ? all : all.filter((call) => call.method === method);
  }

  /** Waits until the question has an answer other than undefined or false; it is asked after every change. */
  until<T>(question: () => T | undefined | false): Promise<T> {
    return this.#parts.watch.until(() => question() || undefined);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#parts.stack.disposeAsync();
  }
}

export interface Chat {
  readonly id: string;
  readonly name: string;
}

interface Secrets {
  readonly botToken: string;
  readonly appToken: string;
  readonly signingSecret: string;
}

const usualSecrets: Secrets = {
  botToken: "xoxb-1111111111-2222222222-CLAWDIAdouble",
  appToken: "xapp-1-A0CLAWDIA-3333333333-CLAWDIAdouble",
  signingSecret: "0123456789abcdef0123456789abcdef",
};

/** At once, after a minute, after five. */
const usualPausesMs = [0, 60_000, 300_000];

const usualScopes =
  "app_mentions:read chat:write commands files:read files:write reactions:read reactions:write users:read " +
  "channels:history channels:read groups:history groups:read im:history im:read im:write mpim:history " +
  "mpim:read metadata.message:read";

export interface SlackDoubleOptions {
  readonly secrets?: Partial<Secrets> | undefined;
  readonly clock?: Clock | undefined;
  readonly port?: number | undefined;
  readonly hostname?: string | undefined;
  /** PEM texts; with them the double speaks https and wss. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  /** How people find it, where that is not its own address. */
  readonly urls?: Urls | undefined;
  readonly logFile?: string | undefined;
  readonly peopleMax?: number | undefined;
  readonly scopes?: readonly string[] | undefined;
  readonly pausesMs?: readonly number[] | undefined;
}

interface Parts {
  readonly workspace: Workspace;
  readonly sockets: SocketSide;
  readonly faults: Faults;
  readonly log: CallLog;
  readonly front: WebFront;
  readonly door: Door;
  readonly urls: Urls;
  readonly stack: AsyncDisposableStack;
  readonly watch: Watch;
}

function urlsAt(host: string, isSecure: boolean): Urls {
  const web = `http${isSecure ? "s" : ""}://${host}`;
  return { web, files: web, sockets: `ws${isSecure ? "s" : ""}://${host}` };
}

const personToken = (name: string) => `xoxp-${name}`;
