import { slept, unlessAborted } from "../../lib/index.ts";
import type { Account, LoginPorts } from "../provider.ts";
import type { Keyring } from "./keyring.ts";
import type { WhatsAppSettings } from "./settings.ts";
import { WhatsAppSocket } from "./socket.ts";

/** What happens at the network while somebody links an account. */
export type PairingEvent =
  | { readonly kind: "qr"; readonly text: string }
  | { readonly kind: "opened" }
  | { readonly kind: "closed"; readonly code: number | undefined }
  | { readonly kind: "unwritten" };

/** A connection that tells its events one by one. There is one at a time; `reopen` ends the one before. */
export class Pairing implements AsyncDisposable {
  readonly keyring: Keyring;
  readonly #account: Account<WhatsAppSettings>;
  readonly #ports: LoginPorts;
  readonly #isForCode: boolean;
  #socket: WhatsAppSocket | undefined;
  #events: PairingEvent[] = [];
  #wake: () => void = () => undefined;

  constructor(
    account: Account<WhatsAppSettings>,
    ports: LoginPorts,
    { keyring, isForCode = false }: { readonly keyring: Keyring; readonly isForCode?: boolean },
  ) {
    this.keyring = keyring;
    this.#account = account;
    this.#ports = ports;
    this.#isForCode = isForCode;
  }

  /** Ends the connection that there is, with all keys on disk, and begins another one with the same keys. */
  async reopen(): Promise<void> {
    await this.#socket?.close();
    this.#events = [];
    const tell = (event: PairingEvent) => {
      this.#events.push(event);
      this.#wake();
    };
    this.#socket = new WhatsAppSocket({
      settings: this.#account.settings,
      keyring: this.keyring,
      log: this.#ports.log,
      accountId: this.#account.id,
      isForCode: this.#isForCode,
      hooks: {
        qr: (text) => tell({ kind: "qr", text }),
        opened: () => tell({ kind: "opened" }),
        closed: (code) => tell({ kind: "closed", code }),
        unwritten: () => tell({ kind: "unwritten" }),
        // A message that comes already is left for the link: it is not acknowledged, so it comes again.
        stores: () => Promise.reject(new Error("the login is not for messages")),
        unstored: () => undefined,
      },
    });
  }

  /** The next event. Rejects with the reason when the login is called off, and when nothing happens in time. */
  async next(timeMs: number): Promise<PairingEvent> {
    const over = new AbortController();
    const life = AbortSignal.any([this.#ports.signal, over.signal]);
    void slept(this.#ports.clock, timeMs, life).then((isLate) => {
      if (isLate) over.abort(new Error("nothing happened in time"));
    });
    try {
      for (;;) {
        const event = this.#events.shift();
        if (event) return event;
        await unlessAborted(new Promise<void>((resolve) => (this.#wake = resolve)), life);
      }
    } finally {
      over.abort();
    }
  }

  /** Asks for the code that is typed into the phone. */
  async code(number: string): Promise<string> {
    const code = await this.#socket!.raw.requestPairingCode(number);
    return `${code.slice(0, 4)}-${code.slice(4)}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#socket?.close();
  }
}
