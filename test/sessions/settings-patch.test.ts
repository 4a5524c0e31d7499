import { expect, test } from "bun:test";
import { patchSettings, settingNames } from "../../src/sessions/settings-patch.ts";
import { thinkingLevelOf } from "../../src/sessions/index.ts";

const high = { thinkingLevel: "high" };

const rows: readonly (readonly [name: string, before: object, patch: object, after: object])[] = [
  ["an empty patch changes nothing", high, {}, high],
  ["a value is set", {}, { thinkingLevel: "high" }, high],
  ["a value is replaced", high, { thinkingLevel: "low" }, { thinkingLevel: "low" }],
  ["null clears", high, { thinkingLevel: null }, {}],
  ["undefined does not count", high, { thinkingLevel: undefined }, high],
  ["what is not in the patch stays", high, { verboseLevel: "on" }, { ...high, verboseLevel: "on" }],
  ["case and space around do not count", {}, { thinkingLevel: " HIGH " }, high],
  ["names that are no settings are left out", {}, { label: "x", constructor: "x" }, {}],
  ["off is the default of thinking", high, { thinkingLevel: "off" }, {}],
  ["off is the default of verbose", { verboseLevel: "full" }, { verboseLevel: "off" }, {}],
  ["off is the default of reasoning", { reasoningLevel: "on" }, { reasoningLevel: "off" }, {}],
  ["off is the default of usage", { responseUsage: "full" }, { responseUsage: "off" }, {}],
  ["off is a value of elevated", {}, { elevatedLevel: "off" }, { elevatedLevel: "off" }],
  ["off is a value of execAsk", {}, { execAsk: "off" }, { execAsk: "off" }],
];

for (const [name, before, patch, after] of rows) {
  test(`settings: ${name}`, () => {
    expect<object>(patchSettings(before, { ...patch })).toEqual(after);
  });
}

const sets: Readonly<Record<string, readonly string[]>> = {
  thinkingLevel: ["off", "minimal", "low", "medium", "high", "xhigh"],
  verboseLevel: ["on", "off", "full"],
  reasoningLevel: ["on", "off", "stream"],
  elevatedLevel: ["on", "off", "ask", "full"],
  responseUsage: ["off", "tokens", "full", "on"],
  execHost: ["sandbox", "gateway", "node"],
  execSecurity: ["deny", "allowlist", "full"],
  execAsk: ["off", "on-miss", "always"],
  sendPolicy: ["allow", "deny"],
  groupActivation: ["mention", "always"],
};

test("every closed setting is listed here", () => {
  expect([...settingNames].toSorted()).toEqual(Object.keys(sets).toSorted());
});

for (const [name, values] of Object.entries(sets)) {
  test(`${name} takes its values and refuses others with them`, () => {
    for (const value of values) {
      const stored = (patchSettings({}, { [name]: value }) as Record<string, string>)[name];
      expect(stored ?? "off").toBe(value);
    }
    for (const value of ["", "banana", "__proto__", "toString"]) {
      expect(() => patchSettings({}, { [name]: value })).toThrow(`invalid ${name} (use ${values.join("|")})`);
    }
  });
}

const levels: readonly (readonly [given: string | undefined, expected: string | undefined])[] = [
  [undefined, undefined],
  ["", undefined],
  ["  ", undefined],
  ["default", undefined],
  ["Default", undefined],
  ["off", "off"],
  ["min", "minimal"],
  ["on", "low"],
  ["mid", "medium"],
  ["med", "medium"],
  ["max", "high"],
  ["highest", "high"],
  ["XHigh", "xhigh"],
];

for (const [given, expected] of levels) {
  test(`the thinking level ${JSON.stringify(given)} means ${expected ?? "none"}`, () => {
    expect(thinkingLevelOf(given)).toBe(expected);
  });
}

test("a thinking level that is none is refused with those there are", () => {
  expect(() => thinkingLevelOf("very")).toThrow("invalid thinkingLevel (use off|minimal|low|medium|high|xhigh)");
});
