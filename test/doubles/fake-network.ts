import { shape } from "../../src/protocol/index.ts";
import {
  type Capabilities,
  DeliveryError,
  type InboundMessage,
  type Link,
  type MessageRef,
  type OutboundMessage,
  type Peer,
  type Ports,
  type Provider,
  type SentRef,
  type Webhook,
} from "../../src/providers/index.ts";

/** A messaging network in this process. It records what people see, and can refuse, hang, drop and lose answers. */

/** A message as the people of a chat see it now. */
export interface Shown {
  readonly id: string;
  readonly peerId: string;
  readonly sendId: string;
  text: string;
  edits: number;
  readonly fileName?: string | undefined;
  readonly replyToId?: string | undefined;
  /** Values by label. */
  readonly buttons: Readonly<Record<string, string>>;
}

/** What happens to the next sends. */
export type Fault =
  | { readonly kind: "refuse"; readonly permanent?: boolean; readonly retryAfterMs?: number }
  /** Nothing left, and the link knows it. */
  | { readonly kind: "unreachable" }
  /** It arrived, and the answer is lost. */
  | { readonly kind: "lose-answer" }
  | { readonly kind: "hang" };

export interface FakeNetworkOptions {
  readonly id?: string;
  readonly identity?: Capabilities["identity"];
  readonly can?: Partial<Capabilities>;
}

export class FakeNetwork {
  readonly shown: Shown[] = [];
  readonly typings: string[] = [];
  readonly reactions: { readonly messageId: string; readonly emoji: string | null }[] = [];
  readonly provider: Provider;
  /** Sends that reached the network, counted by send id. */
  readonly arrivals: string[] = [];
  faults: Fault[] = [];
  files = new Map<string, Uint8Array>();
  /** Files are given once this is resolved. */
  filesAreHere: Promise<void> = Promise.resolve();
  isUp = true;
  /** Takes requests over HTTP where a test wants that. */
  webhook: Webhook | undefined;
  opened = 0;
  #ports: Ports | undefined;
  #sequence = 100;
  #watchers: (() => void)[] = [];
  readonly #identity: Capabilities["identity"];

  constructor(options: FakeNetworkOptions = {}) {
    this.#identity = options.identity ?? "none";
    const id = options.id ?? "telegram";
    this.provider = {
      id,
      label: "Fakegram",
      settings: shape.closed({}),
      secretNames: [],
      can: {
        verbs: [
          "edit",
          "react",
          "typing",
          "download",
          ...(this.#identity === "reconcilable" ? ["reconcile" as const] : []),
        ],
        dialect: "plain",
        textCharsMax: 4096,
        captionCharsMax: 1024,
        countedIn: "utf16",
        mediaOutBytesMax: 1_000_000,
        mediaInBytesMax: 1_000_000,
        identity: this.#identity,
        hasThreads: true,
        hasButtons: true,
        hasVoice: true,
        tellsMentions: true,
        editIntervalMs: { direct: 1_000, group: 3_000 },
        typingIntervalMs: 4_000,
        ...options.can,
      },
      configured: () => ({ isConfigured: true, source: "config" }),
      open: (_account, ports) => Promise.resolve(this.#open(ports)),
    };
  }

  /** Somebody says something; resolves once the gateway has it. */
  async says(text: string, about: Partial<InboundMessage> & { readonly peer?: Peer } = {}): Promise<string> {
    const { peer, ...rest } = about;
    const messageId = `${this.#sequence++}`;
    const ports = this.#ports;
    if (!ports) throw new Error("nobody listens on this network");
    await ports.receive({
      ref: { peer: peer ?? { kind: "direct", id: "7" }, messageId },
      event: { kind: "message", id: "" },
      sender: { id: "7", name: "Bob" },
      sentAtMs: ports.clock.nowMs(),
      text,
      media: [],
      mentionsSelf: (peer?.kind ?? "direct") === "direct",
      ...rest,
    });
    return messageId;
  }

  texts(peerId = "7"): string[] {
    return this.shown.filter((message) => message.peerId === peerId).map(({ text }) => text);
  }

  /** Resolves once what is shown fits. */
  async until(fits: (shown: readonly Shown[]) => boolean): Promise<void> {
    while (!fits(this.shown)) await new Promise<void>((resolve) => this.#watchers.push(resolve));
  }

  /** The link loses its connection. */
  lose(reason = "the connection broke", retryAfterMs?: number): void {
    this.#ports?.state({ kind: "lost", reason, retryAfterMs });
  }

  logOut(): void {
    this.#ports?.state({ kind: "logged-out", reason: "the token was revoked", cure: "clawdia providers add telegram" });
  }

  #open(ports: Ports): Link {
    this.opened++;
    this.#ports = ports;
    const served = this.webhook && ports.serveWebhook(this.webhook);
    ports.state({ kind: "connecting" });
    if (this.isUp) ports.state({ kind: "connected", self: { id: "1", name: "Clawdia Bot" } });
    else ports.state({ kind: "lost", reason: "the network is away" });
    return {
      send: (message, signal) => this.#send(message, signal),
      edit: (ref, message) => this.#edit(ref, message),
      react: (ref, emoji) => {
        this.reactions.push({ messageId: ref.messageId, emoji });
        return Promise.resolve();
      },
      typing: (peer, isOn) => this.typings.push(`${peer.id}:${isOn}`),
      download: async (handle) => {
        await this.filesAreHere;
        const bytes = this.files.get(handle);
        if (!bytes) throw new DeliveryError("no such file", { isCertain: true, isPermanent: true });
        return { bytes, mimeType: undefined, fileName: undefined };
      },
      ...(this.#identity === "reconcilable" && {
        reconcile: ({ sendId }: OutboundMessage) => Promise.resolve(this.#find(sendId)),
      }),
      probe: () => (this.isUp ? Promise.resolve() : Promise.reject(new Error("deaf"))),
      [Symbol.asyncDispose]: () => {
        if (this.#ports === ports) this.#ports = undefined;
        served?.[Symbol.dispose]();
        return Promise.resolve();
      },
    };
  }

  async #send(message: OutboundMessage, signal: AbortSignal): Promise<SentRef> {
    signal.throwIfAborted();
    const fault = this.faults.shift();
    if (fault?.kind === "hang") {
      return new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    }
    if (fault?.kind === "unreachable")
      throw new DeliveryError("not reachable", { isCertain: true, isPermanent: false });
    if (fault?.kind === "refuse") {
      const { permanent = false, retryAfterMs } = fault;
      throw new DeliveryError("refused", { isCertain: true, isPermanent: permanent, retryAfterMs });
    }
    const ref = this.#apply(message);
    if (fault?.kind === "lose-answer") {
      throw new DeliveryError("no answer came", { isCertain: false, isPermanent: false });
    }
    return ref;
  }

  #apply({ sendId, peer, text, media, replyToId, poll, buttons = [] }: OutboundMessage): SentRef {
    this.arrivals.push(sendId);
    const known = this.#identity === "idempotent" ? this.#find(sendId) : undefined;
    if (known) return known;
    const id = `${this.#sequence++}`;
    const words = text?.plain ?? poll?.question ?? "";
    const pressable = Object.fromEntries(buttons.flat().map(({ label, value }) => [label, value]));
    const about = { fileName: media?.fileName, replyToId, buttons: pressable };
    this.shown.push({ id, peerId: peer.id, sendId, text: words, edits: 0, ...about });
    media?.bytes();
    this.#changed();
    return { messageId: id };
  }

  #edit(ref: MessageRef, { text }: OutboundMessage): Promise<void> {
    const message = this.shown.find(({ id }) => id === ref.messageId);
    if (!message)
      return Promise.reject(new DeliveryError("message to edit not found", { isCertain: true, isPermanent: true }));
    message.text = text?.plain ?? "";
    message.edits++;
    this.#changed();
    return Promise.resolve();
  }

  #find(sendId: string): SentRef | undefined {
    const found = this.shown.find((message) => message.sendId === sendId);
    return found && { messageId: found.id };
  }

  #changed(): void {
    const watchers = this.#watchers;
    this.#watchers = [];
    for (const tell of watchers) tell();
  }
}
