import type { TSchema } from "@sinclair/typebox";
import type { Clock, Log, Random } from "../lib/index.ts";
import type { InboundMessage, MessageRef, OutboundMessage, Peer, SentRef } from "./message.ts";

/**
 * One messaging network. Holds no connection and no state: everything live is a Link. What is not here is the design:
 * no allow-lists, no mention rules, no chunking, no routing, no retry. The house does these once for all networks.
 */
export interface Provider<Settings = unknown> {
  readonly id: string;
  /** What people call the network. */
  readonly label: string;
  /** One account's settings: validation, wizard, docs. */
  readonly settings: TSchema;
  readonly can: Capabilities;
  /** Resolves at once; the link then tells its states. It never throws for what the network can do. */
  open(account: Account<Settings>, ports: Ports): Promise<Link>;
  /**
   * Links an account with a person's help: a sequence of steps, never a UI. What it keeps it puts into
   * `ports.secrets`. Returning ends the login; throwing a LoginError ends it with what the person should do.
   */
  login?(account: Account<Settings>, ports: LoginPorts): AsyncGenerator<LoginStep, LoginDone, LoginInput>;
  /** Names under which a login keeps its secrets; a logout deletes them. */
  readonly secretNames: readonly string[];
  /**
   * The chat that an address names as people write it: a number, an id, `@name`. Undefined for what is none. Without
   * this, ids are chats, and negative ones groups.
   */
  peerOf?(address: string): Peer | undefined;
  /** Whether the account has what it needs to be opened, and where that came from. Never the secret itself. */
  configured(account: Account<Settings>, secrets: Secrets): Configured;
}

export interface Configured {
  readonly isConfigured: boolean;
  /** `config`, `login`, `env`; undefined when there is nothing. */
  readonly source?: string | undefined;
}

/** One of our identities at a provider. */
export interface Account<Settings = unknown> {
  readonly provider: string;
  /** Short name, unique within the provider: `main`. */
  readonly id: string;
  readonly settings: Settings;
}

/** What a network can do. Plain data; a Link has a verb exactly when it is named here. */
export interface Capabilities {
  readonly verbs: readonly LinkVerb[];
  /** Which markup the house renders text to. */
  readonly dialect: Dialect;
  /** Characters of one message and of a caption, UTF-16 units after rendering unless `countedIn` says otherwise. */
  readonly textCharsMax: number;
  readonly captionCharsMax: number;
  readonly countedIn: "utf16" | "codepoints";
  /** Lines of one message, where a network folds longer ones away. */
  readonly linesMax?: number | undefined;
  /** Largest file that we send, and that we take. */
  readonly mediaOutBytesMax: number;
  readonly mediaInBytesMax: number;
  /**
   * What a second send of one message does: `idempotent`, it is the same message; `reconcilable`, the link can look
   * whether it arrived; `none`, nobody can tell.
   */
  readonly identity: "idempotent" | "reconcilable" | "none";
  readonly hasThreads: boolean;
  readonly hasButtons: boolean;
  readonly hasVoice: boolean;
  /** True when the network tells who was mentioned, so that patterns in the text do not count. */
  readonly tellsMentions: boolean;
  /** Least time between two edits of one message, by kind of peer. 0 where edits are not for streaming. */
  readonly editIntervalMs: { readonly direct: number; readonly group: number };
  /** `typing(true)` is repeated after this time. 0 without typing. */
  readonly typingIntervalMs: number;
}

export type LinkVerb = "edit" | "react" | "typing" | "markRead" | "download" | "poll" | "setCommands" | "reconcile";
export type Dialect = "telegram-html" | "slack-mrkdwn" | "discord-markdown" | "whatsapp" | "signal" | "plain";

/** One open account. Disposing closes the connection and returns only when nothing more will arrive; twice is quiet. */
export interface Link extends AsyncDisposable {
  /** Rejects with a DeliveryError, or with the signal's reason at once when it is aborted. One attempt, no retry. */
  send(message: OutboundMessage, signal: AbortSignal): Promise<SentRef>;
  /** A round trip that proves that the connection lives. Rejects when it does not. */
  probe(signal: AbortSignal): Promise<void>;
  /** Replaces the text of one of our messages. The same text again is no error. Rejects with a DeliveryError. */
  edit?(ref: MessageRef, message: OutboundMessage, signal: AbortSignal): Promise<void>;
  /** Sets our reaction, or takes it away (null). An emoji that the network lacks is mapped or left out. */
  react?(ref: MessageRef, emoji: string | null, signal: AbortSignal): Promise<void>;
  typing?(peer: Peer, isOn: boolean): void;
  markRead?(ref: MessageRef): Promise<void>;
  /** The bytes behind a handle of an inbound message. Stops at `bytesMax` with a MediaError. */
  download?(handle: string, bytesMax: number, signal: AbortSignal): Promise<DownloadedMedia>;
  /** Looks whether a message with this send id arrived since then. Rejects when it cannot look. */
  reconcile?(message: OutboundMessage, sinceMs: number, signal: AbortSignal): Promise<SentRef | undefined>;
  /** The menu of commands that the network shows. */
  setCommands?(commands: readonly { readonly name: string; readonly summary: string }[]): Promise<void>;
}

export interface DownloadedMedia {
  readonly bytes: Uint8Array;
  readonly mimeType: string | undefined;
  readonly fileName: string | undefined;
}

/** What the house lends a Link; it reaches for nothing else. */
export interface Ports {
  /** Resolves once the message is stored; only then may the Link acknowledge it upstream. Rejects when it is not. */
  receive(message: InboundMessage): Promise<void>;
  state(state: LinkState): void;
  /** This account's only. */
  readonly secrets: Secrets;
  readonly records: Records;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  /** Aborted when the account is closed. */
  readonly signal: AbortSignal;
  /**
   * A private folder of this account, made when it is asked for: for a program beside us that keeps files of its own.
   * A logout deletes it.
   */
  folder(): string;
  /** Ours, of which a program beside us is given a part; see `childEnvironment`. Never read for anything else. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Takes requests at `/webhooks/<provider>/<account>` on the gateway's port until the link is disposed. */
  serveWebhook(webhook: Webhook): Disposable;
}

/** HTTP requests that a network sends to us. */
export interface Webhook {
  /** Decides from the headers alone, before the body is read. False is answered with 401. */
  admits(headers: Headers): boolean;
  readonly bodyBytesMax: number;
  /**
   * The status of the answer, or all of it; 200 only after what came is stored. A signature that covers the body is
   * proved here.
   */
  take(body: Uint8Array, headers: Headers): Promise<number | WebhookAnswer>;
}

/** An answer with words, for networks that ask for some of theirs back. */
export interface WebhookAnswer {
  readonly status: number;
  /** Goes out as plain text. */
  readonly text: string;
}

/** Credentials of one account, on disk, readable by the owner only. Durable when `set` returns. */
export interface Secrets {
  get(name: string): string | undefined;
  set(name: string, value: string): void;
  delete(name: string): void;
}

/**
 * What a link remembers between openings, in the gateway's database: where it goes on reading, what it knows of its
 * network, the keys of an encryption. Texts under a kind and an id; one account's only. A logout deletes them all.
 */
export interface Records {
  get(kind: string, id: string): string | undefined;
  list(kind: string): readonly { readonly id: string; readonly value: string }[];
  /** All or nothing, and on disk when it resolves; undefined deletes. What was written is read at once after that. */
  write(changes: readonly RecordChange[]): Promise<void>;
}

export interface RecordChange {
  readonly kind: string;
  readonly id: string;
  readonly value: string | undefined;
}

/**
 * What a link tells of itself. `lost` and `logged-out` are the link's last words: the keeper disposes it, and opens
 * another one after `lost` only.
 */
export type LinkState =
  | { readonly kind: "connecting" }
  | { readonly kind: "connected"; readonly self: Self }
  /** `reason` is for people, without secrets. `retryAfterMs` is the network's own word: nothing is tried before. */
  | { readonly kind: "lost"; readonly reason: string; readonly retryAfterMs?: number | undefined }
  /** Only a person can mend it. `cure` is the next command to type. */
  | { readonly kind: "logged-out"; readonly reason: string; readonly cure: string };

/** Who we are at the network. */
export interface Self {
  readonly id: string;
  readonly name: string;
  /** `@name`, number, … as people write it. */
  readonly handle?: string | undefined;
}

export interface LoginPorts extends Pick<
  Ports,
  "secrets" | "records" | "clock" | "random" | "log" | "signal" | "folder" | "environment"
> {}

/** What a person is asked or shown. */
export type LoginStep =
  | {
      readonly kind: "ask";
      readonly name: string;
      readonly label: string;
      readonly help: string;
      readonly isSecret: boolean;
    }
  /** Something to scan: `text` is the code's content; the step is over when the network says so. */
  | { readonly kind: "qr"; readonly text: string; readonly help: string; readonly expiresAtMs: number }
  | { readonly kind: "wait"; readonly message: string };

/** The answer to an `ask`; empty for the others. */
export interface LoginInput {
  readonly value?: string | undefined;
}

export interface LoginDone {
  readonly self: Self;
  readonly message: string;
}
