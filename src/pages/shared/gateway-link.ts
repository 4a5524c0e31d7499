import {
  type ClientOptions,
  type Credentials,
  type DeviceSigner,
  type DeviceTokenStore,
  type LinkState,
  stayConnected,
} from "../../client/index.ts";
import { realClock } from "../../lib/index.ts";
import { pageRandom } from "./chance.ts";
import { Store } from "./store.ts";

/** A page's connection to the gateway that served it. */

export interface GatewayLinkParts extends Pick<
  ClientOptions,
  "identity" | "scopes" | "onEvent" | "onGap" | "role" | "caps" | "commands"
> {
  readonly signer: DeviceSigner;
  readonly tokens: DeviceTokenStore;
  /** From the address; undefined when there was none. */
  readonly given: Credentials | undefined;
}

export class GatewayLink {
  /** What the page shows. While an approval is waited for it stays, also during each new attempt. */
  readonly state = new Store<LinkState>({ kind: "connecting", attempt: 0 });
  readonly #parts: GatewayLinkParts;
  #credentials: Credentials;
  #running = new AbortController();

  constructor(parts: GatewayLinkParts) {
    this.#parts = parts;
    this.#credentials = parts.given ?? {};
  }

  start(): void {
    this.#running.abort();
    this.#running = new AbortController();
    const { signal } = this.#running;
    void stayConnected(
      {
        ...this.#parts,
        url: socketUrl(location),
        clock: realClock,
        random: pageRandom,
        credentials: () => this.#credentials,
        onState: (state) => {
          if (!signal.aborted) this.#hear(state);
        },
      },
      signal,
    );
  }

  /** What a person typed. */
  startWith(credentials: Credentials): void {
    this.#credentials = credentials;
    this.start();
  }

  /** The network is back, or a person does not want to wait. */
  hurry(): void {
    if (this.state.value.kind === "waiting") this.start();
  }

  stop(): void {
    this.#running.abort();
  }

  #hear(state: LinkState): void {
    const isNextAttempt = state.kind === "connecting" && ["approval", "waiting"].includes(this.state.value.kind);
    if (isNextAttempt) return;
    // From now on the device's own token is used; the shared one is not needed any more.
    if (state.kind === "open" && this.#parts.tokens.read() !== undefined) this.#credentials = {};
    this.state.set(state);
  }
}

function socketUrl({ protocol, host }: Location): string {
  return `${protocol === "https:" ? "wss:" : "ws:"}//${host}/`;
}
