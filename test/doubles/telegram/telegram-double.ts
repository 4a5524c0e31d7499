import { type Clock, realClock } from "../../../src/lib/index.ts";
import { BotFront } from "./bot-front.ts";
import { CallLog, type CallRecord } from "./call-log.ts";
import { Chats } from "./chats.ts";
import { Crabline } from "./crabline.ts";
import type { Desk } from "./desk.ts";
import { Door } from "./door.ts";
import { type Fault, type FaultRule, type Faults, newFaults } from "./faults.ts";
import { FileStore } from "./files.ts";
import { Group, type GroupKind, groupWire } from "./group.ts";
import { Person } from "./person.ts";
import { type SeenMessage, seenIn } from "./seen.ts";
import { Updates } from "./updates.ts";
import { Watch } from "../watch.ts";
import { Webhook } from "./webhook.ts";
import type { Json, WireUser } from "./wire.ts";

/**
 * Telegram for tests: crabline's Bot API server with what it lacks in front of it, on one port.
 *
 *     await using telegram = await TelegramDouble.start();
 *     const api = new Api(telegram.token, { apiRoot: telegram.apiRoot });
 *     const bob = telegram.person({ name: "Bob" });
 *     const { messageId } = await bob.says("hello");                  // the bot's next getUpdates has it
 *     const [answer] = await bob.hears();                             // waits for what the bot sends
 *     await bob.reads("done");                                        // waits until some message reads so, after edits
 *     const group = await telegram.group({ kind: "forum", title: "house" });
 *     await bob.says("@clawdia_bot hi", { chat: group, thread: await group.topic("garden") });
 *     const lost = telegram.fault({ method: "sendMessage", does: { kind: "drop-answer" } });
 *     await lost.struck();
 *     telegram.goDown(); await telegram.comeBack();                   // an outage, same port
 *     telegram.calls("sendMessage").filter(({ applied }) => applied); // what was really delivered
 *
 * Nothing waits for time: whatever waits resolves from what happens in the double. In the double's own process wait for
 * failures with `.then`, not with `expect(…).rejects`: Bun holds up the event loop there, and the double with it.
 */
export class TelegramDouble implements AsyncDisposable {
  readonly token: string;
  readonly bot: WireUser;
  readonly #desk: Desk;
  readonly #door: Door;
  readonly #front: BotFront;
  readonly #faults: Faults;
  readonly #log: CallLog;
  readonly #parts: AsyncDisposableStack;
  #nextPerson = 5001;
  #nextGroup = 7001;

  private constructor(parts: Parts) {
    this.token = parts.token;
    this.bot = parts.desk.bot;
    this.#desk = parts.desk;
    this.#door = parts.door;
    this.#front = parts.front;
    this.#faults = parts.faults;
    this.#log = parts.log;
    this.#parts = parts.stack;
  }

  static async start(options: TelegramDoubleOptions = {}): Promise<TelegramDouble> {
    const token = options.token ?? `123456789:${"Clawdia-double-token".padEnd(35, "x")}`;
    const clock = options.clock ?? realClock;
    const username = (options.botUsername ?? "clawdia_bot").toLowerCase();
    const bot = { id: Number(token.split(":")[0]), is_bot: true, first_name: options.botName ?? "Clawdia", username };
    const stack = new AsyncDisposableStack();
    const watch = new Watch();
    const crabline = stack.use(await Crabline.start({ token, botUsername: username }));
    const updates = new Updates(crabline, watch, options.firstUpdateId ?? 900_000_001);
    const webhook = stack.use(new Webhook(crabline, updates));
    const places = { chats: new Chats(watch), files: new FileStore(), commands: [], presses: [] };
    const desk: Desk = { bot, clock, watch, crabline, updates, webhook, ...places };
    const faults = newFaults(watch);
    const log = new CallLog(watch, options.logFile);
    const front = new BotFront({ token, desk, faults, log });
    const { port = 0, hostname = "127.0.0.1", tls } = options;
    const door = await Door.open({ port, hostname, tls, serve: front.serve });
    stack.defer(() => {
      faults.liftAll();
      door.down();
    });
    return new TelegramDouble({ token, desk, door, front, faults, log, stack });
  }

  /** What the bot is given instead of `https://api.telegram.org`. */
  get apiRoot(): string {
    return this.#door.url;
  }

  /** Someone whom the bot can meet, with a private chat. */
  person({ id = this.#nextPerson++, name, username }: NewPerson): Person {
    const face = { first_name: name, ...(username && { username }) };
    this.#desk.chats.open({ id, type: "private", ...face });
    return new Person({ id, is_bot: false, ...face, language_code: "en" }, this.#desk);
  }

  async group({ id, kind = "supergroup", title, username }: NewGroup): Promise<Group> {
    const wire = groupWire({ number: this.#nextGroup++, id, kind, title, username });
    const room = this.#desk.chats.open(wire);
    await this.#desk.updates.introduce(wire);
    return new Group(room, this.#desk);
  }

  /** Any update as it stands on the wire, also of a kind that nobody knows. Gives its id, if the bot takes it. */
  inject(kind: string, content: Json): Promise<number | undefined> {
    return this.#desk.updates.add(kind, content);
  }

  /** Scripts something that goes wrong; faults strike in the order in which they were scripted. */
  fault(rule: FaultRule): Fault {
    return this.#faults.add(rule);
  }

  liftFaults(): void {
    this.#faults.liftAll();
  }

  /** Connections are refused and those that stand are cut, until it comes back at the same address. */
  goDown(): void {
    this.#door.down();
    this.#desk.webhook.pause();
  }

  async comeBack(): Promise<void> {
    await this.#door.up();
    await this.#desk.webhook.resume();
  }

  /** Cuts every connection once. */
  cutConnections(): void {
    this.#door.cut();
  }

  /** 401 from now on. */
  revokeToken(): void {
    this.#front.revoke();
  }

  restoreToken(): void {
    this.#front.restore();
  }

  /** Another program with the same token asks for updates once: whoever polls now gets 409. It takes no update away. */
  async pollElsewhere(): Promise<void> {
    await this.#desk.crabline.call("getUpdates", { timeout: 0, limit: 1 });
  }

  /** What stands in a chat now, as a person sees it. */
  messages(chat: number | { readonly id: number }): SeenMessage[] {
    return seenIn(this.#desk.chats.get(typeof chat === "number" ? chat : chat.id));
  }

  /** Chat actions that the bot showed, in order. */
  actions(chat: number | { readonly id: number }): readonly string[] {
    return this.#desk.chats.get(typeof chat === "number" ? chat : chat.id).actions.map(({ action }) => action);
  }

  /** The texts of unfinished answers that stand in a private chat. */
  drafts(chat: number | { readonly id: number }): string[] {
    return [...this.#desk.chats.get(typeof chat === "number" ? chat : chat.id).drafts.values()];
  }

  /** The bot's menu. */
  get commands(): readonly unknown[] {
    return this.#desk.commands;
  }

  get deliveries(): Webhook["deliveries"] {
    return this.#desk.webhook.deliveries;
  }

  calls(method?: string): readonly CallRecord[] {
    const all = this.#log.all();
    return method === undefined ? all : all.filter((call) => call.method.toLowerCase() === method.toLowerCase());
  }

  /** The bot took every update up to this one. */
  get confirmed(): number {
    return this.#desk.updates.confirmed;
  }

  /** Waits until the question has an answer other than undefined or false; it is asked after every change. */
  until<T>(question: () => T | undefined | false): Promise<T> {
    return this.#desk.watch.until(() => question() || undefined);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#parts.disposeAsync();
  }
}

export interface TelegramDoubleOptions {
  readonly token?: string | undefined;
  readonly clock?: Clock | undefined;
  readonly botUsername?: string | undefined;
  readonly botName?: string | undefined;
  readonly port?: number | undefined;
  readonly hostname?: string | undefined;
  /** PEM texts; with them the double speaks https. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  /** Calls are added to it as JSON lines: see `readCallLog`. */
  readonly logFile?: string | undefined;
  readonly firstUpdateId?: number | undefined;
}

export interface NewPerson {
  readonly id?: number | undefined;
  readonly name: string;
  readonly username?: string | undefined;
}

export interface NewGroup {
  readonly id?: number | undefined;
  readonly kind?: GroupKind | undefined;
  readonly title: string;
  readonly username?: string | undefined;
}

interface Parts {
  readonly token: string;
  readonly desk: Desk;
  readonly door: Door;
  readonly front: BotFront;
  readonly faults: Faults;
  readonly log: CallLog;
  readonly stack: AsyncDisposableStack;
}
