import { expect, test } from "bun:test";
import { isSms, normalHandle, parseGuid, peerKey, peerOf } from "../../../src/providers/imessage/handles.ts";

/** One person, however Messages writes them. */

test.each([
  ["+15552223333", "+15552223333"],
  ["+1 (555) 222-3333", "+15552223333"],
  ["(555) 222-3333", "+15552223333"],
  ["1-555-222-3333", "+15552223333"],
  ["+49 170 1234567", "+491701234567"],
  ["0049 170 1234567", "+491701234567"],
  ["tel:+15552223333", "+15552223333"],
  ["P:+15552223333", "+15552223333"],
  ["E:Me@Example.com", "me@example.com"],
  ["mailto:Carol@Example.COM", "carol@example.com"],
  ["  carol@example.com ", "carol@example.com"],
  ["72727", "72727"],
  ["AMAZON", "AMAZON"],
  ["urn:biz:6b8f", "urn:biz:6b8f"],
  ["", ""],
])("%p is %p", (written, handle) => {
  expect(normalHandle(written)).toBe(handle);
  expect(normalHandle(handle)).toBe(handle);
});

test.each([
  ["iMessage;-;+15552223333", { isGroup: false, service: "iMessage", name: "+15552223333" }],
  ["SMS;-;(555) 222-3333", { isGroup: false, service: "SMS", name: "+15552223333" }],
  ["any;+;chat1234", { isGroup: true, service: "any", name: "chat1234" }],
  [";-;x@y.z", { isGroup: false, service: undefined, name: "x@y.z" }],
  ["iMessage;-;", undefined],
  ["+15552223333", undefined],
  ["a;b;c", undefined],
] as const)("the chat %p is %p", (guid, name) => {
  expect(parseGuid(guid)).toEqual(name);
});

const row = { chatGuid: "", chatIdentifier: "", isGroup: false, sender: "" };

test.each([
  ["a guid before all else", { chatGuid: "any;+;chat1", chatIdentifier: "x" }, { kind: "group", id: "chat1" }],
  ["an identifier that is a guid", { chatIdentifier: "iMessage;-;+1555" }, { kind: "direct", id: "+1555" }],
  ["an identifier", { chatIdentifier: "5552223333" }, { kind: "direct", id: "+15552223333" }],
  ["a group by its mark", { chatIdentifier: "chat7", isGroup: true }, { kind: "group", id: "chat7" }],
  ["the sender, when there is nothing else", { sender: "a@B.c" }, { kind: "direct", id: "a@b.c" }],
  ["nothing", {}, undefined],
  ["a group without a name", { isGroup: true, sender: "+1555" }, undefined],
] as const)("a row's peer is told by %s", (_, fields, peer) => {
  expect(peerOf({ ...row, ...fields })).toEqual(peer);
});

test("a peer is the same under its guid and under its handle", () => {
  expect(peerKey({ kind: "direct", id: "SMS;-;(555) 222-3333" })).toBe("+15552223333");
  expect(peerKey({ kind: "direct", id: "555-222-3333" })).toBe("+15552223333");
  expect(peerKey({ kind: "group", id: "iMessage;+;chat1" })).toBe("chat1");
  expect(peerKey({ kind: "group", id: "chat1" })).toBe("chat1");
});

test.each([
  ["SMS;-;+1555", undefined, true],
  ["RCS;-;+1555", undefined, true],
  ["any;-;+1555", "SMS", true],
  ["any;-;+1555", undefined, false],
  ["SMS;-;+1555", "iMessage", false],
  ["iMessage;-;+1555", "iMessage", false],
] as const)("%p by %p is an SMS: %p", (guid, service, is) => {
  expect(isSms(guid, service)).toBe(is);
});
