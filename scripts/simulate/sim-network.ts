import {
  type Capabilities,
  DeliveryError,
  type Link,
  type MessageRef,
  type OutboundMessage,
  type Peer,
  type Ports,
  type Provider,
  type SentRef,
} from "../../src/providers/index.ts";
import { shape } from "../../src/protocol/index.ts";
import type { Chance } from "../fuzz/chance.ts";
import {
  capabilities,
  certain,
  type Conduct,
  inbound,
  type OpenLink,
  png,
  type Said,
  type Shown,
  uncertain,
} from "./network-words.ts";
import type { ProcessClock, SimTime } from "./sim-time.ts";
import type { Trace } from "./trace.ts";

/**
 * A messaging network with people on it. It keeps what it was not told to be taken, tells some of it twice, answers
 * late, loses answers, refuses, limits, goes away and goes deaf. Its records are what the judge reads.
 */

const redeliverMs = 5_000;
const tellTwiceShare = 0.03;

export interface SimNetworkParts {
  readonly id: string;
  readonly identity: Capabilities["identity"];
  readonly time: SimTime;
  readonly chance: Chance;
  readonly trace: Trace;
  /** The process that opens links now. */
  readonly process: () => ProcessClock;
  readonly changed: (shown: Shown) => void;
}

export class SimNetwork {
  readonly said: Said[] = [];
  readonly shown: Shown[] = [];
  readonly #bySendId = new Map<string, Shown[]>();
  readonly #byId = new Map<string, Shown>();
  /** Attempts to send, by send id. */
  readonly attempts = new Map<string, number>();
  /** Messages that the owner had sent again, and how often. */
  readonly resent = new Map<string, number>();
  /** World times at which links were opened. */
  readonly opens: number[] = [];
  /** Sends that came while the network had asked to wait. */
  early = 0;
  readonly conduct: Conduct = { isUp: true, isDeaf: false, limitedUntilMs: 0, lossShare: 0 };
  readonly provider: Provider;
  readonly #parts: SimNetworkParts;
  /** Until when a message may not be sent, as the network said. */
  readonly #notBefore = new Map<string, { readonly atMs: number; readonly skewMs: number }>();
  #backlog: Said[] = [];
  #link: OpenLink | undefined;
  #sequence = 100;

  constructor(parts: SimNetworkParts) {
    this.#parts = parts;
    this.provider = {
      id: parts.id,
      label: parts.id,
      settings: shape.closed({}),
      secretNames: [],
      can: capabilities(parts.identity),
      configured: () => ({ isConfigured: true, source: "config" }),
      open: (_account, ports) => Promise.resolve(this.#open(ports)),
    };
  }

  get id(): string {
    return this.#parts.id;
  }

  /** Messages that nobody took yet. */
  get waiting(): number {
    return this.#backlog.length;
  }

  says(text: string, about: { readonly peer: Peer; readonly senderId: string; readonly hasImage?: boolean }): Said {
    const { time } = this.#parts;
    const said: Said = {
      text,
      peer: about.peer,
      senderId: about.senderId,
      messageId: `${this.#sequence++}`,
      sentAtMs: time.trueWallMs,
      saidAtMs: time.nowMs,
      hasImage: about.hasImage ?? false,
      takenAtMs: undefined,
    };
    this.said.push(said);
    this.#backlog.push(said);
    this.#note(`said ${said.messageId} ${about.peer.id} ${text}`);
    this.#hand();
    return said;
  }

  goAway(): void {
    this.conduct.isUp = false;
    this.#note("away");
    this.cut("the network is away");
  }

  comeBack(): void {
    this.conduct.isUp = true;
    this.conduct.isDeaf = false;
    this.#note("back");
    this.#hand();
  }

  /** The connection breaks; what is on its way may have arrived. */
  cut(reason: string): void {
    const link = this.#link;
    if (!link || link.isGone) return;
    link.isGone = true;
    this.#parts.time.toMachine(() => {
      for (const tell of link.pending) tell(uncertain(reason));
      link.pending.clear();
      if (link.clock.isAlive) link.ports.state({ kind: "lost", reason });
    });
  }

  find(sendId: string): Shown | undefined {
    return this.#bySendId.get(sendId)?.[0];
  }

  countOf(sendId: string): number {
    return this.#bySendId.get(sendId)?.length ?? 0;
  }

  #open(ports: Ports): Link {
    const { time, process, chance } = this.#parts;
    const link: OpenLink = { clock: process(), ports, pending: new Set(), isGone: false, isHanding: false };
    this.#link = link;
    this.opens.push(time.nowMs);
    this.#note("opened");
    ports.state({ kind: "connecting" });
    time.after(50 + chance.below(400), () =>
      time.toMachine(() => {
        if (link.isGone || !link.clock.isAlive) return;
        if (!this.conduct.isUp) return this.cut("the network is away");
        this.#note("connected");
        ports.state({ kind: "connected", self: { id: "1", name: "Clawdia" } });
        this.#tellAgain();
        this.#hand();
      }),
    );
    return {
      send: (message, signal) => this.#request(link, signal, () => this.#accept(message)),
      edit: (ref, message, signal) => this.#request(link, signal, () => this.#edit(ref, message)),
      typing: () => undefined,
      download: () => Promise.resolve({ bytes: png, mimeType: "image/png", fileName: undefined }),
      probe: (signal) => this.#request(link, signal, () => undefined).then(() => undefined),
      ...(this.#parts.identity === "reconcilable" && {
        reconcile: ({ sendId }: OutboundMessage, _sinceMs: number, signal: AbortSignal) =>
          this.#request(link, signal, () => {
            const found = this.find(sendId);
            return found && { messageId: found.id };
          }),
      }),
      [Symbol.asyncDispose]: () => {
        link.isGone = true;
        if (this.#link === link) this.#link = undefined;
        return Promise.resolve();
      },
    };
  }

  /** A request and its answer, each taking its time; either may be lost. */
  #request<T>(link: OpenLink, signal: AbortSignal, arrive: () => T): Promise<T> {
    const { time, chance } = this.#parts;
    signal.throwIfAborted();
    if (!link.clock.isAlive) return new Promise(() => undefined);
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const settle = (run: () => void) =>
      time.toMachine(() => {
        if (!link.pending.delete(fail) || !link.clock.isAlive) return;
        signal.removeEventListener("abort", onAbort);
        run();
      });
    const fail = (error: DeliveryError) => reject(error);
    const onAbort = () => {
      link.pending.delete(fail);
      reject(signal.reason);
    };
    link.pending.add(fail);
    signal.addEventListener("abort", onAbort, { once: true });
    const wayMs = chance.is(0.02) ? 2_000 + chance.below(20_000) : 20 + chance.below(400);
    const isLost = chance.unit();
    time.after(wayMs, () => {
      if (link.isGone && !this.conduct.isUp) return;
      if (this.conduct.isDeaf) return;
      if (!this.conduct.isUp) return settle(() => reject(certain("not reachable")));
      try {
        const answer = arrive();
        if (isLost < this.conduct.lossShare / 2) return;
        const isCut = isLost < this.conduct.lossShare || link.isGone;
        const tell = isCut ? () => reject(uncertain("no answer came")) : () => resolve(answer);
        time.after(wayMs, () => settle(tell));
      } catch (error) {
        time.after(wayMs, () => settle(() => reject(error)));
      }
    });
    return promise;
  }

  #accept(message: OutboundMessage): SentRef {
    const { time, chance } = this.#parts;
    const { sendId } = message;
    this.attempts.set(sendId, (this.attempts.get(sendId) ?? 0) + 1);
    const asked = this.#notBefore.get(sendId);
    // A wall clock that jumped has its own idea of when the time is over.
    if (asked && time.nowMs < asked.atMs && asked.skewMs === time.skewMs) this.early++;
    if (this.conduct.limitedUntilMs > time.nowMs) {
      const retryAfterMs = this.conduct.limitedUntilMs - time.nowMs;
      this.#notBefore.set(sendId, { atMs: this.conduct.limitedUntilMs, skewMs: time.skewMs });
      this.#note(`limited ${sendId}`);
      throw new DeliveryError("too many requests", { isCertain: true, isPermanent: false, retryAfterMs });
    }
    const luck = chance.unit();
    if (luck < 0.002) throw new DeliveryError("the chat is gone", { isCertain: true, isPermanent: true });
    if (luck < 0.01) throw certain("internal error of the network");
    return this.#show(message);
  }

  #show({ sendId, peer, text, poll }: OutboundMessage): SentRef {
    const known = this.#parts.identity === "idempotent" ? this.find(sendId) : undefined;
    this.#note(`${known ? "repeated" : "shown"} ${sendId} ${peer.id} ${(text?.plain ?? "").slice(0, 60)}`);
    if (known) return { messageId: known.id };
    const words = text?.plain ?? poll?.question ?? "";
    const shown: Shown = {
      id: `${this.#sequence++}`,
      peerId: peer.id,
      sendId,
      atMs: this.#parts.time.nowMs,
      text: words,
    };
    this.shown.push(shown);
    this.#bySendId.set(sendId, [...(this.#bySendId.get(sendId) ?? []), shown]);
    this.#byId.set(shown.id, shown);
    this.#parts.changed(shown);
    return { messageId: shown.id };
  }

  #edit({ messageId }: MessageRef, { text }: OutboundMessage): void {
    const shown = this.#byId.get(messageId);
    if (!shown) throw new DeliveryError("no such message", { isCertain: true, isPermanent: true });
    shown.text = text?.plain ?? "";
    this.#note(`edited ${messageId} ${shown.text.slice(0, 60)}`);
    this.#parts.changed(shown);
  }

  /** Hands over what waits, oldest first, one at a time; it is gone from here once the gateway says that it has it. */
  #hand(): void {
    const link = this.#link;
    const { time, chance, trace } = this.#parts;
    const [first] = this.#backlog;
    if (!first || !link || link.isHanding || link.isGone || !this.conduct.isUp || this.conduct.isDeaf) return;
    if (time.isAsleep || !link.clock.isAlive) return;
    link.isHanding = true;
    const over = (isTaken: boolean) => {
      link.isHanding = false;
      if (isTaken) {
        first.takenAtMs ??= time.nowMs;
        trace.add(time.nowMs, `${this.id} taken ${first.messageId}`);
        this.#backlog = this.#backlog.filter((said) => said !== first);
        if (chance.is(tellTwiceShare)) this.#backlog.push(first);
      }
      if (isTaken) this.#hand();
      else time.after(redeliverMs, () => this.#hand());
    };
    void link.ports.receive(inbound(first)).then(
      () => over(true),
      () => over(false),
    );
  }

  /** A network that is not sure tells the last messages again. */
  #tellAgain(): void {
    const taken = this.said.slice(-40).filter((said) => said.takenAtMs !== undefined && !this.#backlog.includes(said));
    this.#backlog.unshift(...taken.slice(-3));
  }

  #note(what: string): void {
    this.#parts.trace.add(this.#parts.time.nowMs, `${this.id} ${what}`);
  }
}
