import { expect, test } from "bun:test";
import { allIsWell, type AnswerFacts, type Judgement } from "../../src/heartbeat/judge.ts";
import { isActiveNow, isWorthReading, judgeAnswer } from "../../src/heartbeat/index.ts";
import { readDirectives } from "../../src/markup/index.ts";

const facts = (fields: Partial<AnswerFacts> = {}): AnswerFacts => ({
  ackMaxChars: 20,
  visibility: { showOk: false, showAlerts: true, useIndicator: true },
  hasTarget: true,
  isRepeat: false,
  ...fields,
});
const shows = (fields: Partial<AnswerFacts["visibility"]>) => ({ visibility: { ...facts().visibility, ...fields } });
const quiet = { indicatorType: "ok", told: undefined } as const;
const alert = { status: "skipped", indicatorType: "alert", told: undefined } as const;

const answers: [name: string, said: string, facts: Partial<AnswerFacts>, judgement: Judgement][] = [
  ["the word alone", "HEARTBEAT_OK", {}, { ...quiet, status: "ok-token" }],
  ["the word in light marks", "**HEARTBEAT_OK**.", {}, { ...quiet, status: "ok-token" }],
  ["the word with little around it", "HEARTBEAT_OK\nAll quiet here.", {}, { ...quiet, status: "ok-token" }],
  [
    "the word with much around it",
    "HEARTBEAT_OK\nBut the oven burns, come quickly.",
    {},
    { status: "sent", indicatorType: "alert", told: "But the oven burns, come quickly." },
  ],
  ["nothing at all", " \n", {}, { ...quiet, status: "ok-empty" }],
  ["silence", "NO_REPLY", {}, { ...quiet, status: "ok-empty" }],
  ["something", "The oven burns.", {}, { status: "sent", indicatorType: "alert", told: "The oven burns." }],
  ["the same again", "The oven burns.", { isRepeat: true }, { ...alert, reason: "duplicate" }],
  ["nobody to tell", "The oven burns.", { hasTarget: false }, { ...alert, reason: "no-target" }],
  ["nobody wants to know", "The oven burns.", shows({ showAlerts: false }), { ...alert, reason: "alerts-disabled" }],
  [
    "somebody wants to know that all is well",
    "HEARTBEAT_OK",
    shows({ showOk: true }),
    { ...quiet, status: "ok-token", told: allIsWell },
  ],
];

test.each(answers)("%s", (_name, said, given, judgement) => {
  expect(judgeAnswer(readDirectives(said), facts(given))).toEqual(judgement);
});

const berlin = (start: string, end: string) => ({ start, end, timeZone: "Europe/Berlin" });
/** 13:30 in Berlin, 17:15 in Kathmandu. */
const noon = Date.parse("2027-05-05T11:30:00Z");

const hours: [name: string, hours: Parameters<typeof isActiveNow>[0], isActive: boolean][] = [
  ["no hours", undefined, true],
  ["within", berlin("08:00", "22:00"), true],
  ["from the minute on", berlin("13:30", "14:00"), true],
  ["up to the minute", berlin("08:00", "13:30"), false],
  ["over midnight", berlin("22:00", "08:00"), false],
  ["over midnight, within", berlin("13:00", "08:00"), true],
  ["to the end of the day", berlin("12:00", "24:00"), true],
  ["the whole day", berlin("00:00", "24:00"), true],
  ["by this machine's clock", { start: "17:00", end: "18:00" }, true],
];

test.each(hours)("active hours: %s", (_name, given, isActive) => {
  expect(isActiveNow(given, noon, "Asia/Kathmandu")).toBe(isActive);
});

const files: [text: string, isWorth: boolean][] = [
  ["", false],
  ["# Heartbeat\n\n## Later\n", false],
  ["<!-- look\nafter the oven -->\n", false],
  ["- [ ]\n* \n", false],
  ["# Heartbeat\n- [ ] look after the oven", true],
  ["Look after the oven.", true],
];

test.each(files)("HEARTBEAT.md %j", (text, isWorth) => {
  expect(isWorthReading(text)).toBe(isWorth);
});
