import { type Attempts, attemptSource, lockedOut } from "../devices/index.ts";
import type { HooksSettings } from "../config/index.ts";
import { type Clock, isoTime, type Log, sameSecret } from "../lib/index.ts";
import {
  doorHeaders,
  type FindDoor,
  type HttpDoor,
  jsonAnswer,
  type Refusal,
  type Visit,
  jsonBody,
} from "../protocol/index.ts";
import type { HookOutcome, Hooks } from "./hooks.ts";
import { readOrder } from "./order.ts";
import type { RequestView } from "./template.ts";

/** `POST /hooks/…`: who may, what is meant, and the answer. */

export interface HookDoorParts {
  readonly hooks: Hooks;
  /** Asked at every request, so that a token that was replaced is not good any more. */
  readonly settings: () => HooksSettings;
  /** Wrong tokens of hooks; those of the gateway are counted elsewhere. */
  readonly attempts: Attempts;
  readonly clock: Pick<Clock, "nowMs">;
  readonly log: Log;
}

const tokenHeaders = ["x-clawdia-token", "x-openclaw-token", "x-moltbot-token", "x-clawdbot-token"] as const;
/** Under which services say which delivery it is; they send the same one again with a retry. */
const deliveryHeaders = [
  "idempotency-key",
  "x-clawdia-delivery",
  "x-github-delivery",
  "x-gitea-delivery",
  "x-gitlab-event-uuid",
  "svix-id",
  "webhook-id",
  "x-shopify-webhook-id",
  "linear-delivery",
] as const;
const idCharsMax = 512;
const namePattern = /^[a-z0-9][a-z0-9_-]{0,63}$/;

export function hookDoors(parts: HookDoorParts): FindDoor {
  return (path) => {
    const { enabled, path: root } = parts.settings();
    if (!enabled || !path.startsWith(`${root}/`)) return undefined;
    return new HookDoor(parts, path.slice(root.length + 1).replace(/\/$/, ""));
  };
}

class HookDoor implements HttpDoor {
  readonly method = "POST";
  readonly #parts: HookDoorParts;
  readonly #name: string;

  constructor(parts: HookDoorParts, name: string) {
    this.#parts = parts;
    this.#name = name;
  }

  get bodyBytesMax(): number {
    return this.#parts.settings().bodyBytesMax;
  }

  refuses({ headers, address, origin }: Visit): Refusal | undefined {
    const { attempts, settings } = this.#parts;
    const source = attemptSource(address, origin);
    const lockedMs = attempts.lockedForMs(source, "token");
    if (lockedMs > 0) return lockedOut(lockedMs).refusal;
    const given = tokenIn(headers);
    const { token } = settings();
    if (given === undefined) return unauthorized("send the hooks' token as Authorization: Bearer");
    if (token === undefined || !sameSecret(given, token)) {
      attempts.fail(source, "token");
      return unauthorized("that is not the token under hooks.token in the config");
    }
    attempts.succeed(source, "token");
    return isHook(this.#name, settings()) ? undefined : { status: 404, code: "not_found", message: "no such hook" };
  }

  async take(body: Uint8Array, { headers, url }: Visit): Promise<Response> {
    const { hooks, settings, clock, log } = this.#parts;
    const view: RequestView = {
      payload: jsonBody(body),
      headers: Object.fromEntries(headers),
      query: Object.fromEntries(url.searchParams),
      path: this.#name,
      now: isoTime(clock.nowMs()),
    };
    const read = readOrder(view, settings());
    if (read.kind === "unknown") return this.refusal({ status: 404, code: "not_found", message: "no such hook" });
    if (read.kind === "skipped") return new Response(null, { status: 204, headers: doorHeaders() });
    const id = read.deliveryId ?? deliveryIdIn(headers);
    const outcome = await hooks.take(read.order, { path: this.#name, id });
    log.info("hook.taken", { path: this.#name, kind: outcome.kind, isNamed: id !== undefined });
    return answerTo(outcome);
  }

  refusal({ status, message, retryAfterMs }: Refusal): Response {
    return jsonAnswer(status, { ok: false, error: message }, doorHeaders({ retryAfterMs }));
  }
}

function isHook(name: string, { mappings }: HooksSettings): boolean {
  if (!namePattern.test(name)) return false;
  return ["wake", "agent", "message"].includes(name) || mappings.some(({ path }) => path === name);
}

function answerTo(outcome: HookOutcome): Response {
  switch (outcome.kind) {
    case "woken":
      return jsonAnswer(200, { ok: true, mode: outcome.mode });
    case "started":
      return jsonAnswer(202, { ok: true, runId: outcome.runId });
    default:
      return jsonAnswer(202, { ok: true, deliveryIds: outcome.deliveryIds });
  }
}

function tokenIn(headers: Headers): string | undefined {
  const bearer = /^bearer +(.+)$/i.exec(headers.get("authorization")?.trim() ?? "")?.[1];
  if (bearer !== undefined) return bearer;
  for (const name of tokenHeaders) {
    const given = headers.get(name)?.trim();
    if (given) return given;
  }
  return undefined;
}

/** The header's name belongs to it: two services may count alike. */
function deliveryIdIn(headers: Headers): string | undefined {
  for (const name of deliveryHeaders) {
    const id = headers.get(name)?.trim();
    if (id) return `${name}:${id.slice(0, idCharsMax)}`;
  }
  return undefined;
}

function unauthorized(message: string): Refusal {
  return { status: 401, code: "unauthorized", message };
}
