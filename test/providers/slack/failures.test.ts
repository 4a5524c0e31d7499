import { expect, test } from "bun:test";
import {
  CallError,
  deliveryErrorOf,
  type Failure,
  fatalEnd,
  lastWords,
} from "../../../src/providers/slack/failures.ts";
import { rejectionOf } from "../../doubles/rejection.ts";
import { linked, never, outbound, said } from "./linked.ts";

/** What Slack's failures mean for a message, and for the link. */

const refused = (error: string, needed?: string): Failure => ({ kind: "refused", error, needed });
const broken = (mayHaveLeft: boolean): Failure => ({ kind: "broken", mayHaveLeft, reason: "it broke" });

const rows: readonly (readonly [failure: Failure, isCertain: boolean, isPermanent: boolean])[] = [
  [refused("channel_not_found"), true, true],
  [refused("not_in_channel"), true, true],
  [refused("is_archived"), true, true],
  [refused("msg_too_long"), true, true],
  [refused("restricted_action"), true, true],
  [refused("missing_scope", "chat:write"), true, true],
  [refused("a_word_of_tomorrow"), true, true],
  [refused("service_unavailable"), true, false],
  [refused("ratelimited"), true, false],
  [refused("team_added_to_org"), true, false],
  [refused("token_revoked"), true, false],
  [refused("internal_error"), false, false],
  [refused("fatal_error"), false, false],
  [{ kind: "rate limited", retryAfterMs: 7000 }, true, false],
  [broken(true), false, false],
  [broken(false), true, false],
];

test.each(rows)("%j is certain: %p, and permanent: %p", (failure, isCertain, isPermanent) => {
  expect(deliveryErrorOf(new CallError("chat.postMessage", failure))).toMatchObject({ isCertain, isPermanent });
});

test.each([
  ["invalid_auth", "auth.test"],
  ["account_inactive", "chat.postMessage"],
  ["token_revoked", "reactions.add"],
  ["token_expired", "auth.test"],
  ["not_allowed_token_type", "apps.connections.open"],
  ["user_removed_from_team", "auth.test"],
])("%s at %s ends the link, with the command that mends it", (error, method) => {
  const end = fatalEnd(new CallError(method, refused(error)));
  expect(end).toMatchObject({ kind: "logged-out", cure: "clawdia providers add slack" });
});

test("a scope that nothing works without ends the link and is named; another one fails its own call", () => {
  const vital = fatalEnd(new CallError("apps.connections.open", refused("missing_scope", "connections:write")));
  expect(vital).toMatchObject({ kind: "logged-out", reason: expect.stringContaining("connections:write") });
  const other = new CallError("reactions.add", refused("missing_scope", "reactions:write"));
  expect([fatalEnd(other), other.message]).toEqual([undefined, expect.stringContaining("reactions:write")]);
});

test("what passes loses the link, and Slack's own word on when to come back is kept", () => {
  expect(lastWords(new CallError("auth.test", broken(true)))).toMatchObject({ kind: "lost" });
  expect(lastWords(new CallError("auth.test", { kind: "rate limited", retryAfterMs: 9000 }))).toMatchObject({
    kind: "lost",
    retryAfterMs: 9000,
  });
});

test("a page instead of an answer is no answer, and is not shown", async () => {
  await using scene = await linked();
  const { double, link, bob } = scene;
  for (const status of [200, 502]) {
    double.fault({ method: "chat.postMessage", does: { kind: "page", status, body: "<html>secret page</html>" } });
    const error = await rejectionOf(link.send(outbound(bob.directId, { text: said("x") }), never));
    expect(error).toMatchObject({ name: "DeliveryError", isCertain: false, isPermanent: false });
    expect(Bun.inspect(error, { depth: 8 })).not.toContain("secret page");
  }
});

test("a limit without a time gets one, and the client does not wait by itself", async () => {
  await using scene = await linked();
  const { double, link, bob } = scene;
  double.fault({ method: "chat.postMessage", does: { kind: "limit" } });
  const error = await rejectionOf(link.send(outbound(bob.directId, { text: said("x") }), never));
  expect(error).toMatchObject({ isCertain: true, retryAfterMs: 30_000 });
  expect(double.calls("chat.postMessage")).toHaveLength(1);
});
