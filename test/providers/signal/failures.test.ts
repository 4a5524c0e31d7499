import { expect, test } from "bun:test";
import { CallError, deliveryErrorOf, type Failure, withoutNumbers } from "../../../src/providers/signal/failures.ts";
import { lastWords } from "../../../src/providers/signal/last-words.ts";
import { TransportError, transportErrorOf } from "../../../src/providers/transport.ts";
import { BugError } from "../../../src/lib/index.ts";

/** What signal-cli says, and what it means for the message. Descriptions are those of a real one. */

const refused = (code: number, description: string, types: readonly string[] = []): Failure => ({
  kind: "refused",
  code,
  description,
  results: types.map((type) => ({ type, recipientAddress: { uuid: "a11ce000-0000-4000-8000-000000000002" } })),
});

const sentToNobody = "Failed to send message";

const failures: readonly (readonly [name: string, failure: Failure, isCertain: boolean, isPermanent: boolean])[] = [
  ["never taken", { kind: "broken", mayHaveLeft: false, reason: "the connection was refused" }, true, false],
  ["never answered", { kind: "broken", mayHaveLeft: true, reason: "no answer within 60 s" }, false, false],
  ["a broken way to Signal", refused(-1, sentToNobody, ["NETWORK_FAILURE"]), false, false],
  ["nobody there", refused(-1, sentToNobody, ["UNREGISTERED_FAILURE"]), true, true],
  ["a new safety number", refused(-1, sentToNobody, ["IDENTITY_FAILURE"]), true, true],
  ["keys that do not fit", refused(-1, sentToNobody, ["INVALID_PRE_KEY_FAILURE"]), true, false],
  ["too much", refused(-5, "rate limited", ["RATE_LIMIT_FAILURE"]), true, false],
  ["too much, without results", refused(-5, "rate limited"), true, false],
  ["a doubt among certainties", refused(-1, sentToNobody, ["UNREGISTERED_FAILURE", "NETWORK_FAILURE"]), false, false],
  ["a wait among finals", refused(-1, sentToNobody, ["UNREGISTERED_FAILURE", "RATE_LIMIT_FAILURE"]), true, false],
  ["a kind of later versions", refused(-1, sentToNobody, ["HOLOGRAM_FAILURE"]), true, true],
  ["no such group", refused(-1, "Group not found: AAAA="), true, true],
  ["a recipient that is none", refused(-1, "Invalid phone number 'garbage': No valid characters found."), true, true],
  ["an untrusted key", refused(-4, "Untrusted identity"), true, true],
  ["no such method", refused(-32_601, "Method not implemented"), true, true],
  ["no such account", refused(-32_602, "Specified account does not exist"), true, false],
  ["unlinked meanwhile", refused(-32_603, "Authorization failed! (AuthorizationFailedException)"), true, false],
  [
    "a time that is a small number",
    refused(-32_603, "class java.lang.Integer cannot be cast to class java.lang.Long (ClassCastException)"),
    true,
    true,
  ],
  [
    "a file that is none",
    refused(-32_603, "Failed to send message: /x: No such file (AttachmentInvalidException)"),
    true,
    true,
  ],
  [
    "a file that did not go up",
    refused(
      -32_603,
      "Failed to send message: ResumeLocationInvalidException: Response{code=404} (PushNetworkException)",
    ),
    true,
    false,
  ],
  ["a bug inside", refused(-32_603, "null (NullPointerException)"), false, false],
  ["trouble with the network inside", refused(-3, "Failed to send: timeout"), false, false],
];

for (const [name, failure, isCertain, isPermanent] of failures) {
  test(`delivery: ${name}`, () => {
    const error = deliveryErrorOf(new CallError("send", failure), { url: "http://127.0.0.1:1", isShared: false });
    expect([error.isCertain, error.isPermanent]).toEqual([isCertain, isPermanent]);
    expect(error.message).not.toBe("");
  });
}

test("a new safety number is told with the command that trusts it", () => {
  const failure = refused(-1, sentToNobody, ["IDENTITY_FAILURE"]);
  const { message } = deliveryErrorOf(new CallError("send", failure), { url: "http://127.0.0.1:1", isShared: false });
  expect(message).toEndWith(
    `curl -H 'content-type: application/json' -d '{"jsonrpc":"2.0","id":1,"method":"trust","params":` +
      `{"recipient":"a11ce000-0000-4000-8000-000000000002","trustAllKnownKeys":true}}' http://127.0.0.1:1/api/v1/rpc`,
  );
});

test("numbers of people are in no error", () => {
  expect(withoutNumbers("User +15550100999 is not registered.")).toBe("User [number] is not registered.");
  expect(new CallError("send", refused(-1, "The user +15550100999 is not registered.")).message).not.toContain("555");
});

test("last words: what only a person can mend, what time may mend, and what is our own fault", () => {
  const gone = new CallError("listIdentities", refused(-32_602, "Specified account does not exist"));
  const odd = new CallError("listIdentities", refused(-32_603, "odd"));
  expect(
    [gone, odd, new TransportError("it is away", false), new BugError("ours")].map((e) => lastWords(e)?.kind),
  ).toEqual(["logged-out", "lost", "lost", undefined]);
});

const withCode = (code: string) => transportErrorOf(Object.assign(new Error("secret"), { code }));

test("a failure of the transport says whether the request can have left", () => {
  const codes = ["ConnectionRefused", "ENOTFOUND", "ECONNRESET", "Timeout", "weird code!"];
  expect(codes.map((code) => withCode(code).mayHaveLeft)).toEqual([false, false, true, true, true]);
  expect(codes.map((code) => withCode(code).message).join()).not.toContain("secret");
});
