import {
  type BinaryNode,
  Browsers,
  DisconnectReason,
  getErrorCodeFromStreamError,
  makeWASocket,
  type WAMessage,
  type WASocket,
} from "@whiskeysockets/baileys";
import { errorFields, type Log } from "../../lib/index.ts";
import type { Content } from "./content.ts";
import type { Keyring } from "./keyring.ts";
import { libraryLog } from "./library-log.ts";
import type { WhatsAppSettings } from "./settings.ts";

/**
 * One connection of the library: opened by its making, of no use after its end. The library reconnects nothing by
 * itself, and what it retries (asking anew for a message that it could not read) is bounded by itself.
 */

/** Of ours, for a query that nobody answers. */
const queryMs = 20_000;
const connectMs = 20_000;
/** As the real clients do; without an answer for five more seconds the connection counts as lost. */
const keepAliveMs = 30_000;

export interface SocketHooks {
  qr?(text: string): void;
  opened(): void;
  /** Once, and nothing after it. */
  closed(code: number | undefined): void;
  /** Resolves once the message is stored; only then are its keys, and only then is it acknowledged. */
  stores?(message: WAMessage): Promise<void>;
  /** Whether a message that can be read no more is one that was stored: then only its receipt was lost. */
  wasStored?(message: WAMessage): boolean;
  /** The message came and was not stored; `handleAgain` brings it anew. */
  unstored?(messageId: string, handleAgain: () => void): void;
  /** A message that our phone had to be asked for. */
  resent?(message: WAMessage): void;
  /** A group is called something else now. */
  renamed?(group: string, title: string): void;
  leaving?(messageId: string): void;
  /** The server has it, or refuses it. */
  acknowledged?(messageId: string, refusal: number | undefined): void;
  sentContent?(messageId: string): Content | undefined;
  /** Keys or credentials could not be written. */
  unwritten(error: unknown): void;
}

export interface SocketParts {
  readonly settings: WhatsAppSettings;
  readonly keyring: Keyring;
  readonly log: Log;
  readonly accountId: string;
  readonly hooks: SocketHooks;
  /** The server takes only known names of programs when a device is linked by a code. */
  readonly isForCode?: boolean;
}

export class WhatsAppSocket {
  readonly raw: WASocket;
  readonly #keyring: Keyring;
  readonly #hooks: SocketHooks;
  #isOver = false;

  constructor({ settings, keyring, log, accountId, hooks, isForCode = false }: SocketParts) {
    this.#keyring = keyring;
    this.#hooks = hooks;
    this.raw = makeWASocket({
      auth: { creds: keyring.creds, keys: keyring.keys },
      waWebSocketUrl: settings.webSocketUrl,
      logger: libraryLog(log, accountId),
      browser: isForCode ? Browsers.ubuntu("Chrome") : [settings.deviceName, "Chrome", "1.0.0"],
      connectTimeoutMs: connectMs,
      defaultQueryTimeoutMs: queryMs,
      keepAliveIntervalMs: keepAliveMs,
      // Else the phone's notifications fall silent.
      markOnlineOnConnect: false,
      emitOwnEvents: false,
      syncFullHistory: false,
      // The history is not read, and waiting for it would hold up the first messages for twenty seconds. Which two ids
      // belong to one person comes with each message.
      shouldSyncHistoryMessage: () => false,
      transactionOpts: { maxCommitRetries: 1, delayBetweenTriesMs: 0 },
      getMessage: ({ id }) => Promise.resolve(hooks.sentContent?.(id ?? "")),
      beforeReceipt: async (message) => {
        if (this.#isOver) throw new Error("the connection is over");
        await keyring.faults.noted(hooks.stores?.(message as WAMessage));
      },
      wasStored: (message) => hooks.wasStored?.(message as WAMessage) ?? false,
      unstored: (node, error) => {
        if (!keyring.faults.has(error) && !this.#isOver) return false;
        log.warn("message.unstored", { account: accountId, ...errorFields(error) });
        if (!this.#isOver) hooks.unstored?.(node.attrs["id"] ?? "", () => this.#again(node));
        return true;
      },
      beforePairSign: () => this.#save(),
      leaving: (messageId) => hooks.leaving?.(messageId),
    });
    this.#listen();
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** A round trip. Rejects when there is no answer, or the connection is over. */
  async ping(signal: AbortSignal): Promise<void> {
    if (this.#isOver) throw new Error("the connection is over");
    const { raw } = this;
    const node = {
      tag: "iq",
      attrs: { id: raw.generateMessageTag(), to: "s.whatsapp.net", type: "get", xmlns: "w:p" },
      content: [{ tag: "ping", attrs: {} }],
    };
    const answer = (await raw.query(node)) as BinaryNode | undefined;
    signal.throwIfAborted();
    if (!answer) throw new Error("WhatsApp does not answer");
  }

  /** Nothing comes and nothing leaves any more when this returns; all keys are on disk when it resolves. */
  async close(): Promise<void> {
    this.#end();
    await this.#keyring.save().catch((error: unknown) => this.#hooks.unwritten(error));
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { ws } = this.raw;
    // Whatever waits for an answer ends with this.
    ws.emit("close");
    // The library would wait for a peer that may be deaf.
    const inner = ws["socket"] as { terminate(): void } | null;
    void this.raw.end(undefined).catch(() => undefined);
    ws.removeAllListeners();
    ws.on("error", () => undefined);
    inner?.terminate();
  }

  #listen(): void {
    const { ev, ws } = this.raw;
    ev.on("creds.update", () => void this.#save().catch(() => undefined));
    ev.on("connection.update", ({ qr, connection, lastDisconnect }) => {
      if (this.#isOver) return;
      if (qr) this.#hooks.qr?.(qr);
      if (connection === "open") this.#hooks.opened();
      if (connection === "close") this.#closed(codeOf(lastDisconnect?.error));
    });
    ev.on("groups.update", (updates) => {
      for (const { id, subject } of updates) if (id && subject) this.#hooks.renamed?.(id, subject);
    });
    ev.on("messages.upsert", ({ messages, requestId }) => {
      // All others were taken before their receipt.
      if (requestId === undefined || this.#isOver) return;
      for (const message of messages) this.#hooks.resent?.(message);
    });
    // The library tells these only after it has waited for the socket to close, which a deaf peer never does.
    ws.on("CB:stream:error", (node: BinaryNode) => this.#closed(getErrorCodeFromStreamError(node).statusCode));
    ws.on("CB:failure", ({ attrs }: BinaryNode) => this.#closed(Number(attrs["reason"] ?? 500)));
    ws.on("CB:ib,,downgrade_webclient", () => this.#closed(DisconnectReason.multideviceMismatch));
    for (const event of ["CB:xmlstreamend", "close", "error"]) {
      ws.on(event, () => this.#closed(DisconnectReason.connectionClosed));
    }
    // Something else answers at the address: whatever it says, it says nothing about the account.
    ws.on("unexpected-response", () => this.#closed(DisconnectReason.unavailableService));
    ws.on("CB:ack,class:message", ({ attrs }: BinaryNode) => {
      if (this.#isOver) return;
      this.#hooks.acknowledged?.(attrs["id"] ?? "", attrs["error"] === undefined ? undefined : Number(attrs["error"]));
    });
  }

  #closed(code: number | undefined): void {
    if (this.#isOver) return;
    this.#end();
    this.#hooks.closed(code);
  }

  #again(node: BinaryNode): void {
    if (!this.#isOver) this.raw.ws.emit("CB:message", node);
  }

  async #save(): Promise<void> {
    try {
      await this.#keyring.save();
    } catch (error) {
      this.#hooks.unwritten(error);
      throw error;
    }
  }
}

function codeOf(error: Error | undefined): number | undefined {
  return error && "output" in error ? (error.output as { readonly statusCode?: number }).statusCode : undefined;
}
