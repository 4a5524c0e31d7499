import { Client } from "../../src/client/index.ts";
import { keyFingerprint, makeKeyPair, parsePublicKey, realClock, signText } from "../../src/lib/index.ts";

/** Somebody who writes all the time, and repeats a message until the gateway took it. */
export class Talker {
  readonly taken: string[] = [];
  /** The longest time for which nothing was taken. */
  longestGapMs = 0;
  #stop = false;
  #running: Promise<void> | undefined;
  readonly #url: string;
  readonly #token: string;
  readonly #keys = makeKeyPair();

  constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  start(everyMs: number): void {
    this.#running = this.#talk(everyMs);
  }

  async stop(): Promise<void> {
    this.#stop = true;
    await this.#running;
  }

  async connect(): Promise<Client> {
    const { publicKey, privateKeyPem } = this.#keys;
    for (;;) {
      try {
        return await Client.connect({
          url: this.#url,
          clock: realClock,
          identity: { id: "test", mode: "test", version: "1", platform: "linux" },
          credentials: { token: this.#token },
          signer: {
            deviceId: keyFingerprint(parsePublicKey(publicKey)!),
            publicKey,
            sign: (text) => signText(privateKeyPem, text),
          },
        });
      } catch (error) {
        if (!(error instanceof Error)) throw error;
        await Bun.sleep(20);
      }
    }
  }

  async #talk(everyMs: number): Promise<void> {
    let client = await this.connect();
    let lastAt = performance.now();
    for (let count = 1; !this.#stop; count++) {
      const key = `lab-${count}`;
      for (;;) {
        try {
          await client.call("chat.send", { sessionKey: "main", message: key, idempotencyKey: key });
          break;
        } catch (error) {
          if (!(error instanceof Error)) throw error;
          client.close();
          await Bun.sleep(20);
          client = await this.connect();
        }
      }
      this.taken.push(key);
      this.longestGapMs = Math.max(this.longestGapMs, performance.now() - lastAt);
      lastAt = performance.now();
      await Bun.sleep(everyMs);
    }
    client.close();
  }
}
