import { expect, test } from "bun:test";
import { fillTemplate, filledCharsMax, type RequestView, textAt } from "../../src/hooks/template.ts";

const view: RequestView = {
  payload: JSON.parse(
    '{"action":"opened","issue":{"number":7,"labels":[{"name":"bug"}],"open":true},' +
      '"headers":"own","__proto__":{"x":"y"}}',
  ) as unknown,
  headers: { "x-github-event": "issues" },
  query: { tag: "a.b", "dotted.name": "d" },
  path: "github",
  now: "2026-11-25T10:00:00.000Z",
};

const rows: readonly (readonly [path: string, found: string | undefined])[] = [
  ["action", "opened"],
  ["issue.number", "7"],
  ["issue.open", "true"],
  ["issue.labels[0].name", "bug"],
  ["issue.labels.0.name", "bug"],
  ["issue.labels[1].name", undefined],
  ["issue.labels", '[{"name":"bug"}]'],
  ["headers.X-GitHub-Event", "issues"],
  ["payload.headers", "own"],
  ["query.tag", "a.b"],
  ["query.dotted.name", "d"],
  ["path", "github"],
  ["now", "2026-11-25T10:00:00.000Z"],
  ["__proto__.x", undefined],
  ["constructor.name", undefined],
  ["issue.toString", undefined],
  ["headers.toString", undefined],
  ["action.length", undefined],
  ["", undefined],
];

for (const [path, found] of rows) {
  test(`the value at ${JSON.stringify(path)} is ${JSON.stringify(found)}`, () => {
    expect(textAt(path, view)).toBe(found);
  });
}

test("places are filled once, and what a value says is no template", () => {
  const hostile = { ...view, payload: { a: "{{b}}", b: "secret" } };
  expect(fillTemplate("<{{ a }}> {{missing}}{{headers.x-github-event}}", hostile)).toBe("<{{b}}> issues");
});

test("a filled template has a limit", () => {
  const long = { ...view, payload: { a: "x".repeat(filledCharsMax) } };
  expect(fillTemplate("{{a}}{{a}}", long)).toHaveLength(filledCharsMax);
});
