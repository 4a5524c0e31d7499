import type { AuthTestResponse } from "@slack/web-api";
import { errorFields, unlessAborted } from "../../lib/index.ts";
import type { MessageRef, OutboundMessage, SentRef } from "../message.ts";
import type { Account, DownloadedMedia, Link, LinkState, Ports } from "../provider.ts";
import { TransportError } from "../transport.ts";
import { credential, missingScopes, selfOf, usOf } from "./account.ts";
import { Directory } from "./directory.ts";
import { downloadFile } from "./downloading.ts";
import { CallError, fatalEnd, lastWords, loggedOut, tokenLoss } from "./failures.ts";
import { Intake } from "./intake.ts";
import type { Us } from "./people.ts";
import { Progress } from "./progress.ts";
import { Reactions } from "./reactions.ts";
import { findSent } from "./reconciling.ts";
import { type Desk, editMessage, forgetOldUploads, sendMessage } from "./sending.ts";
import { neededSecrets, type SlackSecret, type SlackSettings } from "./settings.ts";
import { SocketMode } from "./socket-mode.ts";
import { RecentThreads } from "./threads.ts";
import { WebApi } from "./web-api.ts";
import { webhookFor } from "./webhook.ts";
import type { Envelope } from "./wire.ts";

export function openLink(account: Account<SlackSettings>, ports: Ports): Link {
  return new SlackLink(account, ports);
}

class SlackLink implements Link {
  readonly #account: Account<SlackSettings>;
  readonly #ports: Ports;
  readonly #desk: Desk;
  readonly #reactions: Reactions;
  readonly #progress: Progress;
  readonly #threads: RecentThreads;
  /** Aborted when the link is disposed: every call ends then. */
  readonly #closing = new AbortController();
  /** Aborted by the last words, too: what is being sent then may still arrive. */
  readonly #receiving = new AbortController();
  readonly #running: Promise<void>;
  #socket: SocketMode | undefined;
  #hasSpokenLast = false;
  #isConnected = false;

  constructor(account: Account<SlackSettings>, ports: Ports) {
    const { clock, log, records } = ports;
    this.#account = account;
    this.#ports = ports;
    const api = this.#apiWith("botToken");
    const parts = { api, clock, log, account: account.id, signal: this.#closing.signal };
    const directory = new Directory(parts);
    this.#desk = { api, directory, records, clock };
    this.#reactions = new Reactions({ ...parts, directory });
    this.#progress = new Progress(records, clock.nowMs());
    this.#threads = new RecentThreads(records);
    if (ports.signal.aborted) this.#close();
    ports.signal.addEventListener("abort", this.#close, { once: true });
    this.#tell({ kind: "connecting" });
    // Later, so that whoever opened the link holds it when it tells what became of it.
    const { promise, resolve } = Promise.withResolvers<void>();
    clock.soon(resolve);
    this.#running = promise.then(() => this.#run());
  }

  async send(message: OutboundMessage, signal: AbortSignal): Promise<SentRef> {
    const sent = await sendMessage(this.#desk, message, signal);
    this.#threads.note(message.peer);
    return sent;
  }

  edit(ref: MessageRef, message: OutboundMessage, signal: AbortSignal): Promise<void> {
    return editMessage(this.#desk, ref, message, signal);
  }

  reconcile(message: OutboundMessage, sinceMs: number, signal: AbortSignal): Promise<SentRef | undefined> {
    return findSent(this.#desk, message, { sinceMs, signal });
  }

  react(ref: MessageRef, emoji: string | null, signal: AbortSignal): Promise<void> {
    return this.#reactions.set(ref, emoji, signal);
  }

  download(handle: string, bytesMax: number, signal: AbortSignal): Promise<DownloadedMedia> {
    return downloadFile(this.#desk.api, handle, { bytesMax, signal });
  }

  /** The socket may stand while the token is worth nothing, and the other way round. */
  async probe(signal: AbortSignal): Promise<void> {
    if (this.#hasSpokenLast) throw new Error("the link has ended");
    await this.#socket?.probe(signal);
    await this.#desk.api
      .call("auth.test", (client) => client.auth.test(), { signal })
      .catch((error: unknown) => {
        // Who is told to come later is answered.
        if (!(error instanceof CallError) || error.failure.kind !== "rate limited") throw error;
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

  #apiWith(name: SlackSecret): WebApi {
    return new WebApi({
      token: credential(this.#account, this.#ports.secrets, name) ?? "",
      apiRoot: this.#account.settings.apiRoot,
      clock: this.#ports.clock,
      closing: this.#closing.signal,
      onFailure: (error) => {
        const end = fatalEnd(error);
        if (end) this.#tell(end);
      },
    });
  }

  /** The life of the link, up to its last words. It never rejects. */
  async #run(): Promise<void> {
    const missing = neededSecrets(this.#account.settings).find((name) => !this.#credential(name));
    if (missing) return this.#tell(loggedOut(`there is no ${missing}`));
    try {
      const me = await this.#desk.api.call("auth.test", (client) => client.auth.test());
      const us = usOf(me, this.#account.settings);
      if (!us) return this.#tell(loggedOut("the token is not a bot's: the bot token begins with xoxb-"));
      this.#tellMissing(me);
      const intake = this.#intakeFor(us);
      try {
        await (this.#account.settings.mode === "http" ? this.#serve(me, intake) : this.#listen(me, intake));
      } finally {
        await intake.keep();
      }
    } catch (error) {
      if (this.#receiving.signal.aborted) return;
      if (error instanceof CallError) return this.#tell(lastWords(error));
      this.#ports.log.error("link.broken", { account: this.#account.id, ...errorFields(error) });
      this.#tell({ kind: "lost", reason: "a fault of our own; the log has it" });
    }
  }

  #intakeFor(us: Us): Intake {
    return new Intake({
      account: this.#account.id,
      us,
      ports: this.#ports,
      api: this.#desk.api,
      directory: this.#desk.directory,
      progress: this.#progress,
      threads: this.#threads,
      signal: this.#receiving.signal,
    });
  }

  async #listen(me: AuthTestResponse, intake: Intake): Promise<void> {
    const app = this.#apiWith("appToken");
    const method = "apps.connections.open";
    this.#socket = new SocketMode({
      account: this.#account.id,
      clock: this.#ports.clock,
      log: this.#ports.log,
      signal: this.#receiving.signal,
      grant: async () => {
        const { url } = await app.call(method, (client) => client.apps.connections.open({}), {
          signal: this.#receiving.signal,
        });
        if (url === undefined) throw new CallError(method, { kind: "refused", error: "no address" });
        return url;
      },
      take: (envelope) => this.#take(envelope, me, intake),
      onHello: () => this.#connected(me, intake),
    });
    this.#tell(await this.#socket.run());
  }

  async #serve(me: AuthTestResponse, intake: Intake): Promise<void> {
    const route = this.#ports.serveWebhook(
      webhookFor({
        signingSecret: this.#credential("signingSecret") ?? "",
        clock: this.#ports.clock,
        take: (envelope) => this.#take(envelope, me, intake),
      }),
    );
    try {
      this.#connected(me, intake);
      await unlessAborted(Promise.withResolvers<never>().promise, this.#receiving.signal);
    } finally {
      route[Symbol.dispose]();
    }
  }

  async #take(envelope: Envelope, me: AuthTestResponse, intake: Intake): Promise<boolean> {
    if (this.#receiving.signal.aborted) return false;
    const isTaken = await intake.take(envelope);
    const { type, tokens } = (envelope.payload.event ?? {}) as { type?: string; tokens?: { bot?: readonly string[] } };
    const isOurs = type === "app_uninstalled" || (type === "tokens_revoked" && tokens?.bot?.includes(me.user_id ?? ""));
    const end = isOurs && tokenLoss({ kind: "refused", error: type });
    // Once it is acknowledged: the last words close the connection.
    if (end) this.#ports.clock.soon(() => this.#tell(end));
    return isTaken;
  }

  #connected(me: AuthTestResponse, intake: Intake): void {
    if (this.#isConnected) return;
    this.#isConnected = true;
    this.#tell({ kind: "connected", self: selfOf(me) });
    const catchUp = async () => {
      await intake.catchUp();
      await forgetOldUploads(this.#desk);
    };
    catchUp().catch((error: unknown) => {
      if (this.#receiving.signal.aborted) return;
      this.#ports.log.error("link.not-caught-up", { account: this.#account.id, ...errorFields(error) });
    });
  }

  #credential(name: SlackSecret): string | undefined {
    return credential(this.#account, this.#ports.secrets, name);
  }

  #tellMissing(me: AuthTestResponse): void {
    const missing = missingScopes(me).map(({ scope }) => scope);
    if (missing.length === 0) return;
    this.#ports.log.warn("scopes.missing", { account: this.#account.id, scopes: missing.join(" ") });
  }

  #tell(state: LinkState): void {
    if (this.#hasSpokenLast || this.#closing.signal.aborted) return;
    const isLast = state.kind === "lost" || state.kind === "logged-out";
    this.#hasSpokenLast = isLast;
    if (isLast) this.#receiving.abort();
    this.#ports.state(state);
  }
}
