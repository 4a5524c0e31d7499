import type { FromGateway, UserAction } from "./page-words.ts";

/** A page's socket to the canvas. It comes back by itself, and then the gateway tells everything anew. */

export interface PageSocketEars {
  readonly hear: (message: FromGateway) => void;
  readonly online: (isOnline: boolean) => void;
  /** The link that the page was opened by is over: nothing is tried again. */
  readonly over?: () => void;
}

/** What was pressed and is not on the gateway's disk yet; it is sent again under the same id. */
type Said =
  | { readonly type: "action"; readonly id: string; readonly action: UserAction }
  | { readonly type: "say"; readonly id: string; readonly text: string };

/** The gateway's word for a link whose time is over. */
const linkOverCode = 4410;
const retryFirstMs = 300;
const retryMaxMs = 8_000;

export class PageSocket {
  readonly #address: () => string;
  readonly #ears: PageSocketEars;
  readonly #unsent = new Map<string, Said>();
  #socket: WebSocket | undefined;
  #retryMs = retryFirstMs;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isOver = false;

  /** `address` is asked before each attempt: a new connection of the tab has a new one. */
  constructor(address: () => string, ears: PageSocketEars) {
    this.#address = address;
    this.#ears = ears;
    document.addEventListener("visibilitychange", this.#tellVisible);
    addEventListener("online", this.#hurry);
    this.#open();
  }

  send(message: object): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  /** Goes out now or when the gateway is back, and counts once. */
  say(said: Said): void {
    this.#unsent.set(said.id, said);
    this.send(said);
  }

  /** Whoever opened the page may not see it any more. */
  end(): void {
    this.close();
    this.#ears.over?.();
  }

  close(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
    document.removeEventListener("visibilitychange", this.#tellVisible);
    removeEventListener("online", this.#hurry);
    this.#socket?.close();
  }

  #open(): void {
    const { protocol, host } = location;
    const socket = new WebSocket(`${protocol === "https:" ? "wss:" : "ws:"}//${host}${this.#address()}`);
    this.#socket = socket;
    socket.addEventListener("open", () => {
      this.#retryMs = retryFirstMs;
      this.#tellVisible();
      for (const said of this.#unsent.values()) this.send(said);
      this.#ears.online(true);
    });
    socket.addEventListener("message", ({ data }) => {
      const message = JSON.parse(String(data)) as FromGateway;
      if (message.type === "moved") return follow(message.from, message.to);
      if (message.type === "status") this.#unsent.delete(message.id);
      this.#ears.hear(message);
    });
    socket.addEventListener("close", ({ code }) => {
      if (this.#isOver || this.#socket !== socket) return;
      if (code === linkOverCode) return this.end();
      this.#ears.online(false);
      this.#timer = setTimeout(() => this.#open(), this.#retryMs);
      this.#retryMs = Math.min(retryMaxMs, this.#retryMs * 1.7);
    });
  }

  readonly #tellVisible = () => this.send({ type: "visible", visible: document.visibilityState === "visible" });

  readonly #hurry = () => {
    if (this.#socket?.readyState !== WebSocket.CLOSED || this.#isOver) return;
    clearTimeout(this.#timer);
    this.#open();
  };
}

/** The same page, where it is now. A page behind a proxy has the proxy's port, and stays. */
function follow(from: number, to: number): void {
  if (location.port === String(from)) location.port = String(to);
}
