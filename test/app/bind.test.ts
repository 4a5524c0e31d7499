import { expect, test } from "bun:test";
import { bindAddresses } from "../../src/app/bind.ts";
import { ConfigError } from "../../src/config/index.ts";

const own = ["127.0.0.1", "192.168.1.7", "100.101.102.103", "fd7a:115c:a1e0::1", "::1"];

const rows: readonly (readonly [bind: string, expected: readonly string[]])[] = [
  ["loopback", ["127.0.0.1", "::1"]],
  ["lan", ["0.0.0.0"]],
  ["tailnet", ["100.101.102.103", "fd7a:115c:a1e0::1", "127.0.0.1"]],
  ["192.168.1.7", ["192.168.1.7", "127.0.0.1"]],
  ["::1", ["::1"]],
];

for (const [bind, expected] of rows) {
  test(`bind ${bind} listens on ${expected.join(" and ")}`, () => {
    expect(bindAddresses(bind, own)).toEqual([...expected]);
  });
}

test("a tailnet that is not there is refused with the cure", () => {
  expect(() => bindAddresses("tailnet", ["127.0.0.1", "192.168.1.7"])).toThrow(
    new ConfigError("bind tailnet: this machine has no Tailscale address; start Tailscale or use --bind loopback"),
  );
});

for (const bind of ["localhost", "", "everywhere", "1.2.3", "127.0.0.1:80", "Loopback"]) {
  test(`bind ${JSON.stringify(bind)} is refused with the words there are`, () => {
    expect(() => bindAddresses(bind, own)).toThrow(
      new ConfigError(`bind "${bind}": use loopback, lan, tailnet or an IP address of this machine`),
    );
  });
}
