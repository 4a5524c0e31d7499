import { type Client, ConnectError, RequestError } from "../../client/index.ts";
import { realClock, slept } from "../../lib/index.ts";
import { coversScope, type EventFrame, type OperatorScope } from "../../protocol/index.ts";
import { Store } from "../shared/store.ts";
import {
  type ListName,
  type Lists,
  listScopes,
  type MessageFilter,
  nothingRead,
  type Reading,
  readers,
  type Readings,
} from "./desk-readings.ts";

/** What waits for a person beside the chat. It reads the lists, hears when they change and carries decisions out. */

export interface Notice {
  readonly kind: "done" | "trouble";
  readonly text: string;
}

export interface DeskState extends Readings {
  readonly isOpen: boolean;
  readonly scopes: readonly OperatorScope[] | undefined;
  /** How far this browser's clock is ahead of the gateway's: what expires is told in the gateway's time. */
  readonly skewMs: number;
  readonly filter: MessageFilter;
  /** A decision is on its way: no other is taken meanwhile. */
  readonly isActing: boolean;
  /** What became of the last decision. */
  readonly notice: Notice | undefined;
  /** Read out by screen readers. */
  readonly announcement: string;
}

const emptyDesk: DeskState = {
  ...nothingRead,
  isOpen: false,
  scopes: undefined,
  skewMs: 0,
  filter: {},
  isActing: false,
  notice: undefined,
  announcement: "",
};

/** Read at once, for the numbers in the navigation. */
const counted: readonly ListName[] = ["people", "commands", "troubled", "networks", "nodeRequests"];
/** A device may want to be a node, so what becomes of devices is of interest, too. */
const nodeEvents: readonly string[] = [
  "node.pair.requested",
  "node.pair.resolved",
  "device.pair.requested",
  "device.pair.resolved",
];
/** After a command's time is up the gateway has forgotten it. */
const expiryGraceMs = 1_000;

export class Desk {
  readonly state = new Store<DeskState>(emptyDesk);
  #client: Client | undefined;
  /** Lists whose newest state is on its way; true: and is out of date already. */
  readonly #reading = new Map<ListName, boolean>();
  /** Lists that are on the screen. */
  #watched: readonly ListName[] = [];
  #expiry = new AbortController();

  opened(client: Client): void {
    this.#client = client;
    this.#reading.clear();
    const scopes = (client.hello.auth?.scopes ?? []) as OperatorScope[];
    this.state.update((state) => ({ ...state, isOpen: true, scopes, skewMs: client.skewMs, isActing: false }));
    this.readAll();
    void this.read("setup");
  }

  /** What is waited for may be answered elsewhere now, so no command is shown that may be gone. */
  lost(): void {
    if (!this.#client) return;
    this.#client = undefined;
    this.#expiry.abort();
    this.state.update((state) => ({ ...state, isOpen: false, isActing: false, commands: nothingRead.commands }));
  }

  forget(): void {
    this.state.set(emptyDesk);
  }

  readAll(): void {
    for (const name of new Set([...counted, ...this.#watched])) void this.read(name);
  }

  /** These lists are on the screen from now on, until others are. */
  watch(names: readonly ListName[]): void {
    this.#watched = names;
    for (const name of names) void this.read(name);
  }

  hear({ event, payload }: EventFrame): void {
    if (event === "approval.requested") {
      const { senderName, senderId } = payload as { senderName?: string; senderId: string };
      this.announce(`${senderName ?? senderId} asks to talk to the agent.`);
      void this.read("people");
    }
    if (event === "approval.resolved") void this.read("people");
    if (event === "exec.approval.requested") {
      this.announce("The agent asks to run a command.");
      void this.read("commands");
    }
    if (event === "exec.approval.resolved") this.#heardDecision(payload as { id: string; resolvedBy?: string });
    if (nodeEvents.includes(event)) void this.read("nodeRequests");
    if (nodeEvents.includes(event) || event === "presence") this.#readIfWatched("nodes");
    if (event === "inbox.changed") this.#readIfWatched("messages");
    if (event === "health") this.readAll();
    if (event === "chat" && (payload as { state?: string }).state !== "delta") this.readWatched();
  }

  readWatched(): void {
    for (const name of this.#watched) void this.read(name);
  }

  #readIfWatched(name: ListName): void {
    if (this.#watched.includes(name)) void this.read(name);
  }

  /** Reads a list, where this device may; calls that come meanwhile share one more reading. */
  async read(name: ListName): Promise<void> {
    if (!this.may(listScopes[name])) return;
    if (this.#reading.has(name)) return void this.#reading.set(name, true);
    const client = this.#client;
    if (!client) return;
    do {
      this.#reading.set(name, false);
      await this.#readOnce(client, name);
    } while (client === this.#client && this.#reading.get(name) === true);
    if (client === this.#client) this.#reading.delete(name);
  }

  may(scope: OperatorScope): boolean {
    const { scopes } = this.state.value;
    return scopes !== undefined && coversScope(scopes, scope);
  }

  filterMessages(filter: MessageFilter): void {
    this.state.update((state) => ({ ...state, filter, messages: nothingRead.messages }));
    void this.read("messages");
  }

  /** Carries a decision out, tells what became of it and reads the lists that it changed. False when it was refused. */
  async act<T>(
    ask: (client: Client) => Promise<T>,
    told: (answer: T) => string,
    changed: ListName[],
  ): Promise<boolean> {
    const client = this.#client;
    if (!client || this.state.value.isActing) return false;
    this.state.update((state) => ({ ...state, isActing: true, notice: undefined }));
    const isDone = await this.ask(ask, told);
    this.state.update((state) => ({ ...state, isActing: false }));
    await Promise.all(changed.map((name) => this.read(name)));
    return isDone;
  }

  /** Asks for what decides nothing and may take its time: decisions are taken meanwhile. False when it was refused. */
  async ask<T>(ask: (client: Client) => Promise<T>, told: (answer: T) => string): Promise<boolean> {
    const client = this.#client;
    if (!client) return false;
    const notice = await noticeOf(ask(client), told);
    this.tell(notice);
    return notice.kind === "done";
  }

  /** The client for what takes several steps; undefined while the gateway is away. */
  get client(): Client | undefined {
    return this.#client;
  }

  tell(notice: Notice | undefined): void {
    this.state.update((state) => ({ ...state, notice }));
  }

  async #readOnce(client: Client, name: ListName): Promise<void> {
    const { filter } = this.state.value;
    try {
      const value = await readers[name](client, filter);
      if (client !== this.#client || (name === "messages" && filter !== this.state.value.filter)) return;
      this.#set(name, { value, atMs: Date.now(), problem: undefined });
      if (name === "commands") void this.#watchExpiry();
    } catch (error) {
      if (error instanceof ConnectError) return;
      if (!(error instanceof RequestError)) throw error;
      const problem = error.message;
      this.state.update((state) => ({ ...state, [name]: { ...state[name], problem } }));
    }
  }

  #set(name: ListName, reading: Reading<Lists[ListName]>): void {
    this.state.update((state) => ({ ...state, [name]: reading }));
  }

  /** Nothing is told of a command whose time is up, so the list is read again at that moment. */
  async #watchExpiry(): Promise<void> {
    this.#expiry.abort();
    const waiting = this.state.value.commands.value ?? [];
    if (waiting.length === 0) return;
    this.#expiry = new AbortController();
    const first = Math.min(...waiting.map(({ expiresAtMs }) => expiresAtMs));
    const leftMs = Math.max(0, first + this.state.value.skewMs - Date.now());
    if (await slept(realClock, leftMs + expiryGraceMs, this.#expiry.signal)) await this.read("commands");
  }

  #heardDecision({ id, resolvedBy }: { readonly id: string; readonly resolvedBy?: string }): void {
    const known = this.state.value.commands.value?.some((one) => one.id === id) === true;
    if (known && !this.state.value.isActing) {
      this.announce(resolvedBy === undefined ? "The command is not wanted any more." : `${resolvedBy} decided.`);
    }
    this.state.update((state) => {
      const { value } = state.commands;
      return { ...state, commands: { ...state.commands, value: value?.filter((one) => one.id !== id) } };
    });
    void this.read("commands");
  }

  /** For screen readers. */
  announce(announcement: string): void {
    this.state.update((state) => ({ ...state, announcement }));
  }
}

async function noticeOf<T>(asked: Promise<T>, told: (answer: T) => string): Promise<Notice> {
  try {
    return { kind: "done", text: told(await asked) };
  } catch (error) {
    if (error instanceof RequestError) return { kind: "trouble", text: error.message };
    if (!(error instanceof ConnectError)) throw error;
    return { kind: "trouble", text: "The connection broke before the gateway answered: look whether it is done." };
  }
}
