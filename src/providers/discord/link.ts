import type { APIGatewayBotInfo, APIInteraction, APIUser } from "discord-api-types/v10";
import { errorFields } from "../../lib/index.ts";
import { DeliveryError } from "../errors.ts";
import type { MessageRef, OutboundMessage, Peer, SentRef } from "../message.ts";
import type { Account, DownloadedMedia, Link, LinkState, Ports } from "../provider.ts";
import { type Application, fetchApplication, fetchSelf } from "./application.ts";
import { Cursors } from "./cursors.ts";
import { Dispatches } from "./dispatches.ts";
import { downloadFile } from "./downloading.ts";
import { encodeCommands } from "./encode.ts";
import { CallError, deliveryErrorOf } from "./failures.ts";
import { Gateway } from "./gateway.ts";
import { Hearing } from "./hearing.ts";
import { answerTo } from "./interactions.ts";
import { closingWords, contentHidden, lastWords, noToken, revoked, sessionsSpent } from "./last-words.ts";
import { selfOf } from "./people.ts";
import { reactWith } from "./reactions.ts";
import { type Call, RestApi } from "./rest-api.ts";
import { Sending } from "./sending.ts";
import { SessionRecord } from "./session-record.ts";
import { type DiscordSettings, tokenSecret } from "./settings.ts";
import { idAt } from "./snowflakes.ts";
import { TransportError } from "../transport.ts";
import { Ways } from "./ways.ts";

export function openLink(account: Account<DiscordSettings>, ports: Ports): Link {
  return new DiscordLink(account, ports);
}

class DiscordLink implements Link {
  readonly #account: Account<DiscordSettings>;
  readonly #ports: Ports;
  readonly #api: RestApi;
  readonly #ways: Ways;
  readonly #sending: Sending;
  readonly #token: string | undefined;
  /** Aborted when the link is disposed: every call ends then. */
  readonly #closing = new AbortController();
  /** Aborted by the last words, too: what is being sent then may still arrive. */
  readonly #receiving = new AbortController();
  readonly #running: Promise<void>;
  #gateway: Gateway | undefined;
  #dispatches: Dispatches | undefined;
  #application: Application | undefined;
  #us: APIUser | undefined;
  #forgetting: Promise<void> = Promise.resolve();
  #hasSpokenLast = false;
  #isConnected = false;

  constructor(account: Account<DiscordSettings>, ports: Ports) {
    this.#account = account;
    this.#ports = ports;
    this.#token = account.settings.botToken ?? ports.secrets.get(tokenSecret);
    this.#api = new RestApi({
      token: this.#token ?? "",
      apiRoot: account.settings.apiRoot,
      clock: ports.clock,
      closing: this.#closing.signal,
      onRevoked: () => this.#tell(revoked),
    });
    this.#ways = new Ways(this.#api, ports.records);
    const { clock } = ports;
    this.#sending = new Sending({ api: this.#api, ways: this.#ways, clock, ourId: () => this.#us?.id });
    if (ports.signal.aborted) this.#close();
    ports.signal.addEventListener("abort", this.#close, { once: true });
    this.#tell({ kind: "connecting" });
    // Later, so that whoever opened the link holds it when it tells what became of it.
    const { promise, resolve } = Promise.withResolvers<void>();
    ports.clock.soon(resolve);
    this.#running = promise.then(() => this.#run());
  }

  send(message: OutboundMessage, signal: AbortSignal): Promise<SentRef> {
    return this.#sending.send(message, signal);
  }

  edit(ref: MessageRef, message: OutboundMessage, signal: AbortSignal): Promise<void> {
    return this.#sending.edit(ref, message, signal);
  }

  reconcile(message: OutboundMessage, sinceMs: number, signal: AbortSignal): Promise<SentRef | undefined> {
    return this.#sending.reconcile(message, sinceMs, signal);
  }

  /** A beat of the gateway and its answer: what is heard there is what matters. */
  async probe(signal: AbortSignal): Promise<void> {
    if (this.#hasSpokenLast || !this.#gateway) throw new Error("the link is not connected");
    await this.#gateway.probe(signal);
  }

  async react(ref: MessageRef, emoji: string | null, signal: AbortSignal): Promise<void> {
    const refused = await reactWith(this.#api, this.#ways, { ...ref, emoji }, signal);
    if (refused) this.#ports.log.debug("reaction.refused", { account: this.#account.id, error: refused });
  }

  /** It ends by itself, or with the message. */
  typing(peer: Peer, isOn: boolean): void {
    if (!isOn || this.#hasSpokenLast) return;
    const channelId = peer.kind === "direct" ? this.#ways.known(peer.id) : (peer.threadId ?? peer.id);
    if (channelId === undefined) return;
    this.#inPassing("show that we type", { method: "post", route: `/channels/${channelId}/typing` });
  }

  download(handle: string, bytesMax: number, signal: AbortSignal): Promise<DownloadedMedia> {
    return downloadFile(this.#api, handle, bytesMax, signal);
  }

  async setCommands(commands: readonly { readonly name: string; readonly summary: string }[]): Promise<void> {
    const applicationId = this.#application?.id;
    if (applicationId === undefined) throw new DeliveryError("Discord did not yet say who we are", unsent);
    const route = `/applications/${applicationId}/commands` as const;
    await this.#api
      .call("take the menu of commands", { method: "put", route, body: encodeCommands(commands) })
      .catch((error: unknown) => {
        throw error instanceof CallError ? deliveryErrorOf(error) : error;
      });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#close();
    await this.#running;
    await this.#dispatches?.settled();
    await this.#forgetting;
    this.#api[Symbol.dispose]();
  }

  readonly #close = (): void => {
    this.#ports.signal.removeEventListener("abort", this.#close);
    this.#closing.abort(new TransportError("the link was closed", true));
    this.#endReceiving();
  };

  #endReceiving(): void {
    this.#receiving.abort(new TransportError("the link has ended", true));
    this.#gateway?.[Symbol.dispose]();
  }

  /** From nothing to a gateway that is being opened. It never rejects. */
  async #run(): Promise<void> {
    if (!this.#token) return this.#tell(noToken);
    try {
      await this.#connect(this.#token);
    } catch (error) {
      if (this.#receiving.signal.aborted) return;
      if (error instanceof CallError) return this.#tell(lastWords(error));
      this.#ports.log.error("link.broken", { account: this.#account.id, ...errorFields(error) });
      this.#tell({ kind: "lost", reason: "a fault of our own; the log has it" });
    }
  }

  async #connect(token: string): Promise<void> {
    const { signal } = this.#receiving;
    const { messageContent } = this.#account.settings;
    const us = await fetchSelf(this.#api, signal);
    const application = await fetchApplication(this.#api, signal);
    this.#application = application;
    this.#us = us;
    if (messageContent && !application.readsContent) {
      return this.#tell(contentHidden(this.#account.id, application.id));
    }
    const whereabouts = { method: "get", route: "/gateway/bot" } as const;
    const information = await this.#api.call<APIGatewayBotInfo>("say where its gateway is", whereabouts, signal);
    const { remaining, reset_after: resetAfterMs } = information.session_start_limit;
    if (remaining < 1) return this.#tell(sessionsSpent(resetAfterMs));
    const cursors = new Cursors(this.#ports.records);
    await cursors.begin(idAt(this.#ports.clock.nowMs() + this.#api.aheadMs));
    signal.throwIfAborted();
    this.#open(token, information, cursors);
  }

  #hearing(us: APIUser, cursors: Cursors): Hearing {
    const { clock, log } = this.#ports;
    return new Hearing({
      api: this.#api,
      cursors,
      ways: this.#ways,
      clock,
      log,
      accountId: this.#account.id,
      signal: this.#receiving.signal,
      us,
      receive: (message) => this.#ports.receive(message),
      ownMessage: ({ nonce, id }) => {
        if (nonce !== undefined) this.#sending.note(String(nonce), id);
      },
      answer: (interaction) => this.#answer(interaction),
    });
  }

  #open(token: string, information: APIGatewayBotInfo, cursors: Cursors): void {
    const { clock, log, records } = this.#ports;
    const account = this.#account.id;
    const kept = new SessionRecord(records);
    const hearing = this.#hearing(this.#us!, cursors);
    const dispatches = new Dispatches({
      clock,
      log,
      accountId: account,
      signal: this.#receiving.signal,
      read: (dispatched) => hearing.read(dispatched),
      stored: async () => {
        const session = this.#gateway?.session;
        const moved = cursors.changes();
        await records.write([...moved, ...(session ? [kept.change(session)] : [])]);
        cursors.written(moved);
      },
      onOverflow: () => this.#tell({ kind: "lost", reason: "more came in than could be stored" }),
    });
    this.#dispatches = dispatches;
    this.#gateway = new Gateway({
      clock,
      token,
      information,
      gatewayUrl: this.#account.settings.gatewayUrl,
      readsContent: this.#account.settings.messageContent,
      session: kept.load(),
      live: () => this.#connected(),
      dispatched: (dispatched) => dispatches.push(dispatched),
      taken: () => dispatches.taken,
      began: (sessionId, sequence) => dispatches.began(sessionId, sequence),
      forgotten: () => {
        this.#forgetting = kept.forget().catch((error: unknown) => {
          log.warn("session.not-forgotten", { account, ...errorFields(error) });
        });
      },
      closed: (code) => {
        log.debug("gateway.closed", { account, code });
        const last = closingWords(code, account, this.#application?.id ?? "");
        if (last) this.#tell(last);
      },
      failed: (reason) => this.#tell({ kind: "lost", reason }),
      debug: (message) => log.debug("gateway.trouble", { account, message }),
    });
    this.#gateway.open();
  }

  /** Until then the command, or the button that was pressed, shows that it waits. */
  #answer({ id, token, type }: APIInteraction): void {
    const call = { method: "post", route: `/interactions/${id}/${token}/callback`, isUnsigned: true } as const;
    this.#inPassing("take the answer to an interaction", { ...call, body: answerTo(type) });
  }

  /** For calls that nobody waits for and whose failure changes nothing. */
  #inPassing(what: string, call: Call): void {
    this.#api.call(what, call).catch((error: unknown) => {
      this.#ports.log.debug("call.failed", { account: this.#account.id, ...errorFields(error) });
    });
  }

  #connected(): void {
    if (this.#isConnected || !this.#us) return;
    this.#isConnected = true;
    this.#tell({ kind: "connected", self: selfOf(this.#us) });
  }

  #tell(state: LinkState): void {
    if (this.#hasSpokenLast || this.#closing.signal.aborted) return;
    const isLast = state.kind === "lost" || state.kind === "logged-out";
    this.#hasSpokenLast = isLast;
    if (isLast) this.#endReceiving();
    this.#ports.state(state);
  }
}

const unsent = { isCertain: true, isPermanent: false } as const;
