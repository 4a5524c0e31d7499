import { expect, test } from "bun:test";
import { parseBeacon } from "../../src/presence/beacon.ts";

const whole = "Node: Alice's Mac (192.168.1.7) · app 2026.1.3 · last input 12s ago · mode local · reason periodic";

const rows: readonly (readonly [name: string, text: string, expected: object])[] = [
  [
    "a whole line",
    whole,
    {
      host: "Alice's Mac",
      ip: "192.168.1.7",
      version: "2026.1.3",
      lastInputSeconds: 12,
      mode: "local",
      reason: "periodic",
    },
  ],
  [
    "without an address",
    "Node: mac · app 1 · last input 0s ago · mode ui · reason connect",
    { host: "mac", version: "1", lastInputSeconds: 0, mode: "ui", reason: "connect" },
  ],
  [
    "a reason of several words, with space around",
    "  Node: mac (::1) · app 1 · last input 3s ago · mode ui · reason key chain unlocked \n",
    { host: "mac", ip: "::1", version: "1", lastInputSeconds: 3, mode: "ui", reason: "key chain unlocked" },
  ],
  ["something in front", `x ${whole}`, {}],
  ["the reason missing", whole.replace(" · reason periodic", ""), {}],
  ["no number of seconds", whole.replace("12s", "some s"), {}],
  ["another separator", whole.replaceAll("·", "-"), {}],
  ["a second line", `${whole}\nmore`, {}],
  ["any other text", "the build is done", {}],
  ["nothing", "", {}],
];

for (const [name, text, expected] of rows) {
  test(`beacon: ${name}`, () => {
    expect<object>(parseBeacon(text)).toEqual(expected);
  });
}

test("a long line that almost has the form is refused in a moment", () => {
  const startedAt = performance.now();
  expect(parseBeacon(`Node: ${" (".repeat(50_000)} · app 1 · last input 1s ago · mode x`)).toEqual({});
  expect(parseBeacon(`Node: ${"a ".repeat(50_000)}`)).toEqual({});
  expect(performance.now() - startedAt).toBeLessThan(50);
});
