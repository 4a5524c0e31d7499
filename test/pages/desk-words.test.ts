import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Delivery, questionFor } from "../../src/pages/webchat/desk/delivery-words.ts";
import {
  type InboxMessage,
  isUnanswered,
  narrowed,
  nextStep,
  wordsOf,
} from "../../src/pages/webchat/desk/message-words.ts";
import { accountOf, accountWords, probeWords } from "../../src/pages/webchat/desk/network-words.ts";
import {
  abilitiesOf,
  failureWords,
  isGrave,
  meaningOf,
  pictureIn,
  placeIn,
  platformName,
} from "../../src/pages/webchat/desk/node-words.ts";
import { entryKey, ruleLines, withoutEntry } from "../../src/pages/webchat/desk/rule-words.ts";
import { agoWords, countdown } from "../../src/pages/webchat/desk/spans.ts";
import { spanWords } from "../../src/lib/index.ts";
import { lineOf, piecesOf } from "../../src/pages/webchat/desk/written.tsx";

/** What WebChat's pages say, without a browser. */

const message = (about: Partial<InboxMessage>): InboxMessage => ({
  id: "in1",
  channel: "telegram",
  accountId: "main",
  peerKind: "direct",
  peerId: "7",
  senderId: "7",
  event: "message",
  preview: "",
  state: "ignored",
  sentAtMs: 0,
  receivedAtMs: 0,
  ...about,
});

const drawn = (text: string, strict: boolean) =>
  piecesOf(text, strict).map((piece) => (piece.isEscape ? `[${piece.text}]` : piece.text));
const delivery = (state: Delivery["state"], mayBeDouble = false) => ({ state, mayBeDouble }) as Delivery;
const saidOf = (open: Readonly<Record<string, unknown>>) => {
  const { name, text } = accountWords(accountOf(open), 1_000);
  return `${name}: ${text}`.trim();
};

const source = (...path: string[]) => readFileSync(join(import.meta.dir, "../../src", ...path), "utf8");
const wordsIn = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, reason]) => reason!);

/** Every reason that the gateway's sources give for a message that was not answered. */
function knownReasons(): string[] {
  const inbox = ["admit.ts", "judge.ts", "turn-starter.ts", "inbox.ts"].map((file) => source("inbox", file)).join("\n");
  const [, silent] = /function whySilent([\s\S]*?)\n}\n/.exec(source("turns", "replies.ts"))!;
  const patterns = [
    /ignored\(\s*["`]([^"`]+)["`]/g,
    /state: "ignored", reason: "([^"]+)"/g,
    /kind: "context", reason: "([^"]+)"/g,
    /\? "(too many strangers[^"]+)"/g,
    /dropWaiting\(key, "([^"]+)"/g,
  ];
  return [
    ...patterns.flatMap((pattern) => wordsIn(inbox, pattern)),
    ...wordsIn(silent!, /["`]((?:the|no) [a-z]+ [^"`]+)["`]/g),
  ];
}

test("every reason for which a message is not answered has a next step of its own", () => {
  const reasons = knownReasons();
  expect(reasons.length).toBeGreaterThan(18);
  const lacking = reasons.filter((reason) => nextStep(message({ reason }))!.text.includes("Look for its id"));
  expect(lacking).toEqual([]);
});

test("what to do about a message follows from its state and reason", () => {
  const rows: readonly (readonly [about: Partial<InboxMessage>, text: string | undefined, section?: string])[] = [
    [{ state: "done", reason: "command /status" }, undefined],
    [{ state: "claimed" }, undefined],
    [
      { state: "done", reason: "no language model is connected: clawdia models choose" },
      "Choose one on the gateway's machine: clawdia models choose.",
    ],
    [{ state: "context" }, undefined],
    [{ state: "held" }, "Approve or reject them.", "people"],
    [
      { reason: "the sender is not in allowFrom (dmPolicy: allowlist)", accountId: "work" },
      "Add 7 to providers.telegram.accounts.work.allowFrom, or set dmPolicy there to pairing.",
    ],
    [
      { reason: "the group -2 is not in groups (groupPolicy: allowlist)", peerKind: "group", peerId: "-2" },
      "Add -2 (or * for all groups) to providers.telegram.accounts.main.groups.",
    ],
    [{ reason: "something new" }, "Look for its id in the gateway's log: clawdia logs."],
  ];
  for (const [about, text, section] of rows) {
    expect(nextStep(message(about))).toEqual(
      text === undefined ? undefined : { text, ...(section === "people" && { section: "people" as const }) },
    );
  }
});

test("only what waits or was left out counts as unanswered", () => {
  const failed = { state: "done", reason: "the run failed: the model is away" } as const;
  expect([isUnanswered(failed), wordsOf(failed).name]).toEqual([true, "No answer"]);
  expect(wordsOf({ state: "done" }).name).toBe("Answered");
  expect(wordsOf({ state: "done", reason: "command /status" }).name).toBe("Obeyed");
  const states = ["accepted", "held", "routed", "context", "claimed", "done", "ignored", "dead"] as const;
  expect(states.filter((state) => isUnanswered({ state }))).toEqual(["held", "context", "ignored", "dead"]);
});

test("every word that is looked for must be somewhere in the message", () => {
  const loaded = [
    message({ id: "a", preview: "About tea", senderName: "Bob" }),
    message({ id: "b", preview: "about coffee", state: "done", peerId: "8" }),
  ];
  const found = (words: string, rest: object = {}) =>
    narrowed(loaded, { chat: "", words, onlyUnanswered: false, ...rest }).map(({ id }) => id);
  expect(found("")).toEqual(["a", "b"]);
  expect(found("  BOB tea ")).toEqual(["a"]);
  expect(found("tea coffee")).toEqual([]);
  expect(found("answered")).toEqual(["b"]);
  expect(found("", { onlyUnanswered: true })).toEqual(["a"]);
  expect(found("", { chat: "telegram/main/8" })).toEqual(["b"]);
});

test("characters that are not seen are shown as escapes; emoji and line ends of texts stay", () => {
  expect(drawn("a\u202eb", false)).toEqual(["a", String.raw`[\u202e]`, "b"]);
  expect(drawn("\u0007", false)).toEqual([String.raw`[\u0007]`]);
  expect(drawn("👩‍💻\nnext", false)).toEqual(["👩‍💻\nnext"]);
  expect(drawn("a\u200db\u00a0c\nd", true)).toEqual([
    "a",
    String.raw`[\u200d]`,
    "b",
    String.raw`[\u00a0]`,
    "c",
    String.raw`[\u000a]`,
    "d",
  ]);
  expect(drawn("\u{e0041}", true)).toEqual([String.raw`[\u{e0041}]`]);
  expect(lineOf("Bob\n \u2066x")).toBe(String.raw`Bob \u2066x`);
});

test("a decision over a delivery is asked about when it cannot be undone", () => {
  expect(questionFor("resend", delivery("failed"))).toBeUndefined();
  expect(questionFor("resend", delivery("failed", true))?.text).toContain("twice");
  expect(questionFor("resend", delivery("unknown"))?.text).toContain("twice");
  expect(questionFor("arrived", delivery("unknown"))?.verb).toBe("It arrived");
  expect(questionFor("drop", delivery("expired"))?.text).toContain("cannot be undone");
});

test("an account is told in words, whatever the gateway leaves out", () => {
  expect(saidOf({ state: "connected" })).toBe("Connected:");
  expect(saidOf({ state: "waiting", lastError: "timed out", retryAt: 31_000 })).toBe(
    "Connection lost: Timed out. It is tried again in 30 s, by itself.",
  );
  expect(saidOf({ state: "logged-out", lastError: "Gone!" })).toBe("Logged out: Gone! Link it again to go on.");
  expect(saidOf({ state: "stopped", configured: false })).toBe("Not linked: It has no credentials yet.");
  expect(saidOf({ state: "stopped", configured: true })).toBe("Switched off: Nothing comes in and nothing goes out.");
  expect(saidOf({ state: 7, accountId: null })).toBe("unknown:");
  expect(saidOf({ state: "brand-new", lastError: "odd" })).toBe("brand-new: odd");
  expect(accountOf({ probe: { ok: false, error: "deaf", elapsedMs: 3 } }).probe).toEqual({
    isOk: false,
    error: "deaf",
    elapsedMs: 3,
  });
  expect(probeWords({ isOk: true, error: undefined, elapsedMs: 12 })).toBe("It answered within 12 ms.");
});

test("rules are sentences, and one allowed command can be taken out", () => {
  expect(ruleLines(undefined)).toEqual([
    "What you allowed for good runs.",
    "You are asked about everything else.",
    "Without an answer a command does not run.",
  ]);
  expect(ruleLines({ security: "full", ask: "off" }, {})).toEqual(["Everything runs, anywhere.", "Nobody is asked."]);
  const one = { pattern: "/bin/ls" };
  const two = { pattern: "/bin/rm" };
  const file = { version: 1, agents: { main: { ask: "always" as const, allowlist: [one, two] } } };
  expect(withoutEntry(file, "main", entryKey(one))).toEqual({
    version: 1,
    agents: { main: { ask: "always", allowlist: [two] } },
  });
  expect(withoutEntry(file, "other", entryKey(one))).toBe(file);
});

test("spans of time are short words", () => {
  expect([0, 59_000, 61_000, 3_700_000, 200_000_000].map(spanWords)).toEqual([
    "0 s",
    "59 s",
    "1 min",
    "1 h 1 min",
    "2 days",
  ]);
  expect([agoWords(0, 4_000), agoWords(0, 60_000)]).toEqual(["just now", "1 min ago"]);
  expect([-5, 900, 60_000, 61_500].map(countdown)).toEqual(["0:00", "0:01", "1:00", "1:02"]);
});

test("what needs an approval of its own is in words, and what cannot be taken back is asked about once more", () => {
  const commands = ["camera.snap", "camera.clip", "screen.record", "sms.send", "system.run", "browser.proxy", "chat"];
  expect(commands.filter((command) => meaningOf(command) === undefined)).toEqual([]);
  expect(commands.filter(isGrave)).toEqual(["sms.send", "system.run", "browser.proxy"]);
  expect(["constructor", "canvas.present"].map(meaningOf)).toEqual([undefined, undefined]);
});

test("a node's abilities and kind are a few words", () => {
  const commands = ["canvas.present", "camera.list", "location.get", "system.notify", "system.run"];
  expect(abilitiesOf({ commands, mayChat: true })).toEqual(["canvas", "location", "notifications", "programs", "chat"]);
  expect(abilitiesOf({ commands: [] })).toEqual([]);
  const kinds = ["web", "iOS 18.1.0", "android", "macOS 15.2.0", "windows", "toaster", ""];
  expect(kinds.map((platform) => platformName({ platform }))).toEqual([
    "Browser",
    "iPhone",
    "Android",
    "Mac",
    "Windows",
    "toaster",
    "Unknown kind",
  ]);
  expect(platformName({ platform: "android", modelIdentifier: "Pixel 9" })).toBe("Android, Pixel 9");
});

test("only a picture is shown, only a place is told, and codes stay out of sentences", () => {
  expect(pictureIn({ format: "jpg", base64: "QUJD" }, "Bob's <i>phone", 5)).toEqual({
    kind: "picture",
    address: "data:image/jpeg;base64,QUJD",
    file: "Bob-s-i-phone.jpg",
    atMs: 5,
  });
  const noPictures = [null, "x", {}, { format: "svg", base64: "QUJD" }, { format: "png", base64: 'QUJD"><script>' }];
  expect(noPictures.map((payload) => pictureIn(payload, "n", 0).kind)).toEqual(noPictures.map(() => "failed"));
  const place = { lat: 52.5, lon: -13.4, accuracyMeters: 29.6, source: "gps" };
  expect(placeIn(place)).toEqual({ kind: "place", lat: 52.5, lon: -13.4, about: "within 30 m, by gps" });
  expect([{}, { lat: 91, lon: 0 }, { lat: "1", lon: 1 }].map((payload) => placeIn(payload).kind)).toEqual([
    "failed",
    "failed",
    "failed",
  ]);
  expect(failureWords("CAMERA_PERMISSION_REQUIRED: allow it")).toBe("allow it");
  expect(failureWords("node disconnected (camera.snap)")).toBe("node disconnected (camera.snap)");
});
