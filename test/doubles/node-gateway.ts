import type { ServerWebSocket } from "bun";

/** A gateway as nodes see it (sections 2 and 10 of the wire document): it lets everybody in and asks. */

interface Frame {
  readonly type: string;
  readonly id: string;
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

export interface NodeAnswer {
  readonly ok: boolean;
  readonly payload: Readonly<Record<string, unknown>> | undefined;
  readonly error: { readonly code: string; readonly message: string } | undefined;
}

export interface NodeGatewayOptions {
  readonly frameBytesMax?: number;
  readonly canvasHostUrl?: string;
}

export class NodeGateway implements Disposable {
  readonly #options: NodeGatewayOptions;
  readonly #server;
  readonly #waiting = new Map<string, (answer: NodeAnswer) => void>();
  readonly #connected = Promise.withResolvers<void>();
  #socket: ServerWebSocket<unknown> | undefined;
  #count = 0;
  /** What the node said of itself when it last came. */
  connect: Readonly<Record<string, unknown>> = {};
  connections = 0;

  constructor(options: NodeGatewayOptions = {}) {
    this.#options = options;
    this.#server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: (request, server) => (server.upgrade(request) ? undefined : new Response("no", { status: 404 })),
      websocket: {
        maxPayloadLength: 32 * 1024 * 1024,
        open: (socket) => {
          this.#socket = socket;
          this.#send({ type: "event", event: "connect.challenge", payload: { nonce: "a-nonce", ts: 1 } });
        },
        message: (_socket, text) => this.#hear(JSON.parse(String(text)) as Frame),
      },
    });
  }

  get url(): string {
    return `ws://127.0.0.1:${this.#server.port}`;
  }

  /** Resolves when a node came. */
  get connected(): Promise<void> {
    return this.#connected.promise;
  }

  get nodeId(): string {
    return (this.connect["device"] as { id: string }).id;
  }

  ask(command: string, params?: unknown, timeoutMs = 20_000): Promise<NodeAnswer> {
    const id = `ask-${++this.#count}`;
    const answered = new Promise<NodeAnswer>((resolve) => this.#waiting.set(id, resolve));
    const paramsJSON = params === undefined ? null : JSON.stringify(params);
    const payload = { id, nodeId: this.nodeId, command, paramsJSON, timeoutMs };
    this.#send({ type: "event", event: "node.invoke.request", payload });
    return answered;
  }

  /** What the node gives; throws with its words when it refuses. */
  async gets<T = Record<string, unknown>>(command: string, params?: unknown): Promise<T> {
    const { ok, payload, error } = await this.ask(command, params);
    if (!ok) throw new Error(`${error?.code} ${error?.message}`);
    return (payload ?? {}) as T;
  }

  /** Why the node refuses. */
  async refusal(command: string, params?: unknown, timeoutMs?: number): Promise<string> {
    const { ok, payload, error } = await this.ask(command, params, timeoutMs);
    return ok ? `it did it: ${JSON.stringify(payload)}` : `${error?.code} ${error?.message}`;
  }

  /** Cuts the connection; the node comes again. */
  drop(): void {
    this.#socket?.terminate();
  }

  [Symbol.dispose](): void {
    void this.#server.stop(true);
  }

  #hear({ id, method, params }: Frame): void {
    if (method === "connect") {
      this.connect = params;
      this.connections++;
      this.#send({ type: "res", id, ok: true, payload: this.#hello() });
      return this.#connected.resolve();
    }
    this.#send({ type: "res", id, ok: true, payload: { ok: true } });
    if (method !== "node.invoke.result") return;
    const { payloadJSON, error } = params as { payloadJSON?: string; error?: NodeAnswer["error"] };
    const payload = payloadJSON === undefined ? undefined : (JSON.parse(payloadJSON) as NodeAnswer["payload"]);
    this.#waiting.get(String(params["id"]))?.({ ok: params["ok"] === true, payload, error });
  }

  #hello(): object {
    const { frameBytesMax: maxPayload = 25 * 1024 * 1024, canvasHostUrl } = this.#options;
    return {
      type: "hello-ok",
      protocol: 4,
      server: { version: "1", connId: "one" },
      features: { methods: [], events: [] },
      snapshot: { presence: [], health: {}, stateVersion: { presence: 0, health: 0 }, uptimeMs: 0 },
      policy: { maxPayload, maxBufferedBytes: 1, tickIntervalMs: 30_000 },
      ...(canvasHostUrl !== undefined && { canvasHostUrl }),
    };
  }

  #send(frame: object): void {
    this.#socket?.send(JSON.stringify(frame));
  }
}
