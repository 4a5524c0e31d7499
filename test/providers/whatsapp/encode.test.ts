import { expect, test } from "bun:test";
import { contextFor, encodePoll, fileForm, messageIdOf } from "../../../src/providers/whatsapp/encode.ts";
import { closingOf, refusalOf } from "../../../src/providers/whatsapp/failures.ts";
import { libraryLog } from "../../../src/providers/whatsapp/library-log.ts";
import { sealFile } from "../../../src/providers/whatsapp/media.ts";
import { voiceSeconds } from "../../../src/providers/whatsapp/voice.ts";
import { CapturedLog } from "../../doubles/captured-log.ts";
import { FakeClock } from "../../doubles/fake-clock.ts";

/** Our messages in WhatsApp's words, and its words in ours. */

test("the id of a message comes from its send id alone, in the form of WhatsApp's own", () => {
  const sendId = "0123456789abcdef01234567";
  expect(messageIdOf(sendId)).toBe("3EB06789ABCDEF01234567");
  expect(messageIdOf(sendId, 1)).toMatch(/^3EB0[0-9A-F]{18}$/);
  expect(messageIdOf(sendId, 1)).toBe(messageIdOf(sendId, 1));
  expect(messageIdOf(sendId, 1)).not.toBe(messageIdOf(sendId));
});

const small = 1000;

test.each([
  ["image", "image/jpeg", small, { field: "imageMessage", hasCaption: true }],
  ["image", "image/heic", small, { field: "documentMessage", hasCaption: true }],
  ["image", "image/png", 20_000_000, { field: "documentMessage", hasCaption: true }],
  ["video", "video/mp4", small, { field: "videoMessage", hasCaption: true }],
  ["video", "video/webm", small, { field: "documentMessage", hasCaption: true }],
  ["voice", "audio/ogg; codecs=opus", small, { field: "audioMessage", hasCaption: false }],
  ["voice", "audio/wav", small, { field: "documentMessage", hasCaption: true }],
  ["audio", "audio/mpeg", small, { field: "audioMessage", hasCaption: false }],
  ["document", "audio/mpeg", small, { field: "documentMessage", hasCaption: true }],
  ["document", "image/png", small, { field: "documentMessage", hasCaption: true }],
] as const)("%s of type %s and %d bytes goes as %p", (kind, mimeType, bytes, form) => {
  const media = { kind, mimeType, fileName: "x", bytes: () => new Uint8Array(0) };
  expect(fileForm(media, bytes)).toMatchObject(form);
});

test.each([
  [["a", "b"], 1, { pollCreationMessageV3: { selectableOptionsCount: 1 } }],
  [["a", "b"], 2, { pollCreationMessage: { selectableOptionsCount: 0 } }],
  [["a", "b", "c"], 2, { pollCreationMessage: { selectableOptionsCount: 2 } }],
  [["a", " a "], 1, undefined],
  [["a"], 1, undefined],
  [Array.from({ length: 13 }, (_, index) => `o${index}`), 1, undefined],
] as const)("a poll of %p with %d choices", (options, selectionsMax, expected) => {
  const poll = encodePoll({ question: "?", options, selectionsMax }, new Uint8Array(32));
  if (expected === undefined) expect(poll).toBeUndefined();
  else expect(poll).toMatchObject(expected);
});

test("a quote names whoever wrote what it quotes", () => {
  const seen = { jid: "1@s.whatsapp.net", fromMe: false, text: "before" };
  const quoted = [{ ...seen, fromMe: true }, seen, { ...seen, participant: "2@s.whatsapp.net" }];
  expect(quoted.map((one) => contextFor({ messageId: "3A", seen: one }, "us@s.whatsapp.net")?.participant)).toEqual([
    "us@s.whatsapp.net",
    "1@s.whatsapp.net",
    "2@s.whatsapp.net",
  ]);
  expect(contextFor(undefined, "us")).toBeUndefined();
});

test.each([
  [463, true, true],
  [479, true, false],
  [421, true, false],
  [475, true, false],
  [429, true, false],
  [400, true, true],
  [499, true, true],
  [500, true, false],
  [503, true, false],
] as const)("a refusal with %d: certain %p, for good %p", (code, isCertain, isPermanent) => {
  expect(refusalOf(code)).toMatchObject({ isCertain, isPermanent });
});

test.each([
  [401, "logged-out", true],
  [440, "logged-out", false],
  [403, "logged-out", false],
  [408, "lost", false],
  [undefined, "lost", false],
  [777, "lost", false],
] as const)("an end with %p leaves the account %s", (code, kind, isKeysGone) => {
  expect(closingOf(code)).toMatchObject({ kind: "ended", state: { kind }, isKeysGone });
});

test("a restart is asked for by 515 alone", () => {
  expect(closingOf(515)).toEqual({ kind: "restart" });
});

test("a recording is as long as its last page says, and nothing else is a recording", () => {
  const page = new Uint8Array(27);
  page.set(new TextEncoder().encode("OggS"));
  new DataView(page.buffer).setBigUint64(6, 48_000n * 7n, true);
  expect(voiceSeconds(new Uint8Array([...new Uint8Array(100), ...page, 1, 2, 3]))).toBe(7);
  new DataView(page.buffer).setBigUint64(6, 0xff_ff_ff_ff_ff_ff_ff_ffn, true);
  expect(voiceSeconds(page)).toBeUndefined();
  expect([voiceSeconds(new Uint8Array(0)), voiceSeconds(new Uint8Array(500))]).toEqual([undefined, undefined]);
});

test("a file is sealed with its key, and twice the same only with the same key", async () => {
  const bytes = new Uint8Array(1000).fill(3);
  const [first, second, other] = await Promise.all(
    [1, 1, 2].map((key) => sealFile(bytes, "document", new Uint8Array(32).fill(key))),
  );
  expect(first!.sealed).toEqual(second!.sealed);
  expect(first!.sealed).not.toEqual(other!.sealed);
  expect(first!.sealed.length).toBe(1008 + 10);
  expect(first!.fileLength).toBe(1000);
});

test("of the library's log only words pass: no keys, no numbers, no contents", () => {
  const captured = new CapturedLog(new FakeClock());
  const log = libraryLog(captured.log, "main");
  log.info({ creds: { noiseKey: "secret" } }, "not logged in, attempting registration...");
  log.warn(
    { msg: { conversation: "private" } },
    "Invalid LID-PN mapping: 915557654321@lid, 15557654321@s.whatsapp.net",
  );
  log.error({ err: new TypeError("private words"), node: { tag: "message" } }, "error in handling 12345678");
  log.child({ msgId: "3EB0" }).error("only words");
  expect(captured.records.map(({ level, fields }) => [level, fields["words"], fields["errorName"]])).toEqual([
    ["debug", "Invalid LID-PN mapping: … …", undefined],
    ["debug", "error in handling …", "TypeError"],
    ["debug", "only words", undefined],
  ]);
});
