import { expect, test } from "bun:test";
import { addressText, parseAddress } from "../../src/net/index.ts";

const cases: readonly (readonly [text: string, read: string | undefined])[] = [
  ["1.2.3.4", "1.2.3.4"],
  ["1.2.3.4.", "1.2.3.4"],
  ["1.2.772", "1.2.3.4"],
  ["1.131844", "1.2.3.4"],
  ["16909060", "1.2.3.4"],
  ["0x01020304", "1.2.3.4"],
  ["0100401404", "1.2.3.4"],
  ["0x1.02.3.0x4", "1.2.3.4"],
  ["0", "0.0.0.0"],
  ["0x", "0.0.0.0"],
  ["4294967295", "255.255.255.255"],
  ["4294967296", undefined],
  ["1.2.3.256", undefined],
  ["256.1", undefined],
  ["1.2.65536", undefined],
  ["1.2.3.4.5", undefined],
  ["1..2", undefined],
  ["1.2.3.4..", undefined],
  ["08.1.1.1", undefined],
  ["0x1g", undefined],
  ["-1", undefined],
  ["1e3", undefined],
  ["", undefined],
  [".", undefined],
  ["example.com", undefined],
  ["::", "0:0:0:0:0:0:0:0"],
  ["::1", "0:0:0:0:0:0:0:1"],
  ["1::", "1:0:0:0:0:0:0:0"],
  ["[::1]", "0:0:0:0:0:0:0:1"],
  ["2001:DB8::00ff:1", "2001:db8:0:0:0:0:ff:1"],
  ["1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"],
  ["1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"],
  ["::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"],
  ["1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"],
  ["::ffff:1.2.3.4", "0:0:0:0:0:ffff:102:304"],
  ["fe80::1%eth0", "fe80:0:0:0:0:0:0:1"],
  ["fe80::1%25eth0", "fe80:0:0:0:0:0:0:1"],
  [":::", undefined],
  ["::1::", undefined],
  ["1:2:3:4:5:6:7", undefined],
  ["1:2:3:4:5:6:7:8:9", undefined],
  ["1:2:3:4:5:6:7:8::", undefined],
  ["::12345", undefined],
  ["::g", undefined],
  ["1.2.3.4::", undefined],
  ["::1.2.3", undefined],
  ["::1.2.3.256", undefined],
  ["::0x1.2.3.4", undefined],
  [":1", undefined],
  ["1:", undefined],
  [`::${"0".repeat(200)}1`, undefined],
];

for (const [text, read] of cases) {
  test(`"${text.slice(0, 40)}" is ${read ?? "no address"}`, () => {
    const bytes = parseAddress(text);
    expect(bytes && addressText(bytes)).toEqual(read);
  });
}

test("the one spelling of an address is read back as the same bytes", () => {
  for (let seed = 1; seed < 2000; seed++) {
    const bytes = Uint8Array.from(
      { length: seed % 2 === 0 ? 4 : 16 },
      (_, index) => (seed * 2654435761 * (index + 1)) >>> 24,
    );
    expect(parseAddress(addressText(bytes))).toEqual(bytes);
  }
});
