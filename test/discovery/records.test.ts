import { expect, test } from "bun:test";
import { type Facts, hostLabel, planOf } from "../../src/discovery/index.ts";

const facts: Facts = { displayName: "Attic", hostLabel: "clawdia-1a2b3c", port: 18_789 };
const first = (more: Partial<Facts>) => {
  const plan = planOf({ ...facts, ...more })[0]!;
  return { ...plan, txt: plan.txt(plan.host) };
};

test("a host name is the digest's first six digits", () => {
  expect(hostLabel("1a2b3c4d5e6f")).toBe("clawdia-1a2b3c");
});

test("no two services share a host name: on two networks they would take each other for strangers", () => {
  expect(new Set(planOf(facts).map(({ host }) => host)).size).toBe(4);
});

test("a record says the name that it was given after a conflict", () => {
  expect(planOf(facts).map(({ txt }) => txt("clawdia-1a2b3c-(2)")["lanHost"])).toEqual(
    Array.from({ length: 4 }, () => "clawdia-1a2b3c-(2).local"),
  );
});

const names: readonly (readonly [what: string, name: string, instance: string, told: string])[] = [
  ["a plain name", "Attic", "Attic (Clawdia)", "Attic"],
  ["dots, which end a label", "Dr. Who", "Dr- Who (Clawdia)", "Dr. Who"],
  ["too many letters", "a".repeat(64), `${"a".repeat(46)} (Clawdia)`, "a".repeat(46)],
  ["letters of several bytes", "ö".repeat(40), `${"ö".repeat(23)} (Clawdia)`, "ö".repeat(23)],
  ["nothing but blanks", "  ", "Clawdia (Clawdia)", "Clawdia"],
];
for (const [what, name, instance, told] of names) {
  test(`a display name fits into a label: ${what}`, () => {
    const plan = first({ displayName: name });
    expect([plan.instance, plan.txt["displayName"]]).toEqual([instance, told]);
  });
}

test("every instance leaves room for a number behind it", () => {
  const longest = planOf({ ...facts, displayName: "ö".repeat(64) }).map(({ instance }) => Buffer.byteLength(instance));
  expect(Math.max(...longest) + " (99)".length).toBeLessThanOrEqual(63);
});

test("what does not fit into one string of a TXT record is left out", () => {
  const cliPath = `/opt/${"x".repeat(300)}/clawdia`;
  expect(first({ remoteSetup: { cliPath } }).txt).not.toHaveProperty("cliPath");
  expect(first({ remoteSetup: { cliPath: undefined } }).txt["sshPort"]).toBe("22");
});
