import { expect, test } from "bun:test";
import {
  type EngineFailure,
  type FailureContext,
  failureOf,
  ModelError,
  retryAfterOf,
} from "../../../src/engine/index.ts";

const key = "sk-proj-0123456789abcdefghij";
const context: FailureContext = {
  ref: { provider: "vendor", model: "m" },
  secrets: [key],
  nowMs: Date.UTC(2026, 10, 22, 12, 0, 0),
};

/** As the provider packages throw it. */
function refused(statusCode: number, error: object | string, responseHeaders: object = {}): unknown {
  const responseBody = typeof error === "string" ? error : JSON.stringify({ error });
  return Object.assign(new Error("refused"), { name: "AI_APICallError", statusCode, responseBody, responseHeaders });
}

function named(name: string, message: string, more: object = {}): Error {
  return Object.assign(new Error(message), { name, ...more });
}

const rows: readonly (readonly [name: string, error: unknown, expected: EngineFailure])[] = [
  ["401", refused(401, { message: "no" }), "auth"],
  ["403", refused(403, { type: "permission_error", message: "no" }), "auth"],
  ["403 of an account without credit", refused(403, { code: "insufficient_quota", message: "no" }), "billing"],
  [
    "Google's wrong key, which it calls a bad argument",
    refused(400, { code: 400, status: "INVALID_ARGUMENT", message: "no", details: [{ reason: "API_KEY_INVALID" }] }),
    "auth",
  ],
  ["402", refused(402, { message: "pay" }), "billing"],
  [
    "Anthropic's empty account, which it calls an invalid request",
    refused(400, { type: "invalid_request_error", message: "Your credit balance is too low to access the API" }),
    "billing",
  ],
  ["OpenAI's used-up quota, which it calls too many requests", refused(429, { code: "insufficient_quota" }), "billing"],
  ["429", refused(429, { type: "rate_limit_error" }), "rate_limit"],
  ["Google's 429", refused(429, { code: 429, status: "RESOURCE_EXHAUSTED", message: "quota" }), "rate_limit"],
  ["500", refused(500, "<html>oops</html>"), "overloaded"],
  ["502 of a proxy", refused(502, "Bad Gateway"), "overloaded"],
  ["529", refused(529, { type: "overloaded_error" }), "overloaded"],
  ["408", refused(408, ""), "timeout"],
  ["504", refused(504, ""), "timeout"],
  ["404", refused(404, { message: "model not found" }), "no_model"],
  ["400 for a model that is not there", refused(400, { code: "model_not_found", message: "no" }), "no_model"],
  ["413", refused(413, { type: "request_too_large" }), "context_overflow"],
  ["OpenAI's overflow", refused(400, { code: "context_length_exceeded", message: "long" }), "context_overflow"],
  [
    "Anthropic's overflow",
    refused(400, { type: "invalid_request_error", message: "prompt is too long: 210000 tokens > 200000 maximum" }),
    "context_overflow",
  ],
  [
    "Google's overflow",
    refused(400, { status: "INVALID_ARGUMENT", message: "The input token count (2000000) exceeds the maximum" }),
    "context_overflow",
  ],
  [
    "llama.cpp's overflow",
    refused(400, { code: 400, type: "exceed_context_size_error", message: "the request exceeds" }),
    "context_overflow",
  ],
  ["400", refused(400, { type: "invalid_request_error", message: "tools.0: bad" }), "bad_request"],
  ["422", refused(422, { message: "bad" }), "bad_request"],
  ["an overload in the middle of a stream", { type: "overloaded_error", message: "Overloaded" }, "overloaded"],
  ["a rate limit in the middle of a stream", { code: "rate_limit_exceeded", message: "slow" }, "rate_limit"],
  ["an unknown error of a server in a stream", { message: "boom", type: "server_error" }, "overloaded"],
  ["nobody there", named("Error", "Unable to connect", { code: "ConnectionRefused" }), "network"],
  [
    "nobody there, as the packages say it",
    named("AI_APICallError", "Cannot connect to API: x", { cause: named("Error", "x", { code: "ECONNREFUSED" }) }),
    "network",
  ],
  ["a host without an address", named("TypeError", "fetch failed", { cause: { code: "ENOTFOUND" } }), "network"],
  ["a redirect, which would take the key along", named("TypeError", "UnexpectedRedirect fetching"), "network"],
  ["a stream without an end", named("AI_InvalidResponseDataError", "ended without a finish reason"), "truncated"],
  ["a broken piece", named("AI_JSONParseError", "JSON parsing failed"), "truncated"],
  ["an unknown piece", named("AI_TypeValidationError", "Type validation failed"), "truncated"],
  ["an empty answer", named("AI_EmptyResponseBodyError", "Empty response body"), "truncated"],
  ["a timeout of the platform", named("TimeoutError", "The operation timed out."), "timeout"],
  ["a text and nothing else", "rate limit reached", "rate_limit"],
  ["nothing", undefined, "network"],
  ["a number", 7, "network"],
];

for (const [name, error, expected] of rows) {
  test(`${name} is ${expected}`, () => {
    const failure = failureOf(error, context);
    expect(failure.failure).toBe(expected);
    expect(failure.message).toStartWith("vendor/m: ");
  });
}

test("a failure that is one already stays what it is", () => {
  const failure = new ModelError("vendor/m: late", "timeout");
  expect(failureOf(failure, context)).toBe(failure);
});

const leaks: readonly (readonly [name: string, error: unknown])[] = [
  ["in its message", refused(400, { message: `cannot use ${key} here` })],
  ["in part", refused(400, { message: "cannot use sk-proj-01234567********hij here" })],
  ["of a refused key", refused(401, { message: `Incorrect API key provided: ${key}` })],
  ["in a plain body", refused(500, `trace ${key}`)],
];

for (const [name, error] of leaks) {
  test(`a vendor that repeats the key ${name} does not make it known`, () => {
    const failure = failureOf(error, context);
    const cause = failure.cause instanceof Error ? failure.cause.message : "";
    expect(`${failure.message} ${cause}`).not.toMatch(/sk-proj/);
  });
}

const waits: readonly (readonly [headers: Record<string, unknown>, expected: number | undefined])[] = [
  [{}, undefined],
  [{ "retry-after": "20" }, 20_000],
  [{ "Retry-After": "0.5" }, 500],
  [{ "retry-after-ms": "1500", "retry-after": "20" }, 1500],
  [{ "retry-after": "Sun, 22 Nov 2026 12:00:30 GMT" }, 30_000],
  [{ "retry-after": "Sun, 22 Nov 2026 11:00:00 GMT" }, undefined],
  [{ "retry-after": "soon" }, undefined],
  [{ "retry-after": "" }, undefined],
  [{ "retry-after": "-5" }, undefined],
  [{ "retry-after": "99999999" }, 24 * 60 * 60 * 1000],
];

for (const [headers, expected] of waits) {
  test(`${JSON.stringify(headers)} means to wait ${expected} ms`, () => {
    expect(retryAfterOf(headers, context.nowMs)).toBe(expected);
  });
}
