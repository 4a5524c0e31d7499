import { errorFields, unlessAborted } from "../../lib/index.ts";
import { DeliveryError } from "../errors.ts";
import type { MessageRef, OutboundMessage, Peer, SentRef } from "../message.ts";
import type { Account, DownloadedMedia, Link, LinkState, Ports } from "../provider.ts";
import { fetchAttachment } from "./attachments.ts";
import { Chats } from "./chats.ts";
import { Cursor } from "./cursor.ts";
import { encodeReaction, targetOf } from "./encode.ts";
import { CallError, deliveryErrorOf, isMissingAbility } from "./failures.ts";
import { greet, startImsg, wordsOf } from "./greeting.ts";
import { notLinked, permissionWords } from "./last-words.ts";
import { Ledger } from "./ledger.ts";
import { macOf } from "./mac.ts";
import { Receiver } from "./receiving.ts";
import type { Rpc } from "./rpc.ts";
import { callBridge, findSent, sendMessage } from "./sending.ts";
import { readTimeMs, type Session } from "./session.ts";
import { hostSecret, type IMessageSettings } from "./settings.ts";

export interface LinkParts {
  readonly account: Account<IMessageSettings>;
  readonly ports: Ports;
  /** False: nobody has said which Mac it is. */
  readonly isConfigured: boolean;
}

export function openLink(parts: LinkParts): Link {
  return new IMessageLink(parts);
}

class IMessageLink implements Link {
  readonly #parts: LinkParts;
  readonly #ports: Ports;
  /** Aborted when the link is disposed, or has spoken its last words. */
  readonly #over = new AbortController();
  readonly #running: Promise<void>;
  /** Our own reactions of this link's life: taking one away wants its name. */
  readonly #reactions = new Map<string, Readonly<Record<string, string>>>();
  #rpc: Rpc | undefined;
  #session: Session | undefined;
  #receiver: Receiver | undefined;
  #hasSpokenLast = false;
  #isDisposed = false;

  constructor(parts: LinkParts) {
    this.#parts = parts;
    this.#ports = parts.ports;
    if (this.#ports.signal.aborted) this.#end();
    this.#ports.signal.addEventListener("abort", this.#end, { once: true });
    this.#tell({ kind: "connecting" });
    // Later, so that whoever opened the link holds it when it tells what became of it.
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#ports.clock.soon(resolve);
    this.#running = promise.then(() => this.#run());
  }

  async send(message: OutboundMessage, signal: AbortSignal): Promise<SentRef> {
    signal.throwIfAborted();
    const session = this.#open();
    try {
      return await unlessAborted(sendMessage(session, message, signal), signal);
    } catch (error) {
      this.#learn(error);
      throw error;
    }
  }

  async reconcile(message: OutboundMessage, sinceMs: number, signal: AbortSignal): Promise<SentRef | undefined> {
    signal.throwIfAborted();
    return unlessAborted(findSent(this.#open(), message, sinceMs, signal), signal);
  }

  /** Reads from the database, which is what a watch needs to live. */
  async probe(signal: AbortSignal): Promise<void> {
    await this.#open().rpc.call("chats.list", { limit: 1 }, { timeoutMs: readTimeMs, signal });
  }

  /** Only with the bridge: without it a permanent refusal. */
  async edit(ref: MessageRef, message: OutboundMessage, signal: AbortSignal): Promise<void> {
    const session = this.#open();
    const text = message.text?.markup ?? "";
    if (text === "") throw refusal("a message cannot be edited to have no text");
    if (!session.abilities.has("message.edit")) throw refusal(noEdits);
    await callBridge(session, { method: "message.edit", ref, rest: { text } }, signal).catch((error: unknown) => {
      if (!(error instanceof CallError)) throw error;
      throw isMissingAbility(error) ? refusal(noEdits) : deliveryErrorOf(error);
    });
  }

  /** Only with the bridge: without it nothing happens, for a reaction is a courtesy. */
  async react(ref: MessageRef, emoji: string | null, signal: AbortSignal): Promise<void> {
    const session = this.#open();
    const { abilities } = session;
    const about = { account: session.accountId };
    const before = this.#reactions.get(ref.messageId);
    const wanted = emoji === null ? before : encodeReaction(emoji, abilities.hasEmojiReactions);
    if (!wanted || !abilities.has("tapback")) return this.#ports.log.debug("reaction.left-out", about);
    const rest = { ...wanted, ...(emoji === null && { remove: true }) };
    try {
      await callBridge(session, { method: "tapback", ref, rest }, signal);
      if (emoji === null) this.#reactions.delete(ref.messageId);
      else this.#reactions.set(ref.messageId, wanted);
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      if (abilities.has("tapback")) throw deliveryErrorOf(error);
      this.#ports.log.debug("reaction.left-out", about);
    }
  }

  typing(peer: Peer, isOn: boolean): void {
    void this.#inPassing("typing", peer, { typing: isOn });
  }

  /** A whole chat is read at once. */
  async markRead(ref: MessageRef): Promise<void> {
    await this.#inPassing("read", ref.peer, {});
  }

  async download(handle: string, bytesMax: number, signal: AbortSignal): Promise<DownloadedMedia> {
    signal.throwIfAborted();
    return unlessAborted(fetchAttachment(this.#open().ground, handle, bytesMax, signal), signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true;
    this.#end();
    await this.#running;
    await this.#rpc?.[Symbol.asyncDispose]();
    await this.#receiver?.whenIdle();
  }

  readonly #end = (): void => {
    this.#ports.signal.removeEventListener("abort", this.#end);
    this.#over.abort(new Error("the link has ended"));
  };

  /** The life of the link, up to being connected. It never rejects. */
  async #run(): Promise<void> {
    if (this.#over.signal.aborted) return;
    if (!this.#parts.isConfigured) return this.#tell(notLinked);
    try {
      await this.#connect();
    } catch (error) {
      if (this.#over.signal.aborted) return;
      const words = wordsOf(error);
      if (!words) this.#ports.log.error("link.broken", { account: this.#parts.account.id, ...errorFields(error) });
      this.#tell(words ?? { kind: "lost", reason: "a fault of our own; the log has it" });
    }
  }

  async #connect(): Promise<void> {
    const { account } = this.#parts;
    const ports = this.#ports;
    const { signal } = this.#over;
    const mac = macOf(account.settings, ports.secrets.get(hostSecret), ports.environment);
    const rpc = startImsg(mac, ports, {
      onNotification: (method, params) => this.#receiver?.hear(method, params),
      onEnd: (words) => this.#tell(words),
    });
    this.#rpc = rpc;
    const { abilities, self, tail } = await greet(rpc, mac, signal);
    const session: Session = {
      rpc,
      abilities,
      ports,
      settings: account.settings,
      accountId: account.id,
      openedAtMs: ports.clock.nowMs(),
      gaveUp: () => this.#tell({ kind: "lost", reason: "imsg did not finish a send; it is started anew" }),
      chats: new Chats(ports.records),
      ledger: new Ledger(ports.records, ports.clock),
      ground: { mac, clock: ports.clock, attachmentsFolder: account.settings.attachmentsFolder },
    };
    const cursor = await Cursor.open(ports.records, ports.clock, tail);
    const onBroken = () => this.#tell({ kind: "lost", reason: "imsg does not watch Messages any more" });
    this.#receiver = new Receiver({ session, cursor, signal, onBroken });
    await this.#receiver.watch();
    this.#session = session;
    this.#tell({ kind: "connected", self });
  }

  /** Throws when there is nobody to talk to. */
  #open(): Session {
    if (this.#session && !this.#over.signal.aborted) return this.#session;
    const words = this.#parts.isConfigured ? "Messages is not connected" : notLinked.reason;
    throw new DeliveryError(words, { isCertain: true, isPermanent: false });
  }

  /** A send that fails may show what is wrong with the whole link. */
  #learn(error: unknown): void {
    const cause = error instanceof DeliveryError ? error.cause : undefined;
    if (!(cause instanceof CallError) || cause.failure.kind !== "answered") return;
    const words = permissionWords(cause);
    if (words) this.#tell(words);
  }

  /** For what nobody waits for and whose failure changes nothing. */
  async #inPassing(method: string, peer: Peer, rest: Readonly<Record<string, unknown>>): Promise<void> {
    const session = this.#over.signal.aborted ? undefined : this.#session;
    if (!session?.abilities.has(method)) return;
    const target = targetOf(peer, session.chats.find(peer));
    try {
      await session.rpc.call(method, { ...target, ...rest }, { timeoutMs: readTimeMs, signal: this.#over.signal });
    } catch (error) {
      // It stays away: the next one would fail for the same reason.
      if (error instanceof CallError && error.failure.kind === "answered") session.abilities.lacks(method);
      this.#ports.log.debug("call.failed", { account: session.accountId, method, ...errorFields(error) });
    }
  }

  #tell(state: LinkState): void {
    if (this.#hasSpokenLast || this.#isDisposed || this.#ports.signal.aborted) return;
    const isLast = state.kind === "lost" || state.kind === "logged-out";
    this.#hasSpokenLast = isLast;
    if (isLast) {
      this.#end();
      // What it still holds is of no use to anybody.
      void this.#rpc?.[Symbol.asyncDispose]();
    }
    this.#ports.state(state);
  }
}

const noEdits = "editing needs imsg's bridge into Messages";
const refusal = (message: string) => new DeliveryError(message, { isCertain: true, isPermanent: true });
