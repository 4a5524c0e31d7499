import { expect, test } from "bun:test";
import { CallError, deliveryErrorOf, type Failure } from "../../../src/providers/discord/failures.ts";
import { transportErrorOf } from "../../../src/providers/transport.ts";

const refused = (status: number, code = 0): Failure => ({ kind: "refused", status, code, words: "words" });

const rows: readonly (readonly [name: string, failure: Failure, isCertain: boolean, isPermanent: boolean])[] = [
  ["an empty message", refused(400, 50_006), true, true],
  ["a text that is too long", refused(400, 50_035), true, true],
  ["a channel that is gone", refused(404, 10_003), true, true],
  ["a person who takes no messages", refused(403, 50_007), true, true],
  ["a missing permission", refused(403, 50_013), true, true],
  ["a file that is too large", refused(413, 40_005), true, true],
  ["a message that a filter caught", refused(400, 240_000), true, true],
  ["sending switched off for a while", refused(403, 40_004), true, false],
  ["an index that is not ready", refused(400, 110_000), true, false],
  ["a token that was reset", refused(401), true, false],
  ["a conflict", refused(409), true, false],
  ["no gateway available", refused(502), true, false],
  ["an overloaded resource", refused(503, 130_000), true, false],
  ["a fault inside of Discord", refused(500), false, false],
  ["a gateway's time-out", refused(504), false, false],
  ["a pause", { kind: "limited", retryAfterMs: 1 }, true, false],
  ["no connection", { kind: "broken", mayHaveLeft: false, reason: "refused" }, true, false],
  ["a connection that broke", { kind: "broken", mayHaveLeft: true, reason: "broke" }, false, false],
];

test.each(rows)("%s is what it is for a message", (_name, failure, isCertain, isPermanent) => {
  const error = deliveryErrorOf(new CallError("send the message", failure));
  expect([error.isCertain, error.isPermanent]).toEqual([isCertain, isPermanent]);
});

test.each([
  ["ConnectionRefused", false],
  ["ENOTFOUND", false],
  ["ECONNRESET", true],
  ["ConnectionClosed", true],
  ["CERT_HAS_EXPIRED", false],
  ["SOMETHING_NEW", true],
])("a request that fails with %p may have left: %p", (code, mayHaveLeft) => {
  const error = transportErrorOf(Object.assign(new Error("https://secret.example"), { code }));
  expect(error.mayHaveLeft).toBe(mayHaveLeft);
  expect(error.message).not.toContain("secret");
});
