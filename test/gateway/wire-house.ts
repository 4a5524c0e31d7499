import { type OpenHouse, openHouse, type OpenHouseOptions, ownerToken } from "../open-house.ts";
import { type TimedHouse, openTimedHouse } from "../house/timed-house.ts";
import type { Greeting } from "./greeting.ts";
import { WireClient, type WireFrame, type WireOptions } from "./wire-client.ts";

/** A house and raw sockets to it; both end with the test. */
export class WireHouse<H extends OpenHouse = OpenHouse> implements AsyncDisposable {
  readonly open: H;
  readonly #clients: WireClient[] = [];

  private constructor(open: H) {
    this.open = open;
  }

  static async start(options: OpenHouseOptions = {}): Promise<WireHouse> {
    return new WireHouse(await openHouse(options));
  }

  /** On a clock that only the test moves. */
  static async startTimed(options: OpenHouseOptions = {}): Promise<WireHouse<TimedHouse>> {
    return new WireHouse(await openTimedHouse(options));
  }

  async socket(options: Omit<WireOptions, "port"> = {}): Promise<WireClient> {
    const client = new WireClient({ port: this.open.port, ...options });
    this.#clients.push(client);
    return client.answered();
  }

  async greet(
    greeting: Greeting,
    options: Omit<WireOptions, "port"> = {},
  ): Promise<{ readonly wire: WireClient; readonly answer: WireFrame }> {
    const wire = await this.socket(options);
    return { wire, answer: await wire.greet(greeting) };
  }

  /** A client without a key on this host, with every scope. */
  async owner(greeting: Greeting = {}): Promise<WireClient> {
    const { wire, answer } = await this.greet({ auth: { token: ownerToken }, ...greeting });
    if (!answer.ok) throw new Error(`refused: ${JSON.stringify(answer.error)}`);
    return wire;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) client[Symbol.dispose]();
    await this.open[Symbol.asyncDispose]();
  }
}
