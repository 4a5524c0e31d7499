import { expect, test } from "bun:test";
import { agentIdOf, canonicalKey, isMainSession, mainSessionKey, type SessionNames } from "../../src/sessions/index.ts";

const names: SessionNames = { defaultAgentId: "main", mainKey: "home", scope: "per-sender" };
const globalNames: SessionNames = { ...names, scope: "global" };

const canonical: readonly (readonly [written: string, expected: string, global?: string])[] = [
  ["main", "agent:main:home", "global"],
  ["home", "agent:main:home", "global"],
  ["  Main\n", "agent:main:home", "global"],
  ["agent:main:main", "agent:main:home", "global"],
  ["Agent:MAIN:Home", "agent:main:home", "global"],
  ["agent:work:main", "agent:work:home", "global"],
  ["agent:work:home", "agent:work:home", "global"],
  ["agent:work:task", "agent:work:task"],
  ["notes", "agent:main:notes"],
  ["Telegram:DM:123", "agent:main:telegram:dm:123"],
  ["whatsapp:group:123@g.us", "agent:main:whatsapp:group:123@g.us"],
  ["cron:job_1", "agent:main:cron:job_1"],
  ["global", "global"],
  ["GLOBAL", "global"],
  ["unknown", "unknown"],
  ["agent", "agent:main:agent"],
  ["ärger-日本", "agent:main:ärger-日本"],
  ["a+b/c=d~e#f", "agent:main:a+b/c=d~e#f"],
  ["agent:main:agent:work:main", "agent:main:agent:work:main"],
];

for (const [written, expected, global = expected] of canonical) {
  test(`the key ${JSON.stringify(written)} is ${expected}`, () => {
    expect<string>(canonicalKey(written, names)).toBe(expected);
    expect<string>(canonicalKey(written, globalNames)).toBe(global);
    expect<string>(canonicalKey(canonicalKey(written, names), names)).toBe(expected);
    expect<string>(canonicalKey(canonicalKey(written, globalNames), globalNames)).toBe(global);
  });
}

const hostile = [
  "",
  " ",
  "../../etc/passwd",
  "a/../b",
  "..",
  "/etc/passwd",
  ".hidden",
  "a b",
  "a\u0000b",
  "a\nb",
  "a\u202eb",
  "a\\b",
  "a'b",
  'a"b',
  "a;b",
  "a%2e",
  "<script>",
  "__proto__",
  "agent:",
  "agent::",
  "agent::x",
  "agent:main",
  "agent:main:",
  "agent:../x:y",
  "agent:a.b:c",
  `agent:${"a".repeat(65)}:x`,
  "x".repeat(505),
];

for (const written of hostile) {
  test(`the key ${JSON.stringify(written.slice(0, 40))} is refused`, () => {
    expect(() => canonicalKey(written, names)).toThrow("invalid session key");
  });
}

test("a canonical key fits into the wire's 512 characters", () => {
  expect(canonicalKey("x".repeat(501), names)).toHaveLength(512);
  expect(() => canonicalKey("x".repeat(502), names)).toThrow("invalid session key");
});

test("the main session is the agent's, or the one for everything", () => {
  expect<string>(mainSessionKey(names)).toBe("agent:main:home");
  expect<string>(mainSessionKey(names, "work")).toBe("agent:work:home");
  expect<string>(mainSessionKey(globalNames)).toBe("global");
});

const mains: readonly (readonly [key: string, isMain: boolean])[] = [
  ["main", true],
  ["agent:work:main", true],
  ["notes", false],
  ["agent:main:x:home", false],
  ["global", false],
  ["unknown", false],
];

for (const [key, isMain] of mains) {
  test(`${key} is ${isMain ? "a" : "no"} main session`, () => {
    expect(isMainSession(canonicalKey(key, names), names)).toBe(isMain);
  });
}

const agentOf = (key: string) => agentIdOf(canonicalKey(key, names), names);

test("a key tells its agent; those without one belong to the default agent", () => {
  expect(["notes", "agent:work:x", "global", "unknown"].map(agentOf)).toEqual(["main", "work", "main", "main"]);
});
