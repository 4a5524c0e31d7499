import { expect, test } from "bun:test";
import {
  errorFields,
  fileLine,
  humanLine,
  jsonLine,
  type LogLevel,
  type LogRecord,
  makeLog,
} from "../../src/lib/index.ts";

const clock = { nowMs: () => 1_800_000_000_123 };

function captured(level: LogLevel) {
  const records: LogRecord[] = [];
  return { records, log: makeLog({ clock, level, sinks: [(record) => records.push(record)] }).for("gateway") };
}

test("a record has its time, level, folder, event and present fields", () => {
  const { records, log } = captured("debug");
  log.warn("link.lost", { account: "main", attempt: 2, isFinal: false, cause: undefined, reason: null });
  expect(records).toEqual([
    {
      atMs: 1_800_000_000_123,
      level: "warn",
      name: "gateway",
      event: "link.lost",
      fields: { account: "main", attempt: 2, isFinal: false, reason: null },
    },
  ]);
});

test("what is below the level is not kept", () => {
  const { records, log } = captured("warn");
  log.debug("a.b");
  log.info("a.b");
  log.warn("a.b");
  log.error("a.b");
  expect(records.map(({ level }) => level)).toEqual(["warn", "error"]);
  expect((["debug", "info", "warn", "error"] as const).map((level) => log.keeps(level))).toEqual([
    false,
    false,
    true,
    true,
  ]);
});

test("a hostile header stays one line of at most 256 characters in every format", () => {
  const { records, log } = captured("info");
  log.info("connection.opened", { agent: `Mozilla\r\n\u001b[2Jfake: line\u2028${"A".repeat(65_536)}` });
  const [record] = records;
  expect(String(record!.fields["agent"]).length).toBeLessThanOrEqual(256);
  for (const line of [humanLine(record!, false), jsonLine(record!), fileLine(record!)]) {
    expect(line).not.toMatch(/[\u0000-\u001f\u2028]/);
    expect(line.length).toBeLessThan(600);
  }
});

const record: LogRecord = {
  atMs: 1_800_000_000_123,
  level: "info",
  name: "runs",
  event: "run.ended",
  fields: { runId: "k1", words: "two words", count: 3 },
};

test("a line for people has the time of day, level, folder, event and fields", () => {
  expect(humanLine(record, false)).toBe('08:00:00.123 info  runs run.ended runId=k1 words="two words" count=3');
  expect(humanLine(record, true)).toStartWith("\u001b[90m08:00:00.123\u001b[0m \u001b[36minfo \u001b[0m runs ");
});

test("a line for machines is one flat object", () => {
  expect(JSON.parse(jsonLine(record))).toEqual({
    time: "2027-01-15T08:00:00.123Z",
    level: "info",
    name: "runs",
    event: "run.ended",
    runId: "k1",
    words: "two words",
    count: 3,
  });
});

test("a line of the file has the shape that control clients read", () => {
  const time = "2027-01-15T08:00:00.123Z";
  expect(JSON.parse(fileLine(record))).toEqual({
    "0": "run.ended",
    "1": { runId: "k1", words: "two words", count: 3 },
    _meta: { logLevelName: "INFO", name: "runs", date: time },
    time,
  });
});

test("a caught error says its message, name, place and cause", () => {
  const error = new TypeError("no such thing", { cause: new Error("disk") });
  expect(errorFields(error)).toEqual({
    error: "no such thing",
    errorName: "TypeError",
    at: expect.stringContaining("log.test.ts"),
    cause: "disk",
  });
  expect(errorFields("just text")).toEqual({ error: "just text" });
});
