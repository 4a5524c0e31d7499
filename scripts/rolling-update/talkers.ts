import { Client } from "../../src/client/index.ts";
import { realClock } from "../../src/lib/index.ts";
import { newDevice } from "../../test/open-house.ts";
import type { Chance } from "../fuzz/chance.ts";

/** People in WebChat whose answers take 2 to 20 seconds, one after the other, so that some go on at every restart. */

const runMs = { least: 2_000, most: 20_000 };
const retryMs = 50;
const historyMax = 1_000;

export interface TalkerOptions {
  readonly count: number;
  readonly chance: Chance;
  /** Between two words of an answer. */
  readonly pauseMs: number;
}

export class Talkers {
  readonly #url: string;
  readonly #token: string;
  readonly #taken: { readonly key: string; readonly sessionKey: string }[] = [];
  readonly #work: Promise<void>[] = [];
  #isOver = false;

  constructor(url: string, token: string, { count, chance, pauseMs }: TalkerOptions) {
    this.#url = url;
    this.#token = token;
    for (let index = 0; index < count; index++) this.#work.push(this.#talk(index, chance, pauseMs));
  }

  /** After the last answers: what became of all runs, as the histories have it. */
  async finish() {
    this.#isOver = true;
    await Promise.all(this.#work);
    const client = await this.#connect();
    const counts = new Map<string, number>();
    for (const sessionKey of new Set(this.#taken.map((run) => run.sessionKey))) {
      const { messages } = await client.call("chat.history", { sessionKey, limit: historyMax });
      for (const { role, runId } of messages) {
        if (role === "assistant") counts.set(runId ?? "", (counts.get(runId ?? "") ?? 0) + 1);
      }
    }
    client.close();
    const keys = this.#taken.map(({ key }) => key);
    return {
      taken: keys.length,
      lost: keys.filter((key) => !counts.has(key)),
      doubled: keys.filter((key) => (counts.get(key) ?? 0) > 1),
    };
  }

  async #talk(index: number, chance: Chance, pauseMs: number): Promise<void> {
    const sessionKey = `agent:main:roller-${index}`;
    for (let count = 0; !this.#isOver; count++) {
      const key = `run-${index}-${count}`;
      const words = Math.round((runMs.least + chance.below(runMs.most - runMs.least)) / pauseMs);
      const message = Array.from({ length: words }, (_none, at) => `x${at % 10}`).join(" ");
      await this.#until((client) => client.call("chat.send", { sessionKey, message, idempotencyKey: key }));
      this.#taken.push({ key, sessionKey });
      await this.#until(async (client) => {
        const params = { runId: key, timeoutMs: 30_000 };
        const { status } = await client.call("agent.wait", params, { timeoutMs: 35_000 });
        if (status !== "ok") throw new Error(`the run is ${status}`);
      });
    }
  }

  /** Again and again, over as many connections as it takes. */
  async #until(ask: (client: Client) => Promise<unknown>): Promise<void> {
    for (;;) {
      let client: Client | undefined;
      try {
        client = await this.#connect();
        await ask(client);
        return;
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        await Bun.sleep(retryMs);
      } finally {
        client?.close();
      }
    }
  }

  #connect(): Promise<Client> {
    return Client.connect({
      url: this.#url,
      clock: realClock,
      identity: { id: "test", mode: "test", version: "1", platform: "linux" },
      credentials: { token: this.#token },
      signer: newDevice(),
    });
  }
}
