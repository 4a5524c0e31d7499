import { expect, test } from "bun:test";
import { type ApproachPolicy, judgeApproach, tailnetAddresses } from "../../src/gateway/approach.ts";

const plain: ApproachPolicy = { hosts: [], allowedOrigins: [], trustedProxies: [], ownTailnetAddresses: [] };
const wide: ApproachPolicy = {
  ...plain,
  hosts: ["192.168.1.5", "box.example.org", "100.64.0.9"],
  ownTailnetAddresses: ["100.64.0.9"],
};
const proxied: ApproachPolicy = { ...wide, trustedProxies: ["127.0.0.2", "10.0.0.1"] };
const listed: ApproachPolicy = { ...plain, allowedOrigins: ["https://Chat.example.org"] };

type Headers = Readonly<Record<string, string>>;
const here: Headers = { host: "127.0.0.1:18789" };
const own = "http://127.0.0.1:18789";

function judge(remoteAddress: string, headers: Headers, policy: ApproachPolicy = plain): string {
  const verdict = judgeApproach({ remoteAddress, header: (name) => headers[name] ?? null, policy });
  if (verdict.kind === "refused") return `${verdict.status} ${verdict.code}`;
  return `${verdict.isLocal ? "local" : "remote"} ${verdict.address}${verdict.origin === undefined ? "" : " page"}`;
}

const proxy = "403 proxy_attribution_required";
const origin = "403 origin_not_allowed";
const host = "421 unknown_host";

const rows: readonly (readonly [
  name: string,
  remote: string,
  headers: Headers,
  policy: ApproachPolicy,
  outcome: string,
])[] = [
  ["a client on this host", "127.0.0.1", here, plain, "local 127.0.0.1"],
  ["another loopback address", "127.0.0.9", here, plain, "local 127.0.0.9"],
  ["IPv6 loopback", "::1", { host: "[::1]:18789" }, plain, "local ::1"],
  ["an IPv4 address in IPv6", "::ffff:127.0.0.1", { host: "localhost:18789" }, plain, "local 127.0.0.1"],
  ["a Host in capitals", "127.0.0.1", { host: "LOCALHOST:18789" }, plain, "local 127.0.0.1"],
  ["a Host without a port", "127.0.0.1", { host: "localhost" }, plain, "local 127.0.0.1"],
  ["a client of the network", "192.168.1.77", { host: "192.168.1.5:18789" }, wide, "remote 192.168.1.77"],
  ["a client by a configured name", "192.168.1.77", { host: "box.example.org" }, wide, "remote 192.168.1.77"],
  ["this host by a name of the network", "127.0.0.1", { host: "box.example.org" }, wide, "remote 127.0.0.1"],
  ["our own tailnet address", "100.64.0.9", { host: "100.64.0.9:18789" }, wide, "local 100.64.0.9"],
  ["another machine of the tailnet", "100.64.0.10", { host: "100.64.0.9:18789" }, wide, "remote 100.64.0.10"],
  [
    "a machine of the network that says localhost",
    "192.168.1.77",
    { host: "localhost:18789" },
    wide,
    "remote 192.168.1.77",
  ],

  ["S-12 our own page", "127.0.0.1", { ...here, origin: own }, plain, "remote 127.0.0.1 page"],
  [
    "our own page over TLS",
    "127.0.0.1",
    { host: "localhost", origin: "https://localhost" },
    plain,
    "remote 127.0.0.1 page",
  ],
  ["a listed origin", "127.0.0.1", { ...here, origin: "https://chat.example.org" }, listed, "remote 127.0.0.1 page"],
  [
    "a listed origin on another port",
    "127.0.0.1",
    { ...here, origin: "https://chat.example.org:8443" },
    listed,
    origin,
  ],
  ["a listed origin without TLS", "127.0.0.1", { ...here, origin: "http://chat.example.org" }, listed, origin],
  ["S-03 a foreign origin", "127.0.0.1", { ...here, origin: "https://evil.example" }, plain, origin],
  ["S-03 the origin null", "127.0.0.1", { ...here, origin: "null" }, plain, origin],
  ["S-03 a file's origin", "127.0.0.1", { ...here, origin: "file://" }, plain, origin],
  ["S-03 an empty origin", "127.0.0.1", { ...here, origin: "" }, plain, origin],
  [
    "S-03 a name that starts like ours",
    "127.0.0.1",
    { ...here, origin: "http://127.0.0.1.evil.example" },
    plain,
    origin,
  ],
  ["S-03 our origin with more behind it", "127.0.0.1", { ...here, origin: `${own}.evil.example` }, plain, origin],
  ["S-03 our origin as a user's name", "127.0.0.1", { ...here, origin: `${own}@evil.example` }, plain, origin],
  [
    "S-04 another port of this host",
    "127.0.0.1",
    { host: "localhost:18789", origin: "http://localhost:8080" },
    plain,
    origin,
  ],
  [
    "S-04 this host without a port",
    "127.0.0.1",
    { host: "localhost:18789", origin: "http://localhost" },
    plain,
    origin,
  ],
  ["S-04 this host under another name", "127.0.0.1", { ...here, origin: "http://localhost:18789" }, plain, origin],
  [
    "S-06 a rebound name, as Host and origin alike",
    "127.0.0.1",
    { host: "evil.example:18789", origin: "http://evil.example:18789" },
    plain,
    host,
  ],
  ["S-06 a rebound name without an origin", "127.0.0.1", { host: "evil.example:18789" }, plain, host],
  ["S-06 no Host", "127.0.0.1", {}, plain, host],
  ["S-06 a Host that ends like ours", "127.0.0.1", { host: "evil.localhost" }, plain, host],
  ["S-06 a Host that starts like ours", "127.0.0.1", { host: "localhost.evil.example" }, plain, host],
  ["S-06 all addresses as Host", "127.0.0.1", { host: "0.0.0.0:18789" }, wide, host],
  ["S-06 a bracket with more behind it", "127.0.0.1", { host: "[::1]evil.example:18789" }, plain, host],
  ["S-06 an open bracket", "127.0.0.1", { host: "[::1" }, plain, host],
  ["S-06 a port that is none", "127.0.0.1", { host: "localhost:evil" }, plain, host],
  ["S-06 a user in the Host", "127.0.0.1", { host: "localhost@evil.example" }, plain, host],

  ...[
    "x-forwarded-for",
    "x-real-ip",
    "forwarded",
    "x-forwarded-host",
    "cf-connecting-ip",
    "x-forwarded-proto",
    "true-client-ip",
  ].map(
    (name) =>
      [
        `S-25 ${name} of a proxy that nobody trusts`,
        "127.0.0.1",
        { ...here, [name]: "8.8.8.8" },
        plain,
        proxy,
      ] as const,
  ),
  ["S-25 an empty forwarding header", "127.0.0.1", { ...here, "x-forwarded-for": "" }, plain, proxy],
  [
    "S-26 the rightmost address that is no proxy of ours",
    "127.0.0.2",
    { ...here, "x-forwarded-for": "127.0.0.1, 9.9.9.9" },
    proxied,
    "remote 9.9.9.9",
  ],
  [
    "S-26 a chain of our proxies",
    "127.0.0.2",
    { ...here, "x-forwarded-for": "1.1.1.1, 9.9.9.9, 10.0.0.1" },
    proxied,
    "remote 9.9.9.9",
  ],
  ["S-26 a trusted proxy that says nothing", "127.0.0.2", here, proxied, proxy],
  [
    "S-26 a trusted proxy that names only proxies",
    "127.0.0.2",
    { ...here, "x-forwarded-for": "10.0.0.1" },
    proxied,
    proxy,
  ],
  ["S-26 a hop that is no address", "127.0.0.2", { ...here, "x-forwarded-for": "9.9.9.9, unknown" }, proxied, proxy],
  ["S-26 another header than the one that counts", "127.0.0.2", { ...here, "x-real-ip": "9.9.9.9" }, proxied, proxy],
  ["S-26 a hop with a port", "127.0.0.2", { ...here, "x-forwarded-for": "9.9.9.9:1234" }, proxied, "remote 9.9.9.9"],
  [
    "S-26 an IPv6 hop with a port",
    "127.0.0.2",
    { ...here, "x-forwarded-for": "[2001:db8::1]:1234" },
    proxied,
    "remote 2001:db8::1",
  ],
  [
    "S-29 loopback by a proxy's word is not local",
    "127.0.0.2",
    { ...here, "x-forwarded-for": "127.0.0.1" },
    proxied,
    "remote 127.0.0.1",
  ],
  ["S-28 a tailnet's name as Host", "127.0.0.1", { host: "x.ts.net", "tailscale-user-login": "owner" }, plain, host],
  [
    "S-28 a tailnet's name by configuration is not local",
    "127.0.0.1",
    { host: "x.ts.net", "tailscale-user-login": "owner" },
    { ...plain, hosts: ["x.ts.net"] },
    "remote 127.0.0.1",
  ],
];
for (const [name, remote, headers, policy, outcome] of rows) {
  test(`${name}: ${outcome}`, () => expect(judge(remote, headers, policy)).toBe(outcome));
}

test("a refusal says the cure", () => {
  const verdict = judgeApproach({
    remoteAddress: "127.0.0.1",
    header: (name) => (name === "host" ? "evil.example" : null),
    policy: plain,
  });
  expect(verdict).toEqual({
    kind: "refused",
    status: 421,
    code: "unknown_host",
    message: "this gateway does not answer to that Host: add the name to gateway.allowedHosts",
  });
});

test("tailnet addresses are found among a machine's own", () => {
  expect(tailnetAddresses(["127.0.0.1", "100.100.1.2", "::ffff:100.64.0.1", "FD7A:115C:A1E0::7", "10.0.0.1"])).toEqual([
    "100.100.1.2",
    "100.64.0.1",
    "fd7a:115c:a1e0::7",
  ]);
});
