import { expect, test } from "bun:test";
import { readHeader, readPeer, readServed, readStatus } from "../../src/tailscale/answers.ts";
import { troubleIn, troubleOf } from "../../src/tailscale/troubles.ts";

/** What the `tailscale` command answers and says, and what that means here. */

const joined = {
  Version: "1.96.2",
  BackendState: "Running",
  AuthURL: "",
  TailscaleIPs: ["100.101.102.103"],
  Self: { DNSName: "Box.tail1234.ts.net.", TailscaleIPs: ["100.101.102.103", "fd7a:115c:a1e0::1"], Online: true },
  CertDomains: ["box.tail1234.ts.net"],
  Peer: null,
};
const status = (more: object = {}) => readStatus(JSON.stringify({ ...joined, ...more }));

test("a machine that joined has its name, its addresses and certificates", () => {
  expect(status()).toEqual({
    backend: "Running",
    name: "box.tail1234.ts.net",
    addresses: ["100.101.102.103", "fd7a:115c:a1e0::1"],
    loginUrl: undefined,
    hasCertificates: true,
  });
  expect(troubleOf(status()!)).toBeUndefined();
});

const outside = { Self: null, TailscaleIPs: null, CertDomains: null };
const states: readonly (readonly [name: string, more: object, reason: string, cure: string])[] = [
  [
    "nobody logged in",
    { BackendState: "NeedsLogin", AuthURL: "https://login.tailscale.com/a/1", ...outside },
    "Tailscale is not logged in",
    "https://login.tailscale.com/a/1",
  ],
  [
    "no login is under way",
    { BackendState: "NeedsLogin", ...outside },
    "Tailscale is not logged in",
    "sudo tailscale up",
  ],
  [
    "an admin has to agree",
    { BackendState: "NeedsMachineAuth", ...outside },
    "an admin of the tailnet has not approved this machine",
    "https://login.tailscale.com/admin/machines",
  ],
  ["it was stopped", { BackendState: "Stopped", ...outside }, "Tailscale is stopped", "sudo tailscale up"],
  ["it starts", { BackendState: "Starting" }, "Tailscale is not ready (Starting)", "tailscale status"],
  [
    "there is no name",
    { Self: { DNSName: "" } },
    "this machine has no MagicDNS name",
    "enable MagicDNS at https://login.tailscale.com/admin/dns",
  ],
  [
    "there are no certificates",
    { CertDomains: null },
    "the tailnet has no HTTPS certificates",
    "enable HTTPS at https://login.tailscale.com/admin/dns",
  ],
  [
    "the certificates are another name's",
    { CertDomains: ["old.tail1234.ts.net"] },
    "the tailnet has no HTTPS certificates",
    "enable HTTPS at https://login.tailscale.com/admin/dns",
  ],
];
for (const [name, more, reason, cure] of states) {
  test(`${name}: ${reason}`, () => expect(troubleOf(status(more)!)).toEqual({ reason, cure }));
}

test("what is no status is none, and a name that is no host is none", () => {
  expect(readStatus("")).toBeUndefined();
  expect(readStatus("[]")).toBeUndefined();
  expect(readStatus('{"BackendState":7}')).toBeUndefined();
  expect(status({ Self: { DNSName: "box.ts.net/../evil." } })?.name).toBeUndefined();
  expect(readStatus(`warning: versions differ\n${JSON.stringify(joined)}\n`)?.name).toBe("box.tail1234.ts.net");
});

const name = "box.tail1234.ts.net";
const web = (proxy: object) => ({ Web: { [`${name}:443`]: { Handlers: { "/": proxy, "/other": { Proxy: "x" } } } } });
const served = (config: object | string) =>
  readServed(typeof config === "string" ? config : JSON.stringify(config), name);
const configs: readonly (readonly [
  what: string,
  config: object | string,
  root: string | undefined,
  funnel: boolean,
])[] = [
  ["nothing", "", undefined, false],
  ["an empty config", {}, undefined, false],
  ["null maps", { TCP: null, Web: null, AllowFunnel: null, Foreground: null }, undefined, false],
  ["a proxy", web({ Proxy: "http://127.0.0.1:18789" }), "http://127.0.0.1:18789", false],
  [
    "a funnel",
    { ...web({ Proxy: "http://127.0.0.1:1" }), AllowFunnel: { [`${name}:443`]: true } },
    "http://127.0.0.1:1",
    true,
  ],
  ["a folder", web({ Path: "/srv/www" }), "/srv/www", false],
  ["a text", web({ Text: "hello" }), "a text", false],
  ["raw TCP", { TCP: { "443": { TCPForward: "127.0.0.1:22" } } }, "127.0.0.1:22", false],
  [
    "somebody's terminal",
    { Foreground: { s1: web({ Proxy: "http://127.0.0.1:3000" }) } },
    "http://127.0.0.1:3000",
    false,
  ],
  ["another port", { Web: { [`${name}:8443`]: { Handlers: { "/": { Proxy: "x" } } } } }, undefined, false],
];
for (const [what, config, root, isFunnel] of configs) {
  test(`served is ${what}`, () => expect(served(config)).toEqual({ root, isFunnel }));
}

const node = { Name: "phone.tail1234.ts.net.", Addresses: ["100.64.0.7/32", "fd7a:115c:a1e0::7/128"] };
const user = { LoginName: "Alice@example.com", DisplayName: "Alice" };
const whois = (answer: object, address = "100.64.0.7") => readPeer(JSON.stringify(answer), address);

test("a peer is who has that very address; tags stand in the place of a user", () => {
  const peer = { machine: "phone.tail1234.ts.net", login: "Alice@example.com" };
  expect(whois({ Node: node, UserProfile: user })).toEqual(peer);
  expect(whois({ Node: node, UserProfile: user }, "FD7A:115C:A1E0::7")).toEqual(peer);
  expect(whois({ Node: node, UserProfile: user }, "100.64.0.8")).toBeUndefined();
  expect(whois({ Node: { ...node, Addresses: ["0.0.0.0/0"] }, UserProfile: user })).toBeUndefined();
  const tagged = { Node: { ...node, Tags: ["tag:server"] }, UserProfile: { LoginName: "tagged-devices" } };
  expect(whois(tagged)).toEqual({ ...peer, login: undefined });
  expect(whois({ Node: node, UserProfile: { LoginName: " " } })?.login).toBeUndefined();
  expect(whois({ error: "peer not found" })).toBeUndefined();
});

test("a name that is not ASCII is read from its words", () => {
  expect(readHeader("alice@example.com")).toBe("alice@example.com");
  expect(readHeader("=?utf-8?q?J=C3=BCrgen_M=C3=BCller?=")).toBe("Jürgen Müller");
  expect(readHeader("=?UTF-8?Q?a=C3?= =?utf-8?q?=A9b?=")).toBe("aéb");
  expect(readHeader("=?utf-8?q?100%=3F?=")).toBe("100%?");
});

const exited = { end: "exited", code: 1, stdout: "" } as const;
const servePage = "https://login.tailscale.com/f/serve?node=n1";
const sayings: readonly (readonly [said: string, reason: string, cure: string])[] = [
  [
    "sending serve config: Access denied: serve config denied\n\nUse 'sudo tailscale serve --bg 1'.",
    "Tailscale does not let this user change what it serves",
    "sudo tailscale set --operator=alice",
  ],
  [
    `Serve is not enabled on your tailnet.\nTo enable, visit:\n\n         ${servePage}\n`,
    "Serve is not enabled on the tailnet",
    `open ${servePage}`,
  ],
  [
    'Funnel not available; "funnel" node attribute not set. See https://tailscale.com/s/no-funnel.',
    "the tailnet's policy does not allow this machine a Funnel",
    "https://tailscale.com/s/no-funnel, or gateway.tailscale.mode serve",
  ],
  [
    "Funnel not available; HTTPS must be enabled. See https://tailscale.com/s/https.",
    "the tailnet has no HTTPS certificates",
    "enable HTTPS at https://login.tailscale.com/admin/dns",
  ],
  [
    "failed to connect to local tailscaled; it doesn't appear to be running (sudo systemctl start tailscaled ?)",
    "Tailscale's daemon does not run",
    "sudo systemctl start tailscaled",
  ],
  ["flag provided but not defined: -bg", "this Tailscale is older than 1.52", "sudo tailscale update"],
  ["something\nnew \u001b[31mhappened\n", "tailscale x: new \\u001b[31mhappened", "tailscale x"],
  ["", "tailscale x: it ended with exit code 1", "tailscale x"],
];
for (const [stderr, reason, cure] of sayings) {
  test(`of "${stderr.split("\n")[0]}" a person reads: ${reason}`, () => {
    expect(troubleIn({ ...exited, stderr }, "tailscale x", "alice")).toEqual({ reason, cure });
  });
}

test("what a command said before its time was up counts, and silence does, too", () => {
  const late = { end: "late", code: null, stderr: "" } as const;
  const page =
    "Funnel is not enabled on your tailnet.\nTo enable, visit:\n\n   https://login.tailscale.com/f/funnel?node=n1";
  expect(troubleIn({ ...late, stdout: page }, "tailscale x", "alice").cure).toBe(
    "open https://login.tailscale.com/f/funnel?node=n1",
  );
  expect(troubleIn({ ...late, stdout: "" }, "tailscale x", "alice").reason).toBe("tailscale x does not answer");
});
