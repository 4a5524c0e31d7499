import { realClock, slept } from "../lib/index.ts";
import type { SshTunnel } from "./ssh-tunnel.ts";
import { openWithPin } from "./tls-pin.ts";

/** The runtime's socket can also be cut, which the DOM's type does not know. */
type RuntimeSocket = WebSocket & { terminate?(): void };

/** How long a server may take to answer a goodbye. */
const goodbyeMs = 500;

/** Opens a target's sockets and remembers why the last one failed: a WebSocket tells that to its listener only. */
export class Sockets {
  readonly #pin: string | undefined;
  readonly #tunnel: SshTunnel | undefined;
  #trouble: string | undefined;
  #last: RuntimeSocket | undefined;

  constructor(pin: string | undefined, tunnel?: SshTunnel) {
    this.#pin = pin;
    this.#tunnel = tunnel;
  }

  /** The machine whose ssh leads to the gateway. */
  get sshHost(): string | undefined {
    return this.#tunnel?.host;
  }

  /** SHA-256 of the only certificate that is spoken with; undefined when any valid one is. */
  get pin(): string | undefined {
    return this.#pin;
  }

  /** In words, of the last attempt. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  /** The handshake of TLS failed: somebody is there, but not who was expected. */
  get isTlsTrouble(): boolean {
    return this.#trouble?.startsWith("TLS handshake failed") ?? false;
  }

  /** Cuts the last socket: a server that refused and does not hang up would keep this process waiting. */
  drop(): void {
    this.#last?.terminate?.();
  }

  /** Waits until the socket that was closed is gone, but not for a server that does not answer, and ends the tunnel. */
  async end(): Promise<void> {
    await this.#saidGoodbye();
    await this.#tunnel?.close();
  }

  readonly open = async (url: string): Promise<WebSocket> => {
    this.#trouble = undefined;
    await this.#tunnel?.ensure();
    const socket = this.#pin === undefined ? new WebSocket(url) : await openWithPin(url, this.#pin);
    this.#last = socket;
    socket.addEventListener("error", (event) => {
      const { message } = event as ErrorEvent;
      this.#trouble = message.replace(/^WebSocket connection to '.*' failed: /, "");
    });
    return socket;
  };

  async #saidGoodbye(): Promise<void> {
    const socket = this.#last;
    if (!socket || socket.readyState === WebSocket.CLOSED) return;
    const isGone = new AbortController();
    socket.addEventListener("close", () => isGone.abort(), { once: true });
    if (await slept(realClock, goodbyeMs, isGone.signal)) this.drop();
  }
}
