import { proto } from "@whiskeysockets/baileys";
import { errorFields, unlessAborted } from "../../lib/index.ts";
import { type HostLock, takeHostLock } from "../../storage/index.ts";
import { MediaError } from "../errors.ts";
import type { MessageRef, OutboundMessage, Peer, SentRef } from "../message.ts";
import type { Account, DownloadedMedia, Link, LinkState, Ports } from "../provider.ts";
import { ownMessageId } from "./decode.ts";
import { encodeEdit, encodeReaction, messageIdOf, textFor } from "./encode.ts";
import { closingOf, lost, notConnected, notLinked, refusal } from "./failures.ts";
import { GroupTitles } from "./group-titles.ts";
import { Keyring } from "./keyring.ts";
import { downloadFile } from "./media.ts";
import { bareJid, jidOf, numberOf } from "./people.ts";
import { Receiving } from "./receiving.ts";
import { contentOf, Sending } from "./sending.ts";
import { Session } from "./session.ts";
import { linkedSecret, type WhatsAppSettings } from "./settings.ts";
import { WhatsAppSocket } from "./socket.ts";
import { WaitingSends } from "./waiting-sends.ts";

export function openLink(account: Account<WhatsAppSettings>, ports: Ports): Link {
  return new WhatsAppLink(account, ports);
}

/** The apps take no later edit. */
const editableMs = 15 * 60_000;
/** Another gateway on this machine has the session: asked for again after this time. */
const heldAgainMs = 30_000;

class WhatsAppLink implements Link {
  readonly #account: Account<WhatsAppSettings>;
  readonly #ports: Ports;
  readonly #session: Session;
  readonly #keyring: Keyring | undefined;
  readonly #waiting = new WaitingSends();
  readonly #sending: Sending;
  readonly #titles: GroupTitles;
  /** Aborted with the link's last words, and when it is disposed. */
  readonly #over = new AbortController();
  readonly #receiving: Receiving;
  #socket: WhatsAppSocket | undefined;
  #lock: HostLock | undefined;
  #isConnected = false;
  #hasRestarted = false;
  #closing: Promise<void> = Promise.resolve();

  constructor(account: Account<WhatsAppSettings>, ports: Ports) {
    this.#account = account;
    this.#ports = ports;
    const { records, clock, random, log } = ports;
    this.#session = new Session(records);
    this.#keyring = ports.secrets.get(linkedSecret) === undefined ? undefined : Keyring.kept(records);
    this.#titles = new GroupTitles((jid) => this.#openSocket()?.raw.groupMetadata(jid));
    this.#sending = new Sending({
      socket: () => this.#openSocket()?.raw,
      ownJid: () => this.#ownIds[0] ?? "",
      waiting: this.#waiting,
      sent: this.#session.sent,
      records,
      quoteOf: (peerId, messageId) => this.#session.quote(peerId, messageId),
      mediaUrl: account.settings.mediaUrl,
      clock,
      random,
      log,
    });
    this.#receiving = new Receiving({
      account,
      ports,
      session: this.#session,
      titles: this.#titles,
      over: this.#over.signal,
      ownIds: () => this.#ownIds,
      numberOf: async (lid) => this.#socket?.raw.signalRepository.lidMapping.getPNForLID(lid),
      giveUp: (error) => this.#unstorable(error),
    });
    if (ports.signal.aborted) this.#close();
    ports.signal.addEventListener("abort", this.#close, { once: true });
    this.#tell({ kind: "connecting" });
    // Later, so that whoever opened the link holds it when it tells what became of it.
    ports.clock.soon(() => this.#start());
  }

  send(message: OutboundMessage, signal: AbortSignal): Promise<SentRef> {
    return this.#sending.send(message, signal);
  }

  async edit(ref: MessageRef, message: OutboundMessage, signal: AbortSignal): Promise<void> {
    const { clock } = this.#ports;
    const sent = ownMessageId.test(ref.messageId) ? this.#session.sent.get(ref.messageId) : undefined;
    const text = textFor(message);
    if (!sent) throw refusal("this gateway did not send that message, or has forgotten it");
    if (text === undefined) throw refusal("a message cannot be edited to have no text");
    if (clock.nowMs() - sent.atMs > editableMs) throw refusal("WhatsApp takes edits for 15 minutes only");
    const content = encodeEdit(
      { remoteJid: sent.jid, id: ref.messageId, fromMe: true },
      text,
      clock.nowMs(),
      proto.Message.ProtocolMessage.Type.MESSAGE_EDIT,
    );
    await this.#sending.deliver(
      { jid: sent.jid, messageId: this.#newMessageId(), content, attributes: { edit: "1" } },
      signal,
    );
  }

  async react(ref: MessageRef, emoji: string | null, signal: AbortSignal): Promise<void> {
    const key = this.#session.target(ref.peer.id, ref.messageId);
    if (!key) return this.#ports.log.debug("reaction.untargeted", { account: this.#account.id });
    const content = encodeReaction(key, emoji, this.#ports.clock.nowMs());
    await this.#sending.deliver({ jid: key.remoteJid, messageId: this.#newMessageId(), content }, signal);
  }

  typing(peer: Peer, isOn: boolean): void {
    const jid = jidOf(peer.id);
    const socket = this.#openSocket();
    if (!jid || !socket) return;
    socket.raw.sendPresenceUpdate(isOn ? "composing" : "paused", jid).catch((error: unknown) => {
      this.#ports.log.debug("typing.failed", { account: this.#account.id, ...errorFields(error) });
    });
  }

  async markRead(ref: MessageRef): Promise<void> {
    const key = this.#session.target(ref.peer.id, ref.messageId);
    const socket = this.#openSocket();
    // What one writes to oneself is read.
    if (!key || !socket || key.fromMe) return;
    await socket.raw.readMessages([key]);
  }

  async download(handle: string, bytesMax: number, signal: AbortSignal): Promise<DownloadedMedia> {
    signal.throwIfAborted();
    const kept = this.#session.file(handle);
    if (!kept) throw new MediaError("the file is not known any more", true);
    return unlessAborted(downloadFile(kept, this.#account.settings, bytesMax, signal), signal);
  }

  async probe(signal: AbortSignal): Promise<void> {
    const socket = this.#openSocket();
    if (!socket) throw notConnected();
    await unlessAborted(socket.ping(signal), AbortSignal.any([signal, this.#over.signal]));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#close();
    await this.#closing;
  }

  /** Also when the account is closed. */
  readonly #close = (): void => {
    this.#ports.signal.removeEventListener("abort", this.#close);
    this.#over.abort(new Error("the link was closed"));
    this.#hangUp();
  };

  get #ownIds(): readonly string[] {
    const { me } = this.#keyring?.creds ?? {};
    return [bareJid(me?.id), bareJid(me?.lid)].filter((id) => id !== undefined);
  }

  #openSocket(): WhatsAppSocket | undefined {
    return this.#isConnected && !this.#over.signal.aborted ? this.#socket : undefined;
  }

  #newMessageId(): string {
    return messageIdOf(Buffer.from(this.#ports.random.bytes(12)).toString("hex"));
  }

  #start(): void {
    if (this.#over.signal.aborted) return;
    try {
      if (!this.#keyring) return this.#tell(notLinked);
      const lock = takeHostLock(this.#keyring.sessionName, this.#ports.clock.nowMs());
      if (!lock.isHeld) return this.#tell(heldBy(lock.byPid));
      this.#lock = lock;
      this.#connect(this.#keyring);
    } catch (error) {
      this.#broken(error);
    }
  }

  #connect(keyring: Keyring): void {
    const { log } = this.#ports;
    this.#socket = new WhatsAppSocket({
      settings: this.#account.settings,
      keyring,
      log,
      accountId: this.#account.id,
      hooks: {
        opened: () => this.#opened(),
        closed: (code) => void this.#closed(code).catch((error: unknown) => this.#broken(error)),
        stores: (message) => this.#receiving.take(message),
        wasStored: (message) => this.#receiving.wasStored(message),
        unstored: (id, handleAgain) => void this.#receiving.takeAgain(id, handleAgain),
        resent: (message) => void this.#receiving.take(message).catch((error: unknown) => this.#unstorable(error)),
        renamed: (group, title) => this.#titles.rename(group, title),
        leaving: (messageId) => this.#waiting.leaving(messageId),
        acknowledged: (messageId, code) => this.#waiting.acknowledged(messageId, code),
        sentContent: (messageId) => {
          const sent = this.#session.sent.get(messageId);
          return sent && contentOf(sent);
        },
        unwritten: (error) => this.#unstorable(error),
      },
    });
  }

  #opened(): void {
    if (this.#isConnected || this.#over.signal.aborted) return;
    this.#isConnected = true;
    const { me } = this.#keyring!.creds;
    const number = numberOf(me?.id) ?? "unknown";
    this.#tell({ kind: "connected", self: { id: number, name: me?.name || number, handle: number } });
  }

  async #closed(code: number | undefined): Promise<void> {
    this.#waiting.clear();
    const closing = closingOf(code);
    if (closing.kind === "restart" && !this.#hasRestarted) {
      // Asked for by the server, once: with all keys on disk, the same session goes on in a new connection.
      this.#hasRestarted = true;
      await this.#socket?.close();
      if (!this.#over.signal.aborted) this.#connect(this.#keyring!);
      return;
    }
    if (closing.kind === "restart") return this.#tell(lost(code));
    if (closing.isKeysGone) await this.#forget();
    this.#tell(closing.state);
  }

  async #forget(): Promise<void> {
    const { secrets, records } = this.#ports;
    secrets.delete(linkedSecret);
    await Keyring.forget(records);
  }

  /** What was not acknowledged comes again with the next connection. */
  #unstorable(error: unknown): void {
    if (this.#over.signal.aborted) return;
    this.#ports.log.error("link.unwritten", { account: this.#account.id, ...errorFields(error) });
    this.#tell({ kind: "lost", reason: "the gateway's disk did not take a message or its keys" });
  }

  #broken(error: unknown): void {
    if (this.#over.signal.aborted) return;
    this.#ports.log.error("link.broken", { account: this.#account.id, ...errorFields(error) });
    this.#tell({ kind: "lost", reason: "a fault of our own; the log has it" });
  }

  /** The socket first, then the lock: whoever opens the session next finds nobody in it. */
  #hangUp(): void {
    this.#waiting.clear();
    const socket = this.#socket;
    const lock = this.#lock;
    this.#lock = undefined;
    if (!socket) return lock?.[Symbol.dispose]();
    this.#closing = socket.close().finally(() => lock?.[Symbol.dispose]());
  }

  #tell(state: LinkState): void {
    if (this.#over.signal.aborted) return;
    if (state.kind === "lost" || state.kind === "logged-out") {
      this.#over.abort(new Error("the link has ended"));
      this.#hangUp();
    }
    this.#ports.state(state);
  }
}

function heldBy(pid: number | undefined): LinkState {
  const who = pid === undefined ? "" : ` (process ${pid})`;
  const reason = `another gateway on this machine uses this WhatsApp session${who}: stop it`;
  return { kind: "lost", reason, retryAfterMs: heldAgainMs };
}
