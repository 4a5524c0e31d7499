import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Socket, UnixSocketListener } from "bun";
import { type Clock, realClock } from "../../../src/lib/index.ts";
import { Watch } from "../watch.ts";
import { Connection } from "./connection.ts";
import { Fault, type FaultRule, fullDiskAccess, noAutomation } from "./faults.ts";
import { Person } from "./person.ts";
import type { DoubleChat, DoubleFile, DoubleRow, Json } from "./rows.ts";

/** A Mac with Messages, and every `imsg rpc` that runs on it. */
export interface DoubleOptions {
  readonly clock?: Pick<Clock, "nowMs"> | undefined;
  /** False: version 0.9, which tells no status and takes any parameter. */
  readonly isModern?: boolean | undefined;
  /** Whether imsg's bridge into Messages runs. */
  readonly hasBridge?: boolean | undefined;
}

export interface CallRecord {
  readonly method: string;
  readonly params: Json;
}

/** What people see that is no message. */
export type Happening =
  | { readonly kind: "typing"; readonly chat: string; readonly isOn: boolean }
  | { readonly kind: "read"; readonly chat: string }
  | { readonly kind: "tapback"; readonly guid: string; readonly reaction: string; readonly isOn: boolean };

export type Denial = "fullDiskAccess" | "automation";

const fakeImsg = join(import.meta.dir, "fake-imsg.ts");

export class MessagesDouble implements AsyncDisposable {
  readonly rows: DoubleRow[] = [];
  readonly chats: DoubleChat[] = [];
  readonly calls: CallRecord[] = [];
  readonly happenings: Happening[] = [];
  /** Where the watches of the past began. */
  readonly watchedFrom: number[] = [];
  readonly isModern: boolean;
  readonly folder: string;
  /** Our own address, which others write to. */
  readonly ownAddress = "+15550001111";
  hasBridge: boolean;
  denial: Denial | undefined;
  /** Whether what we write to ourselves comes a second time. */
  hasTwins = true;
  /** Programs that were started, ever. */
  starts = 0;
  readonly #clock: Pick<Clock, "nowMs">;
  readonly #watch = new Watch();
  readonly #connections = new Map<Socket, Connection>();
  readonly #faults: Fault[] = [];
  #listener: UnixSocketListener<undefined> | undefined;
  #lastRowId = 100;

  constructor({ clock = realClock, isModern = true, hasBridge = true }: DoubleOptions = {}) {
    this.#clock = clock;
    this.isModern = isModern;
    this.hasBridge = hasBridge;
    this.folder = mkdtempSync(join(tmpdir(), "clawdia-test-mac-"));
    mkdirSync(this.attachmentsFolder, { recursive: true });
    mkdirSync(this.binFolder);
    mkdirSync(this.temporaryFolder);
    const line = `exec ${process.execPath} ${fakeImsg} --socket ${this.#socketPath} -- "$@"`;
    this.writeProgram("imsg", `${line}\n`);
    this.comeBack();
  }

  /** Holds programs `imsg`, and what a test puts beside it. */
  get binFolder(): string {
    return join(this.folder, "bin");
  }

  get temporaryFolder(): string {
    return join(this.folder, "tmp");
  }

  get command(): readonly string[] {
    return [join(this.binFolder, "imsg"), "rpc"];
  }

  get attachmentsFolder(): string {
    return join(this.folder, "Library/Messages/Attachments");
  }

  /** The running programs. */
  get connections(): readonly Connection[] {
    return [...this.#connections.values()].filter(({ pid }) => pid !== undefined);
  }

  writeProgram(name: string, script: string): void {
    const path = join(this.binFolder, name);
    writeFileSync(path, `#!/bin/sh\n${script}`);
    chmodSync(path, 0o700);
  }

  person(asked: { readonly name: string; readonly handle: string; readonly service?: string }): Person {
    return new Person(this, asked);
  }

  /** The chat with a person, made when it is not there. */
  chatWith(handle: string, service = "iMessage"): DoubleChat {
    const guid = `${service};-;${handle}`;
    const known = this.chats.find((chat) => chat.guid === guid);
    if (known) return known;
    const about = { guid, identifier: handle, name: "", service, isGroup: false, participants: [handle] };
    return this.#addChat(about);
  }

  group(name: string, members: readonly Person[]): DoubleChat {
    const identifier = `chat${832_000_000 + this.chats.length}`;
    const participants = members.map(({ handle }) => handle);
    const guid = `iMessage;+;${identifier}`;
    return this.#addChat({ guid, identifier, name, service: "iMessage", isGroup: true, participants });
  }

  /** A row from somebody else. */
  write(chat: DoubleChat, row: Partial<DoubleRow> & Pick<DoubleRow, "sender">): DoubleRow {
    return this.#add({ chat, isFromMe: false, ...row });
  }

  /** A row from this Mac. In a chat with oneself it comes again, as if somebody else had written it. */
  writeOwn(chat: DoubleChat, row: Partial<DoubleRow>): DoubleRow {
    const own = this.#add({ chat, isFromMe: true, sender: this.ownAddress, ...row });
    if (chat.identifier === this.ownAddress && this.hasTwins) {
      this.#add({ chat, isFromMe: false, sender: this.ownAddress, ...row, guid: undefined });
    }
    return own;
  }

  rewrite(row: DoubleRow, text: string): void {
    this.rows[this.rows.indexOf(row)] = { ...row, text };
    this.#watch.changed();
  }

  note(happening: Happening): void {
    this.happenings.push(happening);
    this.#watch.changed();
  }

  fault(rule: FaultRule): Fault {
    const fault = new Fault(rule);
    this.#faults.push(fault);
    return fault;
  }

  denialOf(method: string): Json | undefined {
    if (this.denial === "fullDiskAccess") return fullDiskAccess;
    return this.denial === "automation" && method === "send" ? noAutomation : undefined;
  }

  /** Every program ends, and new ones end at once. */
  goDown(): void {
    for (const connection of this.connections) connection.ends(1);
    this.#listener?.stop();
    this.#listener = undefined;
    rmSync(this.#socketPath, { force: true });
    this.#watch.changed();
  }

  comeBack(): void {
    const connectionOf = (socket: Socket) => this.#connections.get(socket)!;
    this.#listener ??= Bun.listen({
      unix: this.#socketPath,
      socket: {
        open: (socket) => {
          this.#connections.set(socket, new Connection(this, writerOf(socket)));
        },
        data: (socket, data) => connectionOf(socket).hear(data),
        drain: (socket) => flush(socket),
        close: (socket) => {
          this.#connections.delete(socket);
          this.#watch.changed();
        },
      },
    });
  }

  /** Told by a connection: the program runs. */
  greeted(_connection: Connection): void {
    this.starts++;
    this.#watch.changed();
  }

  /** Told by a connection: what is to go wrong with this call. */
  called(method: string, params: Json): Fault | undefined {
    this.calls.push({ method, params });
    this.#watch.changed();
    return this.#faults.find((fault) => fault.strikes(method));
  }

  watched(since: number): void {
    this.watchedFrom.push(since);
    this.#watch.changed();
  }

  /** Something changed outside that `until` asks about. */
  changed(): void {
    this.#watch.changed();
  }

  callsOf(method: string): readonly CallRecord[] {
    return this.calls.filter((call) => call.method === method);
  }

  /** Waits until a question about the Mac has an answer. */
  until<T>(question: () => T | undefined | false): Promise<T> {
    return this.#watch.until(() => question() || undefined);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.goDown();
    await this.until(() => this.#connections.size === 0);
    rmSync(this.folder, { recursive: true, force: true });
  }

  get #socketPath(): string {
    return join(this.folder, "imsg.sock");
  }

  #addChat(about: Omit<DoubleChat, "id">): DoubleChat {
    const chat = { id: this.chats.length + 1, ...about };
    this.chats.push(chat);
    return chat;
  }

  #add(given: Partial<DoubleRow> & Pick<DoubleRow, "chat" | "isFromMe" | "sender">): DoubleRow {
    this.#lastRowId = given.rowId ?? this.#lastRowId + 1;
    const row: DoubleRow = {
      text: "",
      sentAtMs: this.#clock.nowMs(),
      files: [] as readonly DoubleFile[],
      ownAddress: this.ownAddress,
      ...given,
      rowId: this.#lastRowId,
      guid: given.guid ?? crypto.randomUUID().toUpperCase(),
    };
    this.rows.push(row);
    for (const connection of this.connections) connection.tells([row]);
    this.#watch.changed();
    return row;
  }
}

const unwritten = new WeakMap<Socket, Buffer[]>();

/** A socket takes what fits; the rest goes when it drains. */
function writerOf(socket: Socket): (text: string) => void {
  unwritten.set(socket, []);
  return (text) => {
    unwritten.get(socket)!.push(Buffer.from(text));
    flush(socket);
  };
}

function flush(socket: Socket): void {
  const waiting = unwritten.get(socket)!;
  while (waiting.length > 0) {
    const written = socket.write(waiting[0]!);
    if (written < waiting[0]!.length) {
      waiting[0] = waiting[0]!.subarray(Math.max(0, written));
      return;
    }
    waiting.shift();
  }
}
