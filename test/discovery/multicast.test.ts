import { expect, test } from "bun:test";
import { cannotUse } from "../../src/discovery/multicast.ts";

const off = "or clawdia config set discovery.mdns.mode off";

const cases: readonly (readonly [code: string, reason: string, cure: RegExp])[] = [
  ["EADDRINUSE", "another program keeps UDP port 5353 for itself", /^end the one that sudo .* names/],
  [
    "EPERM",
    "the system forbids multicast on eth0 (EPERM)",
    /^let UDP port 5353 to 224\.0\.0\.251 through its firewall/,
  ],
  ["EACCES", "the system forbids multicast on eth0 (EACCES)", /^let UDP port 5353 to 224\.0\.0\.251 through/],
  ["ENODEV", "eth0 takes no multicast (ENODEV)", /^connect this machine to a network that does/],
];
for (const [code, reason, cure] of cases) {
  test(`a socket that fails says what failed, why, and what helps: ${code}`, () => {
    const fault = Object.assign(new Error("setsockopt"), { code });
    const told = cannotUse({ name: "eth0" }, fault);
    expect([told.message, told.cause]).toEqual([reason, fault]);
    expect(told.cure).toMatch(cure);
    expect(told.cure).toEndWith(off);
    // `status` and `doctor` take what stands behind the last colon for the cure.
    expect(told.cure).not.toContain(": ");
  });
}
