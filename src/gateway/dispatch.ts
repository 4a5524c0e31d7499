import type { TSchema } from "@sinclair/typebox";
import { errorFields, type Ids, type Log } from "../lib/index.ts";
import {
  type AnyMethod,
  type Call,
  checkerOf,
  errorText,
  GatewayError,
  invalidRequest,
  judgeAccess,
  type MethodTable,
  PreparedJson,
  type Principal,
  problemsOf,
  type RequestFrame,
  responseOfText,
  toWire,
  unavailable,
  wireLimits,
} from "../protocol/index.ts";
import { diskRefusal } from "../storage/index.ts";

/** Who asks and how the answer goes back. */
export interface Caller {
  readonly principal: Principal;
  readonly connectionId: string;
  readonly signal: AbortSignal;
  /** Requests that were not answered yet. */
  inFlight: number;
  reply(text: string): void;
  nameTopic(topic: string, name: string): void;
  hearTopic(topic: string, name: string): void;
  leaveTopic(topic: string): void;
  /** The request was refused for want of a role or scope. */
  overstepped(): void;
}

export interface DispatchParts {
  readonly methods: MethodTable;
  readonly house: unknown;
  /** Who may call a method that is not for their role, because a person said so. */
  readonly alsoMay: (principal: Principal, method: string) => boolean;
  readonly ids: Ids;
  readonly log: Log;
  /** Monotonic ms. */
  readonly elapsedMs: () => number;
  /** Compares every result with its schema: in tests, where a lie is to be found. */
  readonly checksResults: boolean;
}

interface Job {
  readonly request: RequestFrame;
  readonly method: AnyMethod;
  readonly caller: Caller;
  readonly startedAtMs: number;
}

/** name → access → params → handler → reply, once for all methods. Cheap refusals come first. */
export class Dispatcher {
  readonly #parts: DispatchParts;

  readonly #isNoting: boolean;

  constructor(parts: DispatchParts) {
    this.#parts = parts;
    this.#isNoting = parts.log.keeps("debug");
  }

  dispatch(request: RequestFrame, caller: Caller): void {
    const startedAtMs = this.#isNoting ? this.#parts.elapsedMs() : 0;
    try {
      const method = this.#findAllowed(request.method, caller);
      const params = checkedParams(request, method);
      if (caller.inFlight >= wireLimits.inFlightMax) throw tooManyInFlight();
      const outcome: unknown = method.handle(
        params,
        this.#parts.house,
        new RequestCall(request, method, caller, this.#parts.checksResults),
      );
      if (outcome instanceof Promise) return this.#later({ request, method, caller, startedAtMs }, outcome);
      this.#succeed({ request, method, caller, startedAtMs }, outcome);
    } catch (error) {
      this.#fail(request, caller, error, startedAtMs);
    }
  }

  #findAllowed(name: string, caller: Caller): AnyMethod {
    const method = Object.hasOwn(this.#parts.methods, name) ? this.#parts.methods[name] : undefined;
    const access = method?.access ?? ({ kind: "operator", scope: "operator.admin" } as const);
    const verdict = judgeAccess(access, caller.principal);
    if (verdict.kind === "wrong-role" && !(method && this.#parts.alsoMay(caller.principal, name))) {
      caller.overstepped();
      throw invalidRequest(`unauthorized role: ${caller.principal.role}`);
    }
    if (verdict.kind === "missing-scope") {
      caller.overstepped();
      throw new GatewayError("FORBIDDEN", `missing scope: ${verdict.scope}`, {
        details: { code: "MISSING_SCOPE", missingScope: verdict.scope, requiredScopes: [verdict.scope] },
      });
    }
    if (!method) throw invalidRequest(`unknown method: ${name}`);
    return method;
  }

  #later(job: Job, outcome: Promise<unknown>): void {
    const { request, caller, startedAtMs } = job;
    caller.inFlight++;
    outcome
      .then((result) => this.#succeed(job, result))
      .catch((error: unknown) => this.#fail(request, caller, error, startedAtMs))
      .finally(() => caller.inFlight--);
  }

  #succeed({ request, method, caller, startedAtMs }: Job, outcome: unknown): void {
    const prepared = outcome instanceof PreparedJson;
    if (this.#parts.checksResults) requireFit(request.method, method.result, prepared ? outcome.value : outcome);
    const payload = prepared ? outcome.text : JSON.stringify(outcome ?? null);
    if (payload.length > wireLimits.replyBytesMax) {
      const limit = wireLimits.replyBytesMax;
      throw new GatewayError("TOO_LARGE", `the reply of ${request.method} is larger than ${limit} bytes; ask for less`);
    }
    caller.reply(responseOfText(request.id, payload));
    this.#note(request, caller, "ok", startedAtMs);
  }

  #fail(request: RequestFrame, caller: Caller, error: unknown, startedAtMs: number): void {
    const known = error instanceof GatewayError ? error : (diskRefusal(error) ?? this.#internal(request, error));
    caller.reply(errorText(request.id, toWire(known), known.options.payload));
    this.#note(request, caller, known.code, startedAtMs);
  }

  #internal(request: RequestFrame, error: unknown): GatewayError {
    const errorId = this.#parts.ids.sortable("err");
    this.#parts.log.error("request.failed", { method: request.method, errorId, ...errorFields(error) });
    return new GatewayError(
      "INTERNAL",
      `${request.method} failed: a fault of the gateway, ${errorId}; see \`clawdia logs\``,
    );
  }

  #note(request: RequestFrame, caller: Caller, outcome: string, startedAtMs: number): void {
    if (!this.#isNoting) return;
    const ms = Math.round((this.#parts.elapsedMs() - startedAtMs) * 1000) / 1000;
    this.#parts.log.debug("request.answered", { method: request.method, outcome, ms, principal: caller.principal.id });
  }
}

/** What a handler gets beside its params. */
class RequestCall implements Call {
  readonly #request: RequestFrame;
  readonly #method: AnyMethod;
  readonly #caller: Caller;
  readonly #checks: boolean;

  constructor(request: RequestFrame, method: AnyMethod, caller: Caller, checks: boolean) {
    this.#request = request;
    this.#method = method;
    this.#caller = caller;
    this.#checks = checks;
  }

  get principal(): Principal {
    return this.#caller.principal;
  }

  get connectionId(): string {
    return this.#caller.connectionId;
  }

  get signal(): AbortSignal {
    return this.#caller.signal;
  }

  acknowledge(acknowledgement: unknown): void {
    const { id, method } = this.#request;
    if (this.#checks) requireFit(`${method} acknowledgement`, this.#method.acknowledgement, acknowledgement);
    this.#caller.reply(responseOfText(id, JSON.stringify(acknowledgement)));
  }

  nameTopic(topic: string, name: string): void {
    this.#caller.nameTopic(topic, name);
  }

  hearTopic(topic: string, name: string): void {
    this.#caller.hearTopic(topic, name);
  }

  leaveTopic(topic: string): void {
    this.#caller.leaveTopic(topic);
  }
}

function requireFit(what: string, schema: TSchema | undefined, value: unknown): void {
  if (schema === undefined || checkerOf(schema).Check(value)) return;
  throw new Error(`${what} gave a result outside of its schema: ${problemsOf(schema, value)}`);
}

function checkedParams(request: RequestFrame, method: AnyMethod): unknown {
  const written = request.params ?? {};
  const params: unknown = method.normalise ? method.normalise(written) : written;
  if (checkerOf(method.params).Check(params)) return params;
  throw invalidRequest(`invalid ${request.method} params: ${problemsOf(method.params, params)}`);
}

function tooManyInFlight(): GatewayError {
  return unavailable(`more than ${wireLimits.inFlightMax} requests under way; wait for answers`, {
    retryAfterMs: 1000,
  });
}
