/** Spellings of addresses that nobody may be made to dial, and some that everybody may. */

/** One address or more of every block that is not public, with the edges of the blocks. */
const privateIpv4 = [
  "0.0.0.0",
  "0.255.255.255",
  "10.0.0.1",
  "10.255.255.255",
  "100.64.0.1",
  "100.100.100.200",
  "100.127.255.255",
  "127.0.0.1",
  "127.0.0.53",
  "127.255.255.255",
  "168.63.129.16",
  "169.254.0.1",
  "169.254.169.254",
  "172.16.0.1",
  "172.31.255.255",
  "192.0.0.192",
  "192.0.2.1",
  "192.88.99.1",
  "192.168.0.1",
  "192.168.255.255",
  "198.18.0.1",
  "198.19.255.255",
  "198.51.100.7",
  "203.0.113.9",
  "224.0.0.1",
  "239.255.255.255",
  "240.0.0.1",
  "255.255.255.255",
];

const bytesOf = (dotted: string) => dotted.split(".").map(Number);
const wholeOf = (dotted: string) => bytesOf(dotted).reduce((sum, byte) => sum * 256 + byte, 0);
const hex = (byte: number) => byte.toString(16).padStart(2, "0");
const hexPair = (dotted: string, mask = 0) => {
  const [a, b, c, d] = bytesOf(dotted).map((byte) => hex(byte ^ mask));
  return `${a}${b}:${c}${d}`;
};

/** Every way to write an IPv4 address, by itself and inside of an IPv6 address. */
const spellings: readonly ((dotted: string) => string)[] = [
  (dotted) => dotted,
  (dotted) => `${dotted}.`,
  (dotted) => String(wholeOf(dotted)),
  (dotted) => `0x${wholeOf(dotted).toString(16)}`,
  (dotted) => `0${wholeOf(dotted).toString(8)}`,
  (dotted) =>
    bytesOf(dotted)
      .map((byte) => `0x${hex(byte)}`)
      .join("."),
  (dotted) =>
    bytesOf(dotted)
      .map((byte) => `0${byte.toString(8).padStart(3, "0")}`)
      .join("."),
  (dotted) => `${bytesOf(dotted)[0]}.${wholeOf(dotted) % 2 ** 24}`,
  (dotted) => `${bytesOf(dotted).slice(0, 2).join(".")}.${wholeOf(dotted) % 2 ** 16}`,
  (dotted) => `[::ffff:${dotted}]`,
  (dotted) => `[0:0:0:0:0:FFFF:${hexPair(dotted)}]`,
  (dotted) => `[::${dotted}]`,
  (dotted) => `[::ffff:0:${dotted}]`,
  (dotted) => `[64:ff9b::${dotted}]`,
  (dotted) => `[64:ff9b:1::${dotted}]`,
  (dotted) => `[2002:${hexPair(dotted)}::1]`,
  (dotted) => `[2001:0:5db8:d822:0:0:${hexPair(dotted, 255)}]`,
  (dotted) => `[2606:4700::5efe:${dotted}]`,
  (dotted) => `[2606:4700::200:5efe:${hexPair(dotted)}]`,
];

const privateIpv6 = [
  "[::]",
  "[::1]",
  "[0:0:0:0:0:0:0:1]",
  "[0000:0000:0000:0000:0000:0000:0000:0001]",
  "[::0:1]",
  "[100::1]",
  "[2001::1]",
  "[2001:10::1]",
  "[2001:1ff:ffff::1]",
  "[2001:db8::1]",
  "[2001:db8:ffff:ffff:ffff:ffff:ffff:ffff]",
  "[2002::1]",
  "[3fff::1]",
  "[3fff:fff::1]",
  "[4000::1]",
  "[5f00::1]",
  "[64:ff9b:1::1]",
  "[64:ff9b:2::1]",
  "[9000::1]",
  "[fc00::1]",
  "[fd00:ec2::254]",
  "[fd7a:115c:a1e0::1]",
  "[fdff:ffff::1]",
  "[fe80::1]",
  "[FE80::1]",
  "[febf::1]",
  "[fec0::1]",
  "[ff02::1]",
  "[ff0e::1]",
  "[ffff::1]",
];

/** As they stand in a URL. */
export const refusedHosts: readonly string[] = [
  ...privateIpv4.flatMap((dotted) => spellings.map((spell) => spell(dotted))),
  ...privateIpv6,
  "127.1",
  "127.0.1",
  "0",
  "0x0",
  "0x",
  "017700000001",
  "0x7F000001",
  "0X7f.1",
  "0177.1",
  "127.0x1",
  "１２７.０.０.１",
  "127。0。0。1",
  "①②⑦.⓪.⓪.①",
  "%31%32%37.0.0.1",
  "localhost",
  "LOCALHOST",
  "localhost.",
  "ｌｏｃａｌｈｏｓｔ",
  "me.localhost",
];

/** Addresses of the public internet, some of them hard by a block that is not. */
export const publicHosts: readonly string[] = [
  "1.1.1.1",
  "8.8.8.8",
  "9.255.255.255",
  "11.0.0.0",
  "93.184.216.34",
  "100.63.255.255",
  "100.128.0.0",
  "126.255.255.255",
  "128.0.0.0",
  "169.253.255.255",
  "172.15.255.255",
  "172.32.0.0",
  "192.0.1.1",
  "192.167.255.255",
  "198.17.255.255",
  "198.20.0.0",
  "223.255.255.255",
  "134744072",
  "[2606:4700:4700::1111]",
  "[2001:4860:4860::8888]",
  "[2001:200::1]",
  "[2a00:1450:4001:81b::200e]",
  "[::ffff:8.8.8.8]",
  "[64:ff9b::8.8.8.8]",
];
