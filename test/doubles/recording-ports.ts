import { type Clock, realRandom } from "../../src/lib/index.ts";
import type { InboundMessage, LinkState, Ports, Records, Secrets, Webhook } from "../../src/providers/index.ts";
import { CapturedLog } from "./captured-log.ts";
import type { FakeClock } from "./fake-clock.ts";
import { memoryRecords } from "./memory-records.ts";

/** What the house lends a link, for looking at what the link does with it. */
export class RecordingPorts<C extends Clock = FakeClock> implements Ports {
  readonly received: InboundMessage[] = [];
  readonly states: LinkState[] = [];
  readonly webhooks = new Set<Webhook>();
  readonly secrets: Secrets;
  readonly records: Records;
  readonly clock: C;
  readonly random = realRandom;
  readonly environment: Ports["environment"] = { PATH: process.env["PATH"], HOME: process.env["HOME"] };
  readonly captured: CapturedLog;
  /** What the store does with a message; a test may let it wait or fail. */
  store: (message: InboundMessage) => Promise<void> = () => Promise.resolve();
  /** Where programs of the account keep files; a test that starts one sets it. */
  programsFolder: string | undefined;
  readonly #closing = new AbortController();
  readonly #waiters = new Set<() => void>();

  /** Two ports with the same records are two openings of one account. */
  constructor(clock: C, secrets: Readonly<Record<string, string>> = {}, records: Records = memoryRecords()) {
    const kept = new Map(Object.entries(secrets));
    this.clock = clock;
    this.records = records;
    this.captured = new CapturedLog(clock);
    this.secrets = {
      get: (name) => kept.get(name),
      set: (name, value) => void kept.set(name, value),
      delete: (name) => void kept.delete(name),
    };
  }

  get log() {
    return this.captured.log;
  }

  get signal(): AbortSignal {
    return this.#closing.signal;
  }

  /** The account is closed. */
  close(): void {
    this.#closing.abort(new Error("the account was closed"));
  }

  async receive(message: InboundMessage): Promise<void> {
    this.received.push(message);
    this.#changed();
    await this.store(message);
  }

  state(state: LinkState): void {
    this.states.push(state);
    this.#changed();
  }

  folder(): string {
    if (this.programsFolder === undefined) throw new Error("this test has no folder for programs");
    return this.programsFolder;
  }

  serveWebhook(webhook: Webhook): Disposable {
    this.webhooks.add(webhook);
    this.#changed();
    return {
      [Symbol.dispose]: () => {
        this.webhooks.delete(webhook);
        this.#changed();
      },
    };
  }

  get kinds(): readonly LinkState["kind"][] {
    return this.states.map(({ kind }) => kind);
  }

  /** Waits, without time, until the question has an answer; it is asked after everything that the link tells. */
  async until<T>(question: () => T | undefined | false): Promise<T> {
    for (;;) {
      const answer = question();
      if (answer !== undefined && answer !== false) return answer;
      await new Promise<void>((resolve) => this.#waiters.add(resolve));
    }
  }

  told<K extends LinkState["kind"]>(kind: K): Promise<Extract<LinkState, { readonly kind: K }>> {
    return this.until(() => this.states.find((state): state is Extract<LinkState, { kind: K }> => state.kind === kind));
  }

  /** Ids of messages are unique within their chat only. */
  heard(messageId: string, peerId?: string): Promise<InboundMessage> {
    const isIt = ({ ref }: InboundMessage) =>
      ref.messageId === messageId && (peerId === undefined || ref.peer.id === peerId);
    return this.until(() => this.received.find(isIt));
  }

  #changed(): void {
    const waiters = [...this.#waiters];
    this.#waiters.clear();
    for (const wake of waiters) wake();
  }
}
