import { oneLine, shorten, isPlainObject } from "../../lib/index.ts";
import type { EngineFailure, ModelRef } from "../engine.ts";
import { ModelError, referenceOf } from "./model.ts";

/**
 * What went wrong with a vendor, as a class that those above act by. The status and the vendor's own code decide; words
 * come last. No text of it shows the key, whatever the vendor answered.
 */
export interface FailureContext {
  readonly ref: ModelRef;
  /** Texts that must not be shown. */
  readonly secrets: readonly string[];
  readonly nowMs: number;
}

/** Characters of a vendor's own words that are shown. */
const vendorWordsMax = 300;
/** A vendor's wish to be left alone is believed up to this. */
const retryAfterMsMax = 24 * 60 * 60 * 1000;

export function failureOf(error: unknown, context: FailureContext): ModelError {
  if (error instanceof ModelError) return error;
  const facts = factsOf(error);
  const failure = classOf(facts);
  return new ModelError(messageOf(failure, facts, context), failure, {
    cause: new Error(scrubbed(`${facts.status ?? ""} ${facts.codes.join(" ")} ${facts.words}`.trim(), context)),
    retryAfterMs: retryAfterOf(facts.headers, context.nowMs),
  });
}

/** An answer of an HTTP server that is no success. */
export class HttpFailure extends Error {
  override readonly name = "HttpFailure";
  readonly statusCode: number;
  readonly responseHeaders: Readonly<Record<string, string>>;
  readonly responseBody: string;

  constructor(statusCode: number, responseHeaders: Readonly<Record<string, string>>, responseBody: string) {
    super(shorten(responseBody, vendorWordsMax) || `status ${statusCode}`);
    this.statusCode = statusCode;
    this.responseHeaders = responseHeaders;
    this.responseBody = responseBody;
  }
}

interface Facts {
  readonly status: number | undefined;
  /** Codes, types and statuses that the vendor gave, in lower case. */
  readonly codes: readonly string[];
  readonly words: string;
  readonly headers: Readonly<Record<string, unknown>>;
  /** The error's own name and those of its causes. */
  readonly names: readonly string[];
}

function factsOf(error: unknown): Facts {
  const chain = causesOf(error);
  const [first] = chain;
  const body = first && bodyOf(first);
  const said = body && isPlainObject(body["error"]) ? body["error"] : (body ?? first ?? {});
  const code = chain.map((one) => one["code"]).find((value) => typeof value === "string");
  const status = numberIn(chain, "statusCode") ?? numberIn([said], "code");
  return {
    status: status !== undefined && status >= 100 && status < 600 ? status : undefined,
    codes: [said["type"], said["code"], said["status"], ...reasonsIn(said), code].filter(isText).map(lower),
    words: textOf(said) ?? (typeof error === "string" ? error : (textOf(first ?? {}) ?? "")),
    headers: chain.map((one) => one["responseHeaders"]).find(isPlainObject) ?? {},
    names: chain.map((one) => one["name"]).filter(isText),
  };
}

function causesOf(error: unknown): Record<string, unknown>[] {
  const chain: Record<string, unknown>[] = [];
  for (let one = error; isPlainObject(one) && chain.length < 5; one = one["cause"]) chain.push(one);
  return chain;
}

function bodyOf(error: Record<string, unknown>): Record<string, unknown> | undefined {
  if (isPlainObject(error["data"])) return error["data"];
  const text = error["responseBody"];
  if (typeof text !== "string") return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    // Google wraps errors of streams in a list.
    const one: unknown = Array.isArray(parsed) ? parsed[0] : parsed;
    return isPlainObject(one) ? one : undefined;
  } catch {
    return { message: text };
  }
}

/** Google says why in details. */
function reasonsIn(said: Record<string, unknown>): unknown[] {
  const details: unknown = said["details"];
  return Array.isArray(details) ? details.filter(isPlainObject).map((detail) => detail["reason"]) : [];
}

function textOf(said: Record<string, unknown>): string | undefined {
  return [said["message"], said["error"], said["detail"]].find(isText);
}

const codeClasses: readonly (readonly [failure: EngineFailure, pattern: RegExp])[] = [
  ["context_overflow", /context_length|exceed_context_size|context_window|request_too_large|string_above_max_length/],
  ["billing", /insufficient_quota|billing|payment_required|credit|budget/],
  [
    "auth",
    /authentication|permission|invalid_api_key|api_key_invalid|unauthenticated|unauthorized|account_deactivated/,
  ],
  ["rate_limit", /rate_limit|resource_exhausted|too_many_requests|quota_exceeded/],
  ["overloaded", /overloaded|^unavailable$|server_error|api_error|internal_error|^internal$/],
  ["timeout", /timeout|deadline_exceeded|etimedout/],
  ["no_model", /model_not_found|not_found/],
  ["network", /^e(conn|host|net|pipe|ai_)|enotfound|connection(refused|closed|reset)|failedtoopensocket|und_err/],
  ["bad_request", /invalid_request|invalid_argument|failed_precondition|bad_request/],
];

const wordClasses: readonly (readonly [failure: EngineFailure, pattern: RegExp])[] = [
  [
    "context_overflow",
    /context (length|window|size)|prompt is too long|too many (input )?tokens|maximum context|input token count/i,
  ],
  ["billing", /credit balance|billing|insufficient (funds|balance|quota)|payment/i],
  ["auth", /api key|unauthori[sz]ed|authentication/i],
  ["rate_limit", /rate limit|too many requests|quota/i],
  ["overloaded", /overloaded|at capacity|try again later/i],
  ["truncated", /without a finish reason|unexpected end|premature|terminated|aborted before/i],
  ["network", /fetch failed|unable to connect|cannot connect|connection|socket|network/i],
  ["timeout", /timed? ?out/i],
];

function classOf(facts: Facts): EngineFailure {
  const byStatus = statusClass(facts.status);
  const byCode = codeClasses.find(([, pattern]) => facts.codes.some((code) => pattern.test(code)))?.[0];
  const byWords = wordClasses.find(([, pattern]) => pattern.test(facts.words))?.[0];
  // A refused request is told apart by its words: vendors use 400 for what is too long and for what is not paid.
  const isVague = byStatus === "bad_request" && (byCode === undefined || byCode === "bad_request");
  if (isVague && (byWords === "context_overflow" || byWords === "billing")) return byWords;
  if (byStatus === "rate_limit" && byCode === "billing") return "billing";
  if (byStatus === "auth" && byCode === "billing") return "billing";
  if (byStatus === "bad_request" && byCode !== undefined) return byCode;
  if (byStatus !== undefined) return byStatus;
  if (byCode !== undefined) return byCode;
  if (facts.names.some((name) => /JSONParse|TypeValidation|InvalidResponse|EmptyResponse/.test(name)))
    return "truncated";
  if (facts.names.includes("TimeoutError")) return "timeout";
  return byWords ?? "network";
}

function statusClass(status: number | undefined): EngineFailure | undefined {
  if (status === undefined || status < 400) return undefined;
  if (status === 401 || status === 403) return "auth";
  if (status === 402) return "billing";
  if (status === 404) return "no_model";
  if (status === 408 || status === 504) return "timeout";
  if (status === 413) return "context_overflow";
  if (status === 429) return "rate_limit";
  return status >= 500 ? "overloaded" : "bad_request";
}

const plainWords: Readonly<Record<EngineFailure, string>> = {
  auth: "the vendor refused the key; give a valid one: clawdia models choose",
  billing: "the account has no credit left; pay at the vendor, or choose another model: clawdia models choose",
  rate_limit: "too many requests for now; wait a little",
  overloaded: "the vendor is overloaded or has a fault; try again in a moment",
  timeout: "no answer came in time; try again",
  context_overflow: "the conversation is longer than the model can read; start anew with /new",
  bad_request: "the vendor refused the request",
  truncated: "the answer broke off; try again",
  network: "it cannot be reached; see whether it runs and the network is up",
  no_model: "the vendor knows no such model, or not for this key; see clawdia models list",
  tool_loop: "it kept calling tools",
};

function messageOf(failure: EngineFailure, facts: Facts, context: FailureContext): string {
  const status = facts.status === undefined ? "" : ` (${facts.status})`;
  // A refused key is often repeated in part: those words are kept out as a whole.
  const words = failure === "auth" ? "" : scrubbed(facts.words, context);
  return `${referenceOf(context.ref)}: ${plainWords[failure]}${status}${words === "" ? "" : `: ${words}`}`;
}

function scrubbed(text: string, { secrets }: FailureContext): string {
  let shown = text;
  for (const secret of secrets) if (secret.length > 0) shown = shown.replaceAll(secret, "…");
  return oneLine(shown.replace(/\b(sk|key|AIza)[-_A-Za-z0-9*]{12,}/g, "…"), vendorWordsMax);
}

/** `retry-after-ms`, `retry-after` in seconds or as a date. */
export function retryAfterOf(headers: Readonly<Record<string, unknown>>, nowMs: number): number | undefined {
  const byName = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  const ms = Number(byName.get("retry-after-ms") ?? Number.NaN);
  if (Number.isFinite(ms) && ms >= 0) return Math.min(ms, retryAfterMsMax);
  const written = byName.get("retry-after");
  if (typeof written !== "string" || written.trim() === "") return undefined;
  const seconds = Number(written);
  const wanted = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(written) - nowMs;
  return Number.isFinite(wanted) && wanted >= 0 ? Math.min(wanted, retryAfterMsMax) : undefined;
}

function numberIn(places: readonly Record<string, unknown>[], name: string): number | undefined {
  return places.map((place) => place[name]).find((value) => typeof value === "number");
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function lower(text: string): string {
  return text.toLowerCase();
}
