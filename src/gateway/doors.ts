import { type Clock, errorFields, type Ids, type Log } from "../lib/index.ts";
import { type FindDoor, GatewayError, type HttpDoor, type Refusal, refusalOf, type Visit } from "../protocol/index.ts";
import { diskRefusal } from "../storage/index.ts";
import { hasSecretQuery, securityHeaders } from "./http.ts";
import { mustHangUp, readRequestBody, requestBodyMs } from "./request-body.ts";

/** Requests at the doors of the features: judged by their headers, then read within limits, then answered. */

export interface DoorParts {
  readonly find: FindDoor;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
}

/** Every answer of this port forbids frames, scripts and guesses at its type. */
export async function answerAtDoor(
  request: Request,
  door: HttpDoor,
  visit: Visit,
  parts: Omit<DoorParts, "find">,
): Promise<Response> {
  const response = await answered(request, door, visit, parts);
  for (const [name, value] of Object.entries(securityHeaders)) response.headers.set(name, value);
  return response;
}

async function answered(
  request: Request,
  door: HttpDoor,
  visit: Visit,
  parts: Omit<DoorParts, "find">,
): Promise<Response> {
  const refuse = (refused: Refusal, headers: Readonly<Record<string, string>> = {}): Response => {
    const response = door.refusal(refused);
    for (const [name, value] of Object.entries(headers)) response.headers.set(name, value);
    if (mustHangUp(request, door.bodyBytesMax)) response.headers.set("connection", "close");
    return response;
  };
  if (hasSecretQuery(visit.url)) return refuse(secretInQuery);
  if (!takes(door, request.method)) return refuse(wrongMethod(door), { allow: door.method });
  const refused = door.refuses(visit);
  if (refused) return refuse(refused);
  const body =
    door.method === "GET" ? new Uint8Array(0) : await readRequestBody(request, door.bodyBytesMax, parts.clock);
  if (body === "too-large") return refuse(tooLarge(door), { connection: "close" });
  if (body === "too-slow") return refuse(tooSlow, { connection: "close" });
  try {
    return await door.take(body, visit);
  } catch (error) {
    return door.refusal(refusalOf(known(error, visit, parts)));
  }
}

function takes(door: HttpDoor, method: string): boolean {
  return method === door.method || (method === "HEAD" && door.method === "GET");
}

function known(error: unknown, { url }: Visit, { ids, log }: Omit<DoorParts, "find">): GatewayError {
  if (error instanceof GatewayError) return error;
  const refused = diskRefusal(error);
  if (refused) return refused;
  const errorId = ids.sortable("err");
  log.error("http.failed", { path: url.pathname, errorId, ...errorFields(error) });
  return new GatewayError("INTERNAL", `a fault of the gateway, ${errorId}; see \`clawdia logs\``);
}

const secretInQuery: Refusal = {
  status: 401,
  code: "secret_in_query",
  message:
    "a credential in the query is refused, since addresses are kept and logged: send it as Authorization: Bearer",
};

const tooSlow: Refusal = {
  status: 408,
  code: "too_slow",
  message: `the body did not come within ${requestBodyMs / 1000} s`,
};

function tooLarge({ bodyBytesMax }: HttpDoor): Refusal {
  return { status: 413, code: "too_large", message: `the body may have ${bodyBytesMax} bytes at most` };
}

function wrongMethod({ method }: HttpDoor): Refusal {
  return { status: 405, code: "method_not_allowed", message: `only ${method}` };
}
