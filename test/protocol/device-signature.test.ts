import { expect, test } from "bun:test";
import { signatureTextV1, signatureTextV2, signatureTextV3, type SignedFacts } from "../../src/protocol/index.ts";

const facts: SignedFacts = {
  deviceId: "d",
  clientId: "cli",
  clientMode: "cli",
  role: "operator",
  scopes: ["operator.read", "x"],
  signedAtMs: 1_769_644_800_000,
  token: "t",
  nonce: "n",
  platform: " Linux ",
  deviceFamily: "",
};

test("each version of the text adds to the one before", () => {
  expect([signatureTextV1(facts), signatureTextV2(facts), signatureTextV3(facts)]).toEqual([
    "v1|d|cli|cli|operator|operator.read,x|1769644800000|t",
    "v2|d|cli|cli|operator|operator.read,x|1769644800000|t|n",
    "v3|d|cli|cli|operator|operator.read,x|1769644800000|t|n|linux|",
  ]);
});

test("what is absent is an empty place", () => {
  const bare = { ...facts, role: "node", scopes: [], token: "", nonce: "" };
  expect(signatureTextV2(bare)).toBe("v2|d|cli|cli|node||1769644800000||");
});

test("only letters of ASCII are folded, whatever the locale", () => {
  expect(signatureTextV3({ ...facts, platform: "\tİSTANBUL Iıß\n", deviceFamily: "ÄB" })).toEndWith("|İstanbul iıß|Äb");
});
