import { stayConnected } from "../../src/client/index.ts";
import { realClock, realRandom } from "../../src/lib/index.ts";
import { newDevice } from "../../test/open-house.ts";

/** Clients that stay connected as our own do, and how long they were away at each restart. */
export class Crowd {
  readonly gapsMs: number[] = [];
  /** When each came back, by restart. */
  readonly backMs: number[][] = [];
  readonly #stop = new AbortController();
  readonly #count: number;
  #open = 0;
  #changed = Promise.withResolvers<void>();

  constructor(url: string, token: string, count: number) {
    this.#count = count;
    for (let index = 0; index < count; index++) this.#start(url, token);
  }

  async allOpen(): Promise<void> {
    while (this.#open < this.#count) await this.#changed.promise;
  }

  /** A restart comes: what comes back from now on belongs to it. */
  watch(): void {
    this.backMs.push([]);
  }

  close(): void {
    this.#stop.abort();
  }

  #start(url: string, token: string): void {
    let closedAt: number | undefined;
    let isOpen = false;
    void stayConnected(
      {
        url,
        clock: realClock,
        random: realRandom,
        identity: { id: "test", mode: "test", version: "1", platform: "linux" },
        signer: newDevice(),
        credentials: () => ({ token }),
        tokens: { read: () => undefined, write: () => undefined, forget: () => undefined },
        onState: ({ kind }) => {
          if (kind === "open") {
            this.#open++;
            isOpen = true;
            const now = performance.now();
            if (closedAt !== undefined) {
              this.gapsMs.push(now - closedAt);
              this.backMs.at(-1)?.push(now);
            }
            closedAt = undefined;
          } else if (isOpen) {
            isOpen = false;
            closedAt = performance.now();
            this.#open--;
          }
          this.#changed.resolve();
          this.#changed = Promise.withResolvers();
        },
      },
      this.#stop.signal,
    );
  }
}
