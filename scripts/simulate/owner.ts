import type { Chance } from "../fuzz/chance.ts";
import type { Machine } from "./machine.ts";
import type { People } from "./people.ts";
import type { SimNetwork } from "./sim-network.ts";
import type { SimTime } from "./sim-time.ts";

/** The owner: talks in WebChat, asks twice when in doubt, and decides in the evening over what got stuck. */

const hourMs = 3_600_000;
const webSession = "agent:main:web";

export interface OwnerParts {
  readonly time: SimTime;
  readonly chance: Chance;
  readonly networks: readonly SimNetwork[];
  readonly machine: Machine;
  readonly people: People;
  readonly endMs: number;
  readonly fault: (what: string) => void;
}

interface Delivery {
  readonly id: string;
  readonly state: string;
  readonly channel: string;
  readonly preview: string;
}

export class Owner {
  /** Deliveries that were decided over. */
  decided = 0;
  readonly #parts: OwnerParts;

  constructor(parts: OwnerParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#every(5 * hourMs, () => this.#talk());
    this.#every(12 * hourMs, () => this.#decide());
  }

  /** The same request twice: it is one turn. */
  async #talk(): Promise<void> {
    const { machine, people, chance, fault } = this.#parts;
    const word = people.newWord();
    const params = {
      sessionKey: webSession,
      message: `${word}. from the page`,
      idempotencyKey: `web-${word}-${chance.below(1_000_000)}`,
    };
    const first = await machine.call("chat.send", params);
    const again = await machine.call("chat.send", params);
    if (first["runId"] !== again["runId"]) fault(`${word}: the same request started two runs`);
  }

  async #decide(): Promise<void> {
    const { machine } = this.#parts;
    const { deliveries } = await machine.call("deliveries.list", { troubled: true, limit: 200 });
    for (const delivery of deliveries as Delivery[]) {
      if (delivery.state === "unknown") await this.#resolve(delivery);
    }
  }

  /** Looks into the chat, and says what is true. */
  async #resolve(delivery: Delivery): Promise<void> {
    const { machine, networks } = this.#parts;
    const network = networks.find(({ id }) => id === delivery.channel)!;
    const sendId = machine.sendIdOf(delivery.id);
    const isThere = network.find(sendId) !== undefined;
    if (!isThere) network.resent.set(sendId, (network.resent.get(sendId) ?? 0) + 1);
    await machine.call("deliveries.resolve", { id: delivery.id, decision: isThere ? "arrived" : "resend" });
    this.decided++;
  }

  #every(meanMs: number, run: () => Promise<void>): void {
    const { time, chance, endMs, machine } = this.#parts;
    time.after(meanMs * -Math.log(1 - chance.unit()), async () => {
      if (time.nowMs >= endMs) return;
      if (machine.takesCalls) await run();
      this.#every(meanMs, run);
    });
  }
}
