import { expect, test } from "bun:test";
import { FakeClock } from "../doubles/fake-clock.ts";
import { type LogFields, type LogLevel, type LogRecord, makeLog } from "../../src/lib/index.ts";
import { RepeatedLines, repeatLimits, withoutSecrets } from "../../src/lib/log-sinks.ts";

const { likeMax, windowMs } = repeatLimits;

function stage() {
  const clock = new FakeClock();
  const seen: LogRecord[] = [];
  const lines = new RepeatedLines((record) => void seen.push(record), clock);
  const log = makeLog({ clock, level: "debug", sinks: [lines.add] }, "links");
  const shown = (): object[] => seen.map(({ event, fields }) => ({ event, ...fields }));
  return { clock, log, lines, shown, seen };
}

type FieldsOf = (index: number) => LogFields;

const rows: readonly (readonly [what: string, level: LogLevel, fields: FieldsOf, n: number])[] = [
  ["the same trouble", "warn", () => ({ reason: "away" }), likeMax],
  ["the same trouble of ever new connections", "warn", (index) => ({ connectionId: `c${index}` }), likeMax],
  ["the same trouble, counted", "error", (index) => ({ attempts: index }), likeMax],
  ["trouble with ever new reasons", "warn", (index) => ({ reason: `${index}` }), 100],
  ["changes of different things", "info", (index) => ({ runId: `r${index}` }), 100],
  ["the same change", "info", () => ({ state: "on" }), likeMax],
  ["traffic", "debug", () => ({}), 100],
];

for (const [name, level, fields, count] of rows) {
  test(`of a hundred lines, ${name}, ${count} are written`, () => {
    const { log, shown } = stage();
    for (let index = 0; index < 100; index++) log[level]("it.happened", fields(index));
    expect(shown()).toHaveLength(count);
  });
}

test("lines that were left out are told of when their window is over, and later ones are written again", async () => {
  const { clock, log, shown } = stage();
  for (let index = 0; index < 100; index++) log.warn("link.lost", { reason: "away" });
  await clock.advance(windowMs);
  log.info("something.else");
  log.warn("link.lost", { reason: "away" });
  expect(shown().slice(likeMax)).toEqual([
    { event: "log.repeated", repeated: "link.lost", count: 100 - likeMax, withinSeconds: 60 },
    { event: "something.else" },
    { event: "link.lost", reason: "away" },
  ]);
});

test("at the end nothing that was left out stays untold", () => {
  const { log, lines, shown } = stage();
  for (let index = 0; index < likeMax + 2; index++) log.error("disk.failed");
  lines.tellEnded(Number.POSITIVE_INFINITY);
  expect(shown().at(-1)).toMatchObject({ event: "log.repeated", count: 2 });
});

test("what is remembered of lines has a limit", () => {
  const { log, lines, shown } = stage();
  for (let index = 0; index < repeatLimits.kindsMax * 2; index++) log.info("it.changed", { state: `${index}` });
  lines.tellEnded(Number.POSITIVE_INFINITY);
  expect(shown()).toHaveLength(repeatLimits.kindsMax * 2);
});

test("a secret leaves no log, neither under its name nor inside of another text", () => {
  const seen: LogRecord[] = [];
  const secrets = ["the-token-4711"];
  const sink = withoutSecrets(
    (record) => void seen.push(record),
    ["token", "apiKey"],
    () => secrets,
  );
  const log = makeLog({ clock: new FakeClock(), level: "info", sinks: [sink] });
  log.info("it.failed", { token: "anything", apiKey: "x", error: "GET /?key=the-token-4711 failed", status: 401 });
  expect(seen[0]!.fields).toEqual({
    token: "[secret]",
    apiKey: "[secret]",
    error: "GET /?key=[secret] failed",
    status: 401,
  });
});
