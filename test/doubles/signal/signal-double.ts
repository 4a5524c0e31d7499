import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Clock, realClock } from "../../../src/lib/index.ts";
import { Door } from "../telegram/door.ts";
import { Watch } from "../watch.ts";
import { CallLog, type CallRecord } from "./call-log.ts";
import { Chats, type SeenMessage } from "./chats.ts";
import { Crabline } from "./crabline.ts";
import { DaemonFront } from "./daemon-front.ts";
import type { Desk, GroupFace, Us } from "./desk.ts";
import { EventQueue, type QueuedEvent } from "./event-queue.ts";
import { ScriptedFaults } from "../faults.ts";
import { type Fault, type FaultRule, type Faults, Moments } from "./faults.ts";
import { Person } from "./person.ts";
import type { Json } from "./wire.ts";

/**
 * Signal for tests, as signal-cli's daemon shows it: its HTTP side with crabline's daemon as the judge of calls, and
 * people at the other end. Its answers have the shapes that a real daemon gave (see `test/fixtures/signal-daemon`).
 *
 *     await using double = await SignalDouble.start();
 *     const bob = double.person({ name: "Bob" });
 *     bob.says("hello");                                   // waits at Signal's server until the gateway listens
 *     const [answer] = await bob.hears();                  // waits for what we send
 *     const house = double.group("house");
 *     bob.says("@us hi", { group: house });                // a mention
 *     const lost = double.fault({ method: "send", does: { kind: "drop-answer" } });
 *     await lost.struck();
 *     double.goDown(); await double.comeBack();            // the daemon is gone, and is back at the same address
 *     double.hang(); double.wake();                        // it is there and says nothing
 *     double.unlink();                                     // the phone took us off its list
 *
 * Nothing waits for time: whatever waits resolves from what happens in the double.
 */
export class SignalDouble implements AsyncDisposable {
  readonly #desk: Desk;
  readonly #door: Door;
  readonly #faults: Faults;
  readonly #log: CallLog;
  readonly #parts: AsyncDisposableStack;
  #names = 0;

  private constructor({ desk, door, faults, log, stack }: Parts) {
    this.#desk = desk;
    this.#door = door;
    this.#faults = faults;
    this.#log = log;
    this.#parts = stack;
  }

  static async start(options: SignalDoubleOptions = {}): Promise<SignalDouble> {
    const clock = options.clock ?? realClock;
    const stack = new AsyncDisposableStack();
    const watch = new Watch();
    const number = options.number ?? "+15550100999";
    const us: Us = { number, aci: numberedAci(0), isLinked: options.isLinked ?? true };
    const desk: Desk = {
      us,
      watch,
      moments: new Moments(clock),
      crabline: stack.use(await Crabline.start(number)),
      chats: new Chats(watch),
      queue: new EventQueue(watch, clock),
      people: new Map(),
      groups: new Map(),
      files: new Map(),
      codes: new Map(),
    };
    const faults: Faults = new ScriptedFaults(watch);
    const log = new CallLog(watch, options.logFile);
    const front = new DaemonFront({ desk, faults, log, isSingle: options.isSingle ?? false });
    const { port = 0, hostname = "127.0.0.1", tls } = options;
    const door = await Door.open({ port, hostname, tls, serve: front.serve });
    stack.defer(() => {
      faults.liftAll();
      door.down();
    });
    return new SignalDouble({ desk, door, faults, log, stack });
  }

  /** Where the daemon is. */
  get url(): string {
    return this.#door.url;
  }

  get number(): string {
    return this.#desk.us.number;
  }

  get aci(): string {
    return this.#desk.us.aci;
  }

  /** A program `bin/signal-cli` in the folder, whose Signal this is. */
  program(folder: string): string {
    const path = join(folder, "bin", "signal-cli");
    mkdirSync(dirname(path), { recursive: true });
    const script = join(import.meta.dir, "signal-cli.ts");
    writeFileSync(path, `#!/bin/sh\nexec ${process.execPath} ${script} --hub ${this.url} "$@"\n`, { mode: 0o755 });
    return path;
  }

  /** Someone on Signal, who hides their number unless it is given. */
  person({ name, number, aci = numberedAci(++this.#names) }: NewPerson): Person {
    const face = { aci, number, name, isRegistered: true };
    this.#desk.people.set(aci, face);
    return new Person(face, this.#desk);
  }

  /** A group with everybody in it. */
  group(title: string): GroupFace {
    const id = Buffer.from(title.padEnd(32, "=")).toString("base64");
    const group = { id, title };
    this.#desk.groups.set(id, group);
    return group;
  }

  /** Anything as the daemon tells it. */
  inject(received: Json): QueuedEvent {
    return this.#desk.queue.add({ account: this.number, ...received });
  }

  /** The phone scans the code that the daemon made last. */
  async scan(): Promise<string> {
    const { watch, codes } = this.#desk;
    const [uri, code] = await watch.until(() => [...codes].at(-1));
    code.resolve("scanned");
    return uri;
  }

  /** The code that was made last turns out to be too old. */
  async lapse(): Promise<void> {
    const { watch, codes } = this.#desk;
    const [, code] = await watch.until(() => [...codes].at(-1));
    code.resolve("too old");
  }

  /** The phone takes us off its list of devices. */
  unlink(): void {
    this.#desk.us.isLinked = false;
  }

  relink(): void {
    this.#desk.us.isLinked = true;
  }

  get isLinked(): boolean {
    return this.#desk.us.isLinked;
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
  }

  async comeBack(): Promise<void> {
    await this.#door.up();
  }

  cutConnections(): void {
    this.#door.cut();
  }

  /** The daemon tells nothing and shows no sign of life. */
  hang(): void {
    this.#desk.queue.pause();
  }

  wake(): void {
    this.#desk.queue.resume();
  }

  messages(chat: Person | GroupFace): SeenMessage[] {
    return this.#desk.chats.in(chat instanceof Person ? chat.aci : chat.id);
  }

  typing(chat: Person | GroupFace): readonly string[] {
    return this.#desk.chats.typing.get(chat instanceof Person ? chat.aci : chat.id) ?? [];
  }

  calls(method?: string): readonly CallRecord[] {
    return this.#log.all().filter((call) => method === undefined || call.method === method);
  }

  /** Requests of any kind. */
  get contacts(): number {
    return this.#log.contacts;
  }

  get listeners(): number {
    return this.#desk.queue.listeners;
  }

  isHandedOver(eventId: number): boolean {
    return this.#desk.queue.events[eventId - 1]?.isHandedOver === true;
  }

  /** Waits until the question has an answer other than undefined or false; it is asked after every change. */
  until<T>(question: () => T | undefined | false): Promise<T> {
    return this.#desk.watch.until(() => question() || undefined);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#parts.disposeAsync();
  }
}

/** Ids that stay the same from run to run. */
function numberedAci(index: number): string {
  return `${String(10_000_000 + index)}-aaaa-4bbb-8ccc-dddddddddddd`;
}

export interface SignalDoubleOptions {
  readonly clock?: Clock | undefined;
  readonly number?: string | undefined;
  readonly port?: number | undefined;
  readonly hostname?: string | undefined;
  /** PEM texts; with them the double speaks https. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  /** Calls are added to it as JSON lines. */
  readonly logFile?: string | undefined;
  /** False: no phone has scanned a code yet. */
  readonly isLinked?: boolean | undefined;
  /** A daemon for one account. */
  readonly isSingle?: boolean | undefined;
}

export interface NewPerson {
  readonly name: string;
  readonly number?: string | undefined;
  readonly aci?: string | undefined;
}

interface Parts {
  readonly desk: Desk;
  readonly door: Door;
  readonly faults: Faults;
  readonly log: CallLog;
  readonly stack: AsyncDisposableStack;
}
