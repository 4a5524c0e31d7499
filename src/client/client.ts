import type { Clock } from "../lib/index.ts";
import type { Methods } from "../gateway/methods.ts";
import {
  type AcknowledgementOf,
  type EventFrame,
  type HelloOk,
  type ParamsOf,
  parseServerFrame,
  protocolMax,
  protocolMin,
  type ResponseFrame,
  type ResultOf,
  type Role,
  signedToken,
} from "../protocol/index.ts";
import { ConnectError, RequestError } from "./errors.ts";
import { plaintextRefusal } from "./plaintext.ts";
import { type DeviceSigner, signDevice } from "./signer.ts";

/** One connection to a gateway, typed by the gateway's own method table. It does not reconnect: `reconnect.ts` does. */

export type MethodName = Extract<keyof Methods, string>;

export interface Credentials {
  readonly token?: string | undefined;
  readonly password?: string | undefined;
  readonly deviceToken?: string | undefined;
  /** Of a setup code: good once, for a device that has nothing else. */
  readonly bootstrapToken?: string | undefined;
}

export interface ClientIdentity {
  readonly id: string;
  readonly mode: string;
  readonly version: string;
  readonly platform: string;
  readonly deviceFamily?: string;
  readonly displayName?: string;
  readonly instanceId?: string;
}

export interface ClientOptions {
  readonly url: string;
  readonly identity: ClientIdentity;
  readonly clock: Clock;
  readonly role?: Role;
  /** Scopes to ask for; none means all that the device was approved for. */
  readonly scopes?: readonly string[];
  readonly caps?: readonly string[];
  /** What a node can be asked for. */
  readonly commands?: readonly string[];
  readonly credentials?: Credentials;
  readonly signer?: DeviceSigner;
  /** For TLS pins and tests; by default the runtime's own WebSocket. */
  readonly openSocket?: (url: string) => WebSocket | Promise<WebSocket>;
  readonly onEvent?: (frame: EventFrame) => void;
  /** Events were lost: state that is built from events must be asked for again. */
  readonly onGap?: (expected: number, received: number) => void;
}

export interface CallOptions {
  /** 0 waits without an end. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export interface Closing {
  readonly code: number;
  readonly reason: string;
}

const connectTimeoutMs = 15_000;
const callTimeoutMs = 15_000;

interface Waiting {
  readonly resolve: (payload: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly acknowledged: ((payload: unknown) => void) | undefined;
}

export class Client implements Disposable {
  readonly #options: ClientOptions;
  readonly #socket: WebSocket;
  readonly #waiting = new Map<string, Waiting>();
  readonly #closing = Promise.withResolvers<Closing>();
  #hello: HelloOk | undefined;
  #skewMs = 0;
  #nextId = 1;
  #lastSeq: number | undefined;
  #lastFrameAtMs: number;

  private constructor(options: ClientOptions, socket: WebSocket) {
    this.#options = options;
    this.#socket = socket;
    this.#lastFrameAtMs = options.clock.elapsedMs();
    socket.addEventListener("message", (message) => this.#receive(message.data));
    socket.addEventListener("close", ({ code, reason }) => this.#end({ code, reason }));
    socket.addEventListener("error", () => this.#end({ code: 1006, reason: "" }));
  }

  /** Connects and says hello. Throws a `ConnectError` when there is no gateway or it refuses. */
  static async connect(options: ClientOptions): Promise<Client> {
    const refusal = plaintextRefusal(options.url);
    if (refusal !== undefined) throw new ConnectError(refusal, 1006);
    const open = options.openSocket ?? ((url) => new WebSocket(url));
    const client = new Client(options, await open(options.url));
    const deadline = new AbortController();
    const expired = options.clock.sleep(connectTimeoutMs, deadline.signal).then(
      () => client.close(4008, "connect timed out"),
      () => undefined,
    );
    try {
      await client.#greet();
      return client;
    } catch (error) {
      client.close();
      throw error;
    } finally {
      deadline.abort();
      await expired;
    }
  }

  get hello(): HelloOk {
    if (!this.#hello) throw new ConnectError("the gateway has not said hello", 1006);
    return this.#hello;
  }

  /** How far this machine's clock is ahead of the gateway's. */
  get skewMs(): number {
    return this.#skewMs;
  }

  /** Resolves when the connection is gone; never rejects. */
  get closed(): Promise<Closing> {
    return this.#closing.promise;
  }

  /** Monotonic ms since something last came from the gateway. */
  get silentForMs(): number {
    return this.#options.clock.elapsedMs() - this.#lastFrameAtMs;
  }

  /** The first response to a request. */
  call<N extends MethodName>(
    name: N,
    params: ParamsOf<Methods[N]>,
    options: CallOptions = {},
  ): Promise<ResultOf<Methods[N]>> {
    return this.#request(name, params, options, undefined) as Promise<ResultOf<Methods[N]>>;
  }

  /** The final response of a method that acknowledges first; `acknowledged` hears the first one. */
  callToEnd<N extends MethodName>(
    name: N,
    params: ParamsOf<Methods[N]>,
    acknowledged: (first: AcknowledgementOf<Methods[N]>) => void,
    options: CallOptions = {},
  ): Promise<ResultOf<Methods[N]>> {
    const hear = acknowledged as (payload: unknown) => void;
    return this.#request(name, params, { timeoutMs: 0, ...options }, hear) as Promise<ResultOf<Methods[N]>>;
  }

  /** A method by its name at run time, untyped: for `clawdia call`. */
  callByName(name: string, params: unknown, options: CallOptions = {}): Promise<unknown> {
    return this.#request(name, params, options, undefined);
  }

  close(code = 1000, reason = ""): void {
    this.#socket.close(code, reason);
    this.#end({ code, reason });
  }

  [Symbol.dispose](): void {
    this.close();
  }

  readonly #challenge = Promise.withResolvers<{ nonce: string; ts: number }>();

  async #greet(): Promise<void> {
    const gone = this.closed.then(({ code, reason }) => {
      throw new ConnectError(reason || "the gateway cannot be reached", code);
    });
    const { nonce, ts } = await Promise.race([this.#challenge.promise, gone]);
    this.#skewMs = this.#options.clock.nowMs() - ts;
    const params = await this.#connectParams(nonce, ts);
    const payload = await this.#request("connect", params, { timeoutMs: 0 }, undefined).catch((error: unknown) => {
      if (error instanceof RequestError) throw new ConnectError(error.message, 1008, error.shape);
      throw error;
    });
    this.#hello = payload as HelloOk;
  }

  async #connectParams(nonce: string, ts: number): Promise<ParamsOf<Methods["connect"]>> {
    const { identity, role = "operator", scopes = [], credentials = {}, signer, caps = [], commands } = this.#options;
    const auth = {
      ...(credentials.token && { token: credentials.token }),
      ...(credentials.password && { password: credentials.password }),
      ...(credentials.deviceToken && { deviceToken: credentials.deviceToken }),
      ...(credentials.bootstrapToken && { bootstrapToken: credentials.bootstrapToken }),
    };
    const facts = {
      clientId: identity.id,
      clientMode: identity.mode,
      role,
      scopes,
      signedAtMs: ts,
      token: signedToken(auth),
      nonce,
      platform: identity.platform,
      deviceFamily: identity.deviceFamily ?? "",
    };
    return {
      minProtocol: protocolMin,
      maxProtocol: protocolMax,
      client: identity as ParamsOf<Methods["connect"]>["client"],
      role,
      scopes: [...scopes],
      caps: [...caps],
      ...(commands && { commands: [...commands] }),
      ...(Object.keys(auth).length > 0 && { auth }),
      ...(signer && { device: await signDevice(signer, facts) }),
    };
  }

  async #request(
    method: string,
    params: unknown,
    { timeoutMs = callTimeoutMs, signal }: CallOptions,
    acknowledged: Waiting["acknowledged"],
  ): Promise<unknown> {
    if (this.#socket.readyState !== WebSocket.OPEN)
      throw new ConnectError("the connection to the gateway is gone", 1006);
    const id = String(this.#nextId++);
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#waiting.set(id, { resolve, reject, acknowledged });
    const stop = new AbortController();
    const onAbort = () => reject(signal?.reason instanceof Error ? signal.reason : new Error("aborted"));
    signal?.addEventListener("abort", onAbort, { once: true });
    if (timeoutMs > 0) this.#expire(method, timeoutMs, stop.signal, reject);
    try {
      this.#socket.send(JSON.stringify({ type: "req", id, method, ...(params !== undefined && { params }) }));
      return await promise;
    } finally {
      stop.abort();
      signal?.removeEventListener("abort", onAbort);
      this.#waiting.delete(id);
    }
  }

  #expire(method: string, timeoutMs: number, signal: AbortSignal, reject: (error: Error) => void): void {
    void this.#options.clock.sleep(timeoutMs, signal).then(
      () => reject(new ConnectError(`${method} was not answered within ${timeoutMs} ms`, 1006)),
      () => undefined,
    );
  }

  #receive(data: unknown): void {
    this.#lastFrameAtMs = this.#options.clock.elapsedMs();
    const frame = typeof data === "string" ? parseServerFrame(data) : undefined;
    if (!frame) return;
    if (frame.type === "res") return this.#settle(frame);
    if (frame.event === "connect.challenge")
      return this.#challenge.resolve(frame.payload as { nonce: string; ts: number });
    if (frame.seq !== undefined) this.#watchGap(frame.seq);
    this.#options.onEvent?.(frame);
  }

  #settle(frame: ResponseFrame): void {
    const waiting = this.#waiting.get(frame.id);
    if (!waiting) return;
    if (!frame.ok) {
      const shape = frame.error ?? { code: "UNAVAILABLE", message: "the gateway refused without saying why" };
      return waiting.reject(new RequestError(shape, frame.payload));
    }
    if (waiting.acknowledged && isAccepted(frame.payload)) return waiting.acknowledged(frame.payload);
    waiting.resolve(frame.payload);
  }

  #watchGap(seq: number): void {
    const expected = this.#lastSeq === undefined ? 1 : this.#lastSeq + 1;
    this.#lastSeq = seq;
    if (seq > expected) this.#options.onGap?.(expected, seq);
  }

  #end(closing: Closing): void {
    this.#closing.resolve(closing);
    for (const waiting of this.#waiting.values()) {
      waiting.reject(new ConnectError(closing.reason || "the connection to the gateway is gone", closing.code));
    }
    this.#waiting.clear();
  }
}

function isAccepted(payload: unknown): boolean {
  return typeof payload === "object" && payload !== null && "status" in payload && payload.status === "accepted";
}
