import { errorFields } from "../../lib/index.ts";
import type { MessageRef, OutboundMessage, Peer, SentRef } from "../message.ts";
import type { Account, DownloadedMedia, Link, LinkState, Ports } from "../provider.ts";
import { dataFolderOf, numberOf } from "./whereabouts.ts";
import { type Daemon, DaemonEnded } from "./daemon.ts";
import { downloadAttachment } from "./downloading.ts";
import { encodeReaction, encodeRead, encodeTyping } from "./encode.ts";
import { readEvents } from "./events.ts";
import { CallError, type DaemonAddress, deliveryErrorOf } from "./failures.ts";
import { TransportError } from "../transport.ts";
import { Journal } from "./journal.ts";
import { lastWords, noNumber, unlinked } from "./last-words.ts";
import { sweepLeftovers } from "./leftovers.ts";
import { openDaemon, ownIdOf } from "./opening.ts";
import { Receiving } from "./receiving.ts";
import { Revisions } from "./revisions.ts";
import { type Params, SignalRpc } from "./rpc.ts";
import { editMessage, QuotedTexts, sendMessage, type SendPorts, unsendable } from "./sending.ts";
import type { SignalSettings } from "./settings.ts";

export function openLink(account: Account<SignalSettings>, ports: Ports): Link {
  return new SignalLink(account, ports);
}

/** When the daemon's file of what it handed over is this long, a new daemon begins a new one. */
const journalCharsMax = 8 * 1024 * 1024;
/** What stands for a reaction that is taken away, when it is not known any more: phones look at its author only. */
const anyEmoji = "👍";

/** Shows the words of a delivery that wants its owner, with the command in them, which a log's line has no room for. */
const wholeWords = "clawdia deliveries list --all --json";

/** What is there once the daemon answers. */
interface Opened {
  readonly rpc: SignalRpc;
  readonly ourId: string;
  readonly sendPorts: SendPorts;
}

class SignalLink implements Link {
  readonly #account: Account<SignalSettings>;
  readonly #ports: Ports;
  /** Aborted when the link is disposed: every call ends then. */
  readonly #closing = new AbortController();
  /** Aborted by the last words, too. */
  readonly #receiving = new AbortController();
  readonly #running: Promise<void>;
  readonly #quotes = new QuotedTexts();
  readonly #reactions = new Map<string, string>();
  #opened: Opened | undefined;
  #hasSpokenLast = false;

  constructor(account: Account<SignalSettings>, ports: Ports) {
    this.#account = account;
    this.#ports = ports;
    if (ports.signal.aborted) this.#close();
    ports.signal.addEventListener("abort", this.#close, { once: true });
    this.#tell({ kind: "connecting" });
    // Later, so that whoever opened the link holds it when it tells what became of it.
    const { promise, resolve } = Promise.withResolvers<void>();
    ports.clock.soon(resolve);
    this.#running = promise.then(() => this.#run());
  }

  async send(message: OutboundMessage, signal: AbortSignal): Promise<SentRef> {
    return sendMessage(this.#at(signal).sendPorts, message, signal);
  }

  async edit(ref: MessageRef, message: OutboundMessage, signal: AbortSignal): Promise<void> {
    return editMessage(this.#at(signal).sendPorts, ref, message, signal);
  }

  /** A call that asks the daemon for what it knows of the account. */
  async probe(signal: AbortSignal): Promise<void> {
    if (this.#hasSpokenLast || !this.#opened) throw new Error("the link is not connected");
    await this.#opened.rpc.call("listIdentities", { number: numberOf(this.#account, this.#ports) }, { signal });
  }

  async react(ref: MessageRef, emoji: string | null, signal: AbortSignal): Promise<void> {
    const { ourId } = this.#at(signal);
    const shown = emoji ?? this.#reactions.get(ref.messageId) ?? anyEmoji;
    await this.#tellPeople(
      "sendReaction",
      encodeReaction(ref, { emoji: shown, isRemoved: emoji === null }, ourId),
      signal,
    );
    if (emoji === null) this.#reactions.delete(ref.messageId);
    else this.#reactions.set(ref.messageId, emoji);
  }

  typing(peer: Peer, isOn: boolean): void {
    this.#inPassing("sendTyping", async () => this.#tellPeople("sendTyping", encodeTyping(peer, isOn)));
  }

  async markRead(ref: MessageRef): Promise<void> {
    const params = encodeRead(ref, this.#at().ourId);
    if (params) await this.#tellPeople("sendReceipt", params);
  }

  async download(handle: string, bytesMax: number, signal: AbortSignal): Promise<DownloadedMedia> {
    return downloadAttachment(this.#at(signal).rpc, handle, bytesMax, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#close();
    await this.#running;
  }

  readonly #close = (): void => {
    this.#ports.signal.removeEventListener("abort", this.#close);
    this.#closing.abort(new TransportError("the link was closed", true));
    this.#receiving.abort();
  };

  /** Throws the signal's reason, or a DeliveryError while there is no daemon. */
  #at(signal?: AbortSignal): Opened {
    signal?.throwIfAborted();
    if (!this.#opened) throw unsendable();
    return this.#opened;
  }

  /** What people see besides messages. Rejects with a DeliveryError or the signal's reason. */
  async #tellPeople(method: string, params: Params, signal?: AbortSignal): Promise<void> {
    const { rpc, sendPorts } = this.#at(signal);
    try {
      await rpc.send(method, params, signal ? { signal } : {});
    } catch (error) {
      throw error instanceof CallError ? deliveryErrorOf(error, sendPorts.daemon) : error;
    }
  }

  /** The life of the link, up to its last words. It never rejects. */
  async #run(): Promise<void> {
    const number = numberOf(this.#account, this.#ports);
    if (number === undefined) return this.#tell(noNumber);
    // What is opened is closed after the last words, which end the receiving.
    await using open = new AsyncDisposableStack();
    try {
      await this.#live(number, open);
    } catch (error) {
      if (this.#receiving.signal.aborted) return;
      const words = lastWords(error);
      if (words) return this.#tell(words);
      this.#ports.log.error("link.broken", { account: this.#account.id, ...errorFields(error) });
      this.#tell({ kind: "lost", reason: "a fault of our own; the log has it" });
    }
  }

  async #live(number: string, open: AsyncDisposableStack): Promise<void> {
    const { records } = this.#ports;
    const isOurDaemon = this.#account.settings.httpUrl === undefined;
    const folder = isOurDaemon ? this.#ports.folder() : undefined;
    const journal = new Journal(records, folder);
    const revisions = new Revisions(records);
    // What is not stored of it stays where it is.
    const replaying = this.#receivingWith(revisions);
    const knownId = records.get("self", "aci") ?? "";
    await journal.replay((content) => replaying.take(content, knownId));
    if (folder !== undefined) {
      sweepLeftovers({ folder, dataFolder: dataFolderOf(this.#ports), nowMs: this.#ports.clock.nowMs() });
    }
    const receiving = this.#receivingWith(revisions);
    open.defer(() => receiving.keepUnstored(journal));
    const options = { account: this.#account, number, journal: journal.path };
    const daemon = open.use(await openDaemon(this.#ports, this.#receiving.signal, options));
    const { ourId } = await this.#greet(daemon, number, revisions);
    await this.#listen(daemon, { number, ourId, receiving, journal });
  }

  #receivingWith(revisions: Revisions): Receiving {
    const { clock, log } = this.#ports;
    return new Receiving({
      receive: (message) => this.#ports.receive(message),
      clock,
      log,
      accountId: this.#account.id,
      revisions,
      onRead: (message) => this.#quotes.note(message),
      signal: this.#receiving.signal,
    });
  }

  /** From now on it can be sent to. */
  async #greet(daemon: Daemon, number: string, revisions: Revisions): Promise<Opened> {
    const { clock, records, log } = this.#ports;
    const onGone = () => this.#tell(unlinked);
    const rpc = new SignalRpc({ url: daemon.url, account: number, clock, closing: this.#closing.signal, onGone });
    const ourId = await ownIdOf(rpc, number);
    if (ourId === undefined) throw new TransportError("it does not know who we are on Signal", false);
    if (records.get("self", "aci") !== ourId) await records.write([{ kind: "self", id: "aci", value: ourId }]);
    const isOurDaemon = this.#account.settings.httpUrl === undefined;
    const address: DaemonAddress = { url: daemon.url, isShared: !isOurDaemon };
    const onPartial = (unreached: readonly string[]) =>
      log.warn("send.partial", { account: this.#account.id, unreached: unreached.join(" ") });
    const onWanted = (why: string) => log.warn("owner.wanted", { account: this.#account.id, why, cure: wholeWords });
    const sendPorts = { rpc, ourId, daemon: address, quotes: this.#quotes, revisions, onPartial, onWanted };
    return (this.#opened = { rpc, ourId, sendPorts });
  }

  /** Until the daemon or its events end. It does not resolve. */
  async #listen(daemon: Daemon, { number, ourId, receiving, journal }: Listening): Promise<void> {
    const { clock } = this.#ports;
    const { signal } = this.#receiving;
    let chars = 0;
    const reading = readEvents({
      url: daemon.url,
      account: number,
      clock,
      signal,
      onOpen: () => this.#tell({ kind: "connected", self: { id: ourId, name: number, handle: number } }),
      onEvent: async (content) => {
        await receiving.add(content, ourId);
        chars += content.length;
        if (journal.path !== undefined && chars > journalCharsMax) {
          throw new TransportError("its file of what it handed over is full, and begun anew", true);
        }
      },
    });
    const ended = daemon.ended.then((end) => Promise.reject(new DaemonEnded(end)));
    await Promise.race([reading, ended]);
  }

  /** For calls that nobody waits for and whose failure changes nothing. */
  #inPassing(method: string, call: () => Promise<unknown>): void {
    call().catch((error: unknown) => {
      this.#ports.log.debug("call.failed", { account: this.#account.id, method, ...errorFields(error) });
    });
  }

  #tell(state: LinkState): void {
    if (this.#hasSpokenLast || this.#closing.signal.aborted) return;
    const isLast = state.kind === "lost" || state.kind === "logged-out";
    this.#hasSpokenLast = isLast;
    if (isLast) this.#receiving.abort();
    this.#ports.state(state);
  }
}

interface Listening {
  readonly number: string;
  readonly ourId: string;
  readonly receiving: Receiving;
  readonly journal: Journal;
}
