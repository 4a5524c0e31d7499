import { unreachable } from "../lib/index.ts";
import {
  type ConnectParams,
  ConnectParams as ConnectParamsSchema,
  fits,
  type GatewayError,
  invalidRequest,
  negotiateProtocol,
  parseRequest,
  problemsOf,
  protocolMax,
  protocolMin,
  type RequestFrame,
  wireLimits,
} from "../protocol/index.ts";

/** The conversation of one socket, without the socket: what comes in goes in here, what to do comes out. */

export type Act =
  | {
      readonly do: "authenticate";
      readonly requestId: string;
      readonly params: ConnectParams;
      readonly protocol: number;
    }
  | { readonly do: "dispatch"; readonly request: RequestFrame }
  | { readonly do: "refuse"; readonly requestId: string; readonly error: GatewayError }
  | { readonly do: "close"; readonly code: number; readonly reason: string };

type Phase =
  | { readonly kind: "greeting"; readonly deadlineMs: number }
  | { readonly kind: "authenticating"; readonly deadlineMs: number }
  | { readonly kind: "open" }
  | { readonly kind: "closed" };

const nothing: readonly Act[] = [];

export class Connection {
  #phase: Phase;
  #malformed = 0;
  #refusals = 0;
  #refusalsSinceMs = 0;

  /** `nowMs` is monotonic, as are all times that come in. */
  constructor(nowMs: number) {
    this.#phase = { kind: "greeting", deadlineMs: nowMs + wireLimits.handshakeMs };
  }

  get isOpen(): boolean {
    return this.#phase.kind === "open";
  }

  /** One frame, as text. `bytes` is its size on the wire. */
  text(raw: string, bytes: number): readonly Act[] {
    switch (this.#phase.kind) {
      case "open":
        return this.#request(raw);
      case "greeting":
        return this.#greeting(raw, bytes, this.#phase.deadlineMs);
      case "authenticating":
        return this.#close(1008, "invalid handshake: first request must be connect");
      case "closed":
        return nothing;
      default:
        return unreachable(this.#phase);
    }
  }

  /** A frame that is no UTF-8. */
  garbage(bytes: number): readonly Act[] {
    return this.text("", bytes);
  }

  /** The principal is known: from now on requests are served. */
  admitted(): void {
    if (this.#phase.kind === "authenticating") this.#phase = { kind: "open" };
  }

  /** `connect` was refused: the client is told, then the socket ends. */
  refused(requestId: string, error: GatewayError): readonly Act[] {
    return [{ do: "refuse", requestId, error }, ...this.#close(closeCodeOf(error), error.message)];
  }

  /** A request was refused for want of a role or scope. A client that goes on like that is cut. */
  overstepped(nowMs: number): readonly Act[] {
    if (nowMs - this.#refusalsSinceMs > wireLimits.refusalsWindowMs) {
      this.#refusalsSinceMs = nowMs;
      this.#refusals = 0;
    }
    return ++this.#refusals > wireLimits.refusalsMax ? this.#close(1008, "too many refused requests") : nothing;
  }

  /** Called about once a second. */
  tick(nowMs: number): readonly Act[] {
    const phase = this.#phase;
    if (phase.kind !== "greeting" && phase.kind !== "authenticating") return nothing;
    return nowMs >= phase.deadlineMs ? this.#close(1000, "") : nothing;
  }

  closed(): void {
    this.#phase = { kind: "closed" };
  }

  #greeting(raw: string, bytes: number, deadlineMs: number): readonly Act[] {
    if (bytes > wireLimits.greetingBytesMax) return this.#close(1009, "Received too big message");
    const parsed = parseRequest(raw);
    if (parsed.kind !== "request") return this.#close(1008, "invalid request frame");
    const { id, method, params } = parsed.frame;
    if (method !== "connect") {
      return this.refused(id, invalidRequest("invalid handshake: first request must be connect"));
    }
    if (!fits(ConnectParamsSchema, params)) {
      return this.refused(id, invalidRequest(`invalid connect params: ${problemsOf(ConnectParamsSchema, params)}`));
    }
    const protocol = negotiateProtocol(params.minProtocol, params.maxProtocol);
    if (protocol === undefined) return this.refused(id, protocolMismatch(params));
    this.#phase = { kind: "authenticating", deadlineMs };
    return [{ do: "authenticate", requestId: id, params, protocol }];
  }

  #request(raw: string): readonly Act[] {
    const parsed = parseRequest(raw);
    if (parsed.kind === "not-json") {
      return ++this.#malformed >= wireLimits.malformedMax ? this.#close(1008, "malformed frames") : nothing;
    }
    if (parsed.kind === "not-request") {
      return [
        { do: "refuse", requestId: parsed.id, error: invalidRequest(`invalid request frame: ${parsed.problem}`) },
      ];
    }
    if (parsed.frame.method === "connect") {
      const error = invalidRequest("connect is only valid as the first request");
      return [{ do: "refuse", requestId: parsed.frame.id, error }];
    }
    return [{ do: "dispatch", request: parsed.frame }];
  }

  #close(code: number, reason: string): readonly Act[] {
    if (this.#phase.kind === "closed") return nothing;
    this.#phase = { kind: "closed" };
    return [{ do: "close", code, reason }];
  }
}

/** Clients take 1008 for a wrong credential and stop; what passes by itself has codes that they come back after. */
function closeCodeOf(error: GatewayError): number {
  if (error.options.details?.["code"] === "PROTOCOL_MISMATCH") return 1002;
  if (error.code === "UNAVAILABLE") return 1013;
  return error.code === "INTERNAL" ? 1011 : 1008;
}

function protocolMismatch({ minProtocol, maxProtocol }: ConnectParams): GatewayError {
  return invalidRequest("protocol mismatch", {
    details: {
      code: "PROTOCOL_MISMATCH",
      expectedProtocol: maxProtocol < protocolMin ? protocolMin : protocolMax,
      clientMinProtocol: minProtocol,
      clientMaxProtocol: maxProtocol,
    },
  });
}
