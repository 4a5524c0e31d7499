import type { CallbackQuery, Update, UserFromGetMe } from "grammy/types";
import { errorFields, shorten, slept, unlessAborted } from "../../lib/index.ts";
import type { MessageRef, OutboundMessage, Peer, SentRef } from "../message.ts";
import type { Account, DownloadedMedia, Link, LinkState, Ports } from "../provider.ts";
import { TransportError } from "../transport.ts";
import { BotApi } from "./bot-api.ts";
import { decode } from "./decode.ts";
import { downloadFile } from "./downloading.ts";
import { typingTopicOf } from "./encode.ts";
import { CallError, deliveryErrorOf } from "./failures.ts";
import { incompleteWebhook, lastWords, noToken, revoked } from "./last-words.ts";
import { selfOf } from "./people.ts";
import { allowedUpdates, pollUpdates } from "./polling.ts";
import { reactionFor } from "./reactions.ts";
import { editMessage, sendMessage } from "./sending.ts";
import { type TelegramSettings, tokenSecret } from "./settings.ts";
import { webhookFor } from "./webhook.ts";

export function openLink(account: Account<TelegramSettings>, ports: Ports): Link {
  return new TelegramLink(account, ports);
}

/** Whoever else polls with the token is told within this time; a first poll that takes longer is only slow. */
const conflictWaitMs = 10_000;
const commandsMax = 100;

class TelegramLink implements Link {
  readonly #account: Account<TelegramSettings>;
  readonly #ports: Ports;
  readonly #api: BotApi;
  readonly #token: string | undefined;
  /** Aborted when the link is disposed: every call ends then. */
  readonly #closing = new AbortController();
  /** Aborted by the last words, too: what is being sent then may still arrive. */
  readonly #receiving = new AbortController();
  readonly #running: Promise<void>;
  #hasSpokenLast = false;
  #isConnected = false;

  constructor(account: Account<TelegramSettings>, ports: Ports) {
    const { settings } = account;
    this.#account = account;
    this.#ports = ports;
    this.#token = settings.botToken ?? ports.secrets.get(tokenSecret);
    this.#api = new BotApi({
      token: this.#token ?? "",
      apiRoot: settings.apiRoot,
      clock: ports.clock,
      closing: this.#closing.signal,
      onRevoked: () => this.#tell(revoked),
    });
    if (ports.signal.aborted) this.#close();
    ports.signal.addEventListener("abort", this.#close, { once: true });
    this.#tell({ kind: "connecting" });
    // Later, so that whoever opened the link holds it when it tells what became of it.
    const { promise, resolve } = Promise.withResolvers<void>();
    ports.clock.soon(resolve);
    this.#running = promise.then(() => this.#run());
  }

  send(message: OutboundMessage, signal: AbortSignal): Promise<SentRef> {
    return sendMessage(this.#api, message, signal);
  }

  edit(ref: MessageRef, message: OutboundMessage, signal: AbortSignal): Promise<void> {
    return editMessage(this.#api, ref, message, signal);
  }

  /** In webhook mode it also looks whether Telegram still brings its updates here. */
  async probe(signal: AbortSignal): Promise<void> {
    if (this.#hasSpokenLast) throw new Error("the link has ended");
    const { mode, webhookUrl } = this.#account.settings;
    if (mode === "polling") return void (await this.#api.call("getMe", (raw) => raw.getMe(), { signal }));
    const webhook = await this.#api.call("getWebhookInfo", (raw) => raw.getWebhookInfo(), { signal });
    if (webhook.url !== webhookUrl) throw new Error("Telegram takes the bot's updates to another address");
  }

  async react(ref: MessageRef, emoji: string | null, signal: AbortSignal): Promise<void> {
    const known = emoji === null ? undefined : reactionFor(emoji);
    if (emoji !== null && !known) return this.#ports.log.debug("reaction.unknown", { account: this.#account.id });
    const payload = {
      chat_id: ref.peer.id,
      message_id: Number(ref.messageId),
      reaction: known ? [{ type: "emoji" as const, emoji: known }] : [],
    };
    await this.#api
      .call("setMessageReaction", (raw) => raw.setMessageReaction(payload), { signal })
      .catch((error: unknown) => {
        // Groups may allow some reactions only.
        if (!(error instanceof CallError)) throw error;
        if (!/REACTION|reaction/.test(error.message)) throw deliveryErrorOf(error);
        this.#ports.log.debug("reaction.refused", { account: this.#account.id, error: error.message });
      });
  }

  /** It ends by itself, or with the message. */
  typing(peer: Peer, isOn: boolean): void {
    if (!isOn) return;
    const payload = { chat_id: peer.id, action: "typing" as const, ...typingTopicOf(peer) };
    this.#inPassing("sendChatAction", (api) => api.call("sendChatAction", (raw) => raw.sendChatAction(payload)));
  }

  download(handle: string, bytesMax: number, signal: AbortSignal): Promise<DownloadedMedia> {
    return downloadFile(this.#api, handle, bytesMax, signal);
  }

  /** Names that Telegram does not take are left out of the menu. */
  async setCommands(commands: readonly { readonly name: string; readonly summary: string }[]): Promise<void> {
    const taken = commands.filter(({ name, summary }) => /^[a-z0-9_]{1,32}$/.test(name) && summary !== "");
    const menu = taken
      .slice(0, commandsMax)
      .map(({ name, summary }) => ({ command: name, description: shorten(summary, 256) }));
    await this.#api
      .call("setMyCommands", (raw) => raw.setMyCommands({ commands: menu }))
      .catch((error: unknown) => {
        throw error instanceof CallError ? deliveryErrorOf(error) : error;
      });
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

  /** The life of the link, up to its last words. It never rejects. */
  async #run(): Promise<void> {
    const missing = this.#whatIsMissing();
    if (missing) return this.#tell(missing);
    try {
      const me = await this.#api.call("getMe", (raw) => raw.getMe());
      await (this.#account.settings.mode === "webhook" ? this.#listen(me) : this.#poll(me));
    } catch (error) {
      if (this.#receiving.signal.aborted) return;
      if (error instanceof CallError) return this.#tell(lastWords(error));
      this.#ports.log.error("link.broken", { account: this.#account.id, ...errorFields(error) });
      this.#tell({ kind: "lost", reason: "a fault of our own; the log has it" });
    }
  }

  #whatIsMissing(): LinkState | undefined {
    const { mode, webhookUrl, webhookSecret } = this.#account.settings;
    if (!this.#token) return noToken;
    if (mode === "polling") return undefined;
    if (!webhookSecret) return incompleteWebhook(this.#account.id, "webhookSecret");
    return webhookUrl ? undefined : incompleteWebhook(this.#account.id, "webhookUrl");
  }

  /** Polling is refused while a webhook is set. What waits for either is kept. */
  async #poll(me: UserFromGetMe): Promise<void> {
    const { signal } = this.#receiving;
    await this.#api.call("deleteWebhook", (raw) => raw.deleteWebhook({ drop_pending_updates: false }), { signal });
    void slept(this.#ports.clock, conflictWaitMs, signal).then((isOver) => isOver && this.#connected(me));
    await pollUpdates({
      api: this.#api,
      clock: this.#ports.clock,
      signal,
      take: (update) => this.#take(update, me),
      onLive: () => this.#connected(me),
    });
  }

  async #listen(me: UserFromGetMe): Promise<void> {
    const { webhookUrl: url, webhookSecret: secret } = this.#account.settings;
    const { signal } = this.#receiving;
    // Before Telegram is told, for what waits there comes at once.
    const route = this.#ports.serveWebhook(webhookFor(secret!, (update) => this.#take(update, me)));
    const request = { url: url!, secret_token: secret!, allowed_updates: allowedUpdates, drop_pending_updates: false };
    try {
      await this.#api.call("setWebhook", (raw) => raw.setWebhook(request), { signal });
      this.#connected(me);
      await unlessAborted(Promise.withResolvers<never>().promise, signal);
    } finally {
      route[Symbol.dispose]();
    }
  }

  /** True once an update is stored, or is none of the house's business: Telegram may forget it then. */
  async #take(update: Update, me: UserFromGetMe): Promise<boolean> {
    if (this.#receiving.signal.aborted) return false;
    const { log, clock } = this.#ports;
    const about = { account: this.#account.id, updateId: update.update_id };
    const decoded = decode(update, me, clock.nowMs());
    if ("ignored" in decoded) {
      log.debug("update.ignored", { ...about, reason: decoded.ignored });
    } else {
      try {
        await unlessAborted(this.#ports.receive(decoded), this.#receiving.signal);
      } catch (error) {
        if (this.#receiving.signal.aborted) return false;
        log.warn("update.refused", { ...about, ...errorFields(error) });
        return false;
      }
    }
    if (update.callback_query) this.#answer(update.callback_query);
    return true;
  }

  /** Until then the button that was pressed shows that it waits. */
  #answer(query: CallbackQuery): void {
    const payload = { callback_query_id: query.id };
    this.#inPassing("answerCallbackQuery", (api) =>
      api.call("answerCallbackQuery", (raw) => raw.answerCallbackQuery(payload)),
    );
  }

  /** For calls that nobody waits for and whose failure changes nothing. */
  #inPassing(method: string, call: (api: BotApi) => Promise<unknown>): void {
    call(this.#api).catch((error: unknown) => {
      this.#ports.log.debug("call.failed", { account: this.#account.id, method, ...errorFields(error) });
    });
  }

  #connected(me: UserFromGetMe): void {
    if (this.#isConnected) return;
    this.#isConnected = true;
    this.#tell({ kind: "connected", self: selfOf(me) });
  }

  #tell(state: LinkState): void {
    if (this.#hasSpokenLast || this.#closing.signal.aborted) return;
    const isLast = state.kind === "lost" || state.kind === "logged-out";
    this.#hasSpokenLast = isLast;
    if (isLast) this.#receiving.abort();
    this.#ports.state(state);
  }
}
