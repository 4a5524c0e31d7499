import { type Attempts, judgeBearer, type Secrets } from "../devices/index.ts";
import {
  type Access,
  doorHeaders,
  GatewayError,
  type HttpDoor,
  jsonAnswer,
  judgeAccess,
  type Principal,
  type Refusal,
  type Visit,
} from "../protocol/index.ts";

/** Doors for whoever has the gateway's token: the same table of access as over the socket, errors as OpenAI's. */

export interface BearerParts {
  readonly attempts: Attempts;
  readonly secrets: Secrets;
}

export interface BearerDoor {
  readonly method: HttpDoor["method"];
  readonly bodyBytesMax?: number;
  readonly access: Access;
  /** True lets a client on this host in without a credential. */
  readonly isOpenTo?: ((visit: Visit) => boolean) | undefined;
  take(caller: Caller): Promise<Response> | Response;
}

export interface Caller {
  readonly principal: Principal;
  readonly visit: Visit;
  readonly body: Uint8Array;
}

/** Narrow what a token may do for one request: no more than it may anyway. */
const scopeHeaders = ["x-clawdia-scopes", "x-openclaw-scopes"] as const;
const stranger: Principal = { id: "loopback", role: "operator", scopes: [], displayName: "HTTP", isLocal: true };

export function bearerDoor(door: BearerDoor, parts: BearerParts): HttpDoor {
  const admitted = new WeakMap<Visit, Principal>();
  return {
    method: door.method,
    bodyBytesMax: door.bodyBytesMax ?? 0,
    refuses: (visit) => {
      if (door.isOpenTo?.(visit)) return undefined;
      const { headers, address, origin, isLocal } = visit;
      const scopes = scopeHeaders.map((name) => headers.get(name)).find((given) => given !== null) ?? null;
      const authorization = headers.get("authorization");
      const verdict = judgeBearer({ authorization, scopes, address, origin, isLocal }, parts);
      if (verdict.kind === "refused") return verdict.refusal;
      admitted.set(visit, verdict.principal);
      return whyNot(door.access, verdict.principal);
    },
    take: async (body, visit) => door.take({ body, visit, principal: admitted.get(visit) ?? stranger }),
    refusal: errorAnswer,
  };
}

/** An error as OpenAI's clients read it. One that stays is not worth their trying again. */
export function errorAnswer({ status, code, message, retryAfterMs }: Refusal): Response {
  const headers = doorHeaders({ retryAfterMs });
  if (status >= 500 && retryAfterMs === undefined) headers.set("x-should-retry", "false");
  return jsonAnswer(status, { ok: false, error: errorShape(status, code, message) }, headers);
}

export function errorShape(status: number, code: string, message: string) {
  return { message, type: typeOf(status), param: null, code };
}

export function notFound(message: string): GatewayError {
  return new GatewayError("NOT_FOUND", message);
}

function whyNot(access: Access, principal: Principal): Refusal | undefined {
  const verdict = judgeAccess(access, principal);
  if (verdict.kind === "allowed") return undefined;
  const message = verdict.kind === "missing-scope" ? `missing scope: ${verdict.scope}` : "unauthorized role";
  return { status: 403, code: "forbidden", message };
}

function typeOf(status: number): string {
  if (status === 401) return "unauthorized";
  if (status === 404) return "not_found";
  if (status === 429) return "rate_limit_error";
  return status < 500 ? "invalid_request_error" : "server_error";
}
