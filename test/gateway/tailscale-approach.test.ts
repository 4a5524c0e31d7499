import { expect, test } from "bun:test";
import { type ApproachPolicy, judgeApproach } from "../../src/gateway/approach.ts";

/** Requests with the marks of Tailscale's proxy: which are taken for that, and what that is worth. */

const name = "box.tail1234.ts.net";
const off: ApproachPolicy = { hosts: [], allowedOrigins: [], trustedProxies: [], ownTailnetAddresses: ["100.64.0.1"] };
const served: ApproachPolicy = { ...off, front: { name, how: "serve" } };
const funneled: ApproachPolicy = { ...off, front: { name, how: "funnel" } };
const beside: ApproachPolicy = { ...served, trustedProxies: ["127.0.0.1"], hosts: ["box.example.org"] };

/** What Tailscale's proxy makes of a request. */
const marks = {
  host: name,
  "x-forwarded-host": name,
  "x-forwarded-proto": "https",
  "x-forwarded-for": "100.64.0.7",
  "tailscale-user-login": "alice@example.com",
};

interface Case {
  readonly remote?: string;
  readonly policy?: ApproachPolicy;
  /** Over the marks; undefined takes one away. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

function judge({ remote = "127.0.0.1", policy = served, headers = {} }: Case): string {
  const all: Readonly<Record<string, string | undefined>> = { ...marks, ...headers };
  const verdict = judgeApproach({ remoteAddress: remote, header: (header) => all[header] ?? null, policy });
  if (verdict.kind === "refused") return `${verdict.status} ${verdict.code}`;
  const page = verdict.origin === undefined ? "" : " page";
  return `${verdict.isLocal ? "local" : "remote"} ${verdict.address}${page} ${verdict.through ?? "direct"}`;
}

const proxy = "403 proxy_attribution_required";
const host = "421 unknown_host";

const rows: readonly (readonly [what: string, given: Case, outcome: string])[] = [
  ["Tailscale's proxy", {}, "remote 100.64.0.7 serve"],
  [
    "Tailscale's proxy over IPv6",
    { remote: "::1", headers: { "x-forwarded-for": "fd7a:115c:a1e0::7" } },
    "remote fd7a:115c:a1e0::7 serve",
  ],
  ["a Host in capitals, with the port", { headers: { host: "BOX.tail1234.ts.net:443" } }, "remote 100.64.0.7 serve"],
  ["our page behind Tailscale", { headers: { origin: `https://${name}` } }, "remote 100.64.0.7 page serve"],
  ["S-03 a foreign page behind Tailscale", { headers: { origin: "https://evil.example" } }, "403 origin_not_allowed"],
  ["S-29 our own tailnet address", { headers: { "x-forwarded-for": "100.64.0.1" } }, "remote 100.64.0.1 serve"],
  [
    "a client that adds marks of other proxies",
    { headers: { "x-real-ip": "127.0.0.1", "cf-connecting-ip": "::1" } },
    "remote 100.64.0.7 serve",
  ],
  [
    "a visitor from the internet",
    { policy: funneled, headers: { "x-forwarded-for": "203.0.113.9", "tailscale-funnel-request": "?1" } },
    "remote 203.0.113.9 funnel",
  ],
  ["a machine of the tailnet at a funnel", { policy: funneled }, "remote 100.64.0.7 funnel"],
  [
    "another proxy beside Tailscale's",
    { policy: beside, headers: { host: "box.example.org", "x-forwarded-for": "1.1.1.1, 9.9.9.9" } },
    "remote 9.9.9.9 direct",
  ],
  ["S-28 marks while the mode is off", { policy: off }, proxy],
  ["S-28 marks from another machine", { remote: "192.168.1.77" }, proxy],
  ["S-28 marks from a tailnet address", { remote: "100.64.0.7" }, proxy],
  ["S-28 another machine's name", { headers: { host: "x.ts.net", "x-forwarded-host": "x.ts.net" } }, proxy],
  ["S-28 another Host than the forwarded one", { headers: { host: "localhost:18789" } }, proxy],
  ["S-28 another port of the name", { headers: { host: `${name}:8443` } }, proxy],
  ["S-28 no forwarded host", { headers: { "x-forwarded-host": undefined } }, proxy],
  ["S-28 no forwarded protocol", { headers: { "x-forwarded-proto": undefined } }, proxy],
  ["S-28 no forwarded address", { headers: { "x-forwarded-for": undefined } }, proxy],
  ["S-28 plain http by its word", { headers: { "x-forwarded-proto": "http" } }, proxy],
  ["S-28 two addresses", { headers: { "x-forwarded-for": "100.64.0.7, 8.8.8.8" } }, proxy],
  ["S-28 an address outside of the tailnet", { headers: { "x-forwarded-for": "8.8.8.8" } }, proxy],
  ["S-28 loopback as the address", { headers: { "x-forwarded-for": "127.0.0.1" } }, proxy],
  ["S-28 a flag in the place of an address", { headers: { "x-forwarded-for": "--json" } }, proxy],
  ["S-28 words behind the address", { headers: { "x-forwarded-for": "100.64.0.7 --help" } }, proxy],
  [
    "S-28 a funnel's visitor while only the tailnet is served",
    { headers: { "tailscale-funnel-request": "?1" } },
    proxy,
  ],
  [
    "S-28 the name and a login alone",
    { headers: { "x-forwarded-host": undefined, "x-forwarded-proto": undefined, "x-forwarded-for": undefined } },
    host,
  ],
];
for (const [what, given, outcome] of rows) test(`${what}: ${outcome}`, () => expect(judge(given)).toBe(outcome));
