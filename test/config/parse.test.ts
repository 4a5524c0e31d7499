import { expect, test } from "bun:test";
import { Config, defaultConfig, parseConfig } from "../../src/config/index.ts";
import { fits } from "../../src/protocol/index.ts";

const defaults = {
  gateway: {
    port: 18_789,
    bind: "loopback",
    auth: {},
    allowedOrigins: [],
    allowedHosts: [],
    tls: { enabled: false },
    tailscale: { mode: "off", resetOnExit: false },
    trustedProxies: [],
    http: {
      chatCompletions: { enabled: false },
      responses: { enabled: false },
      toolsInvoke: { enabled: true },
      metrics: { enabled: true, openOnLoopback: false },
    },
    nodes: { allowCommands: [], denyCommands: [] },
  },
  agents: {
    list: [{ id: "main", name: "Clawdia" }],
    runTimeoutSeconds: 600,
    runsMax: 4,
    echoPauseMs: 12,
    echoNetworks: false,
  },
  models: { fallbacks: [], aliases: {}, vendors: {} },
  tools: { allow: [], deny: [], exec: { timeoutSeconds: 120, environment: [] }, fetch: { allowHosts: [] } },
  mcp: { servers: {} },
  externalAgents: {},
  providers: {
    telegram: { enabled: true, accounts: {} },
    slack: { enabled: true, accounts: {} },
    whatsapp: { enabled: true, accounts: {} },
    imessage: { enabled: true, accounts: {} },
    signal: { enabled: true, accounts: {} },
    discord: { enabled: true, accounts: {} },
  },
  bindings: [],
  messages: {
    queueMode: "collect",
    queueMax: 20,
    queueDrop: "summarize",
    catchUpMinutes: 15,
    replyLifeMinutes: 60,
    proactiveLifeMinutes: 1440,
    noticeLifeMinutes: 10,
    typing: "instant",
  },
  hooks: { enabled: false, path: "/hooks", bodyBytesMax: 262_144, trust: "external", mappings: [] },
  cron: { enabled: true, misfireMinutes: 360 },
  heartbeat: {
    every: "30m",
    agents: [],
    target: "last",
    ackMaxChars: 300,
    visibility: { showOk: false, showAlerts: true, useIndicator: true },
  },
  session: {
    mainKey: "main",
    scope: "per-sender",
    dmScope: "main",
    identityLinks: {},
    resetMode: "off",
    resetHour: 4,
    resetIdleMinutes: 60,
  },
  canvasHost: { enabled: true, tls: "auto", liveReload: true },
  discovery: { mdns: { mode: "minimal" } },
  logging: { level: "info" },
  ui: {},
  node: {
    camera: { enabled: true, sources: [] },
    screen: { enabled: true },
    canvas: { enabled: true, window: "auto", idleMinutes: 10 },
    location: { enabled: true, accuracyMeters: 50, gpsd: "127.0.0.1:2947" },
    notify: true,
    exec: { enabled: true, remoteRules: false, trustGateway: false, passEnv: [] },
  },
  update: {},
};

test("an empty file is a valid config, and so is none of its sections", () => {
  expect<object>(defaultConfig()).toEqual(defaults);
  for (const source of ["", "  \n", "{}", "// nothing yet\n{}", "{ gateway: {} }"]) {
    const parsed = parseConfig(source);
    expect<object>([parsed.config, parsed.issues]).toEqual([defaults, []]);
  }
});

test("two configs share nothing that can be changed", () => {
  expect(parseConfig("{}").config.agents.list).not.toBe(parseConfig("{}").config.agents.list);
});

test("what is written stands, the rest is filled in, and the writing is kept", () => {
  const source = `{
    // my gateway
    gateway: { port: 0, auth: { password: "hush hush" }, allowedHosts: ["box.example.org"], },
    agents: { list: [{ id: "work", emoji: "🦞" }] },
    session: { scope: "global" },
  }`;
  const { config, written, issues } = parseConfig(source);
  expect<object>(config).toEqual({
    ...defaults,
    gateway: { ...defaults.gateway, port: 0, auth: { password: "hush hush" }, allowedHosts: ["box.example.org"] },
    agents: { ...defaults.agents, list: [{ id: "work", emoji: "🦞" }] },
    session: { ...defaults.session, scope: "global" },
  });
  expect(written).toEqual({
    gateway: { port: 0, auth: { password: "hush hush" }, allowedHosts: ["box.example.org"] },
    agents: { list: [{ id: "work", emoji: "🦞" }] },
    session: { scope: "global" },
  });
  expect(issues).toEqual([]);
});

const wrong: readonly (readonly [name: string, source: string, path: string, message: string | RegExp])[] = [
  ["broken syntax", "{ gateway: { port: }", "", /^not JSON5: /],
  ["a list", "[]", "", "must be object"],
  ["null", "null", "", "must be object"],
  ["a section that is null", "{ gateway: null }", "gateway", "at /gateway: must be object"],
  ["an unknown key", "{ gatway: {} }", "gatway", "at root: unexpected property 'gatway'"],
  ["an unknown key inside", "{ ui: { color: 1 } }", "ui.color", "at /ui: unexpected property 'color'"],
  ["a port out of range", "{ gateway: { port: 65536 } }", "gateway.port", "at /gateway/port: must be <= 65535"],
  ["a port as text", '{ gateway: { port: "80" } }', "gateway.port", "at /gateway/port: must be integer"],
  ["half a port", "{ gateway: { port: 1.5 } }", "gateway.port", "at /gateway/port: must be integer"],
  ["an agent without an id", "{ agents: { list: [{}] } }", "agents.list.0.id", /must have required property 'id'/],
  ["an agent named as no key may be", '{ agents: { list: [{ id: "../x" }] } }', "agents.list.0.id", /must be valid/],
  ["another level", '{ logging: { level: "all" } }', "logging.level", /must be equal to one of the allowed values/],
  ["a colour by name", '{ ui: { seamColor: "red" } }', "ui.seamColor", "at /ui/seamColor: must be valid"],
  [
    "a server with a name that no tool may have",
    "{ mcp: { servers: { A: {} } } }",
    "mcp.servers.A",
    /unexpected property/,
  ],
  [
    "a server at no web address",
    '{ mcp: { servers: { a: { url: "ftp://x" } } } }',
    "mcp.servers.a.url",
    /must be valid/,
  ],
  [
    "a variable that is none",
    '{ mcp: { servers: { a: { env: { "A B": "" } } } } }',
    "mcp.servers.a.env.A B",
    /unexpected/,
  ],
  [
    "a header that is none",
    '{ mcp: { servers: { a: { headers: { "A:B": "" } } } } }',
    "mcp.servers.a.headers.A:B",
    /unexp/,
  ],
  ["an agent without a program", "{ externalAgents: { a: {} } }", "externalAgents.a.command", /must have required/],
  ["a prototype in disguise", '{ "__proto__": { "gateway": { "port": 1 } } }', "__proto__", /unexpected property/],
  ["text of more than a mebibyte", `{} //${"x".repeat(1024 * 1024)}`, "", /larger than 1048576 bytes/],
];

for (const [name, source, path, message] of wrong) {
  test(`config: ${name} is an issue at its place, and the defaults stand in`, () => {
    const { config, issues } = parseConfig(source);
    expect<object>(config).toEqual(defaults);
    expect(issues).toEqual([{ path, message: expect.stringMatching(toPattern(message)) }]);
  });
}

function toPattern(message: string | RegExp): RegExp {
  return message instanceof RegExp ? message : new RegExp(`^${message.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")}$`);
}

test("a server and an agent are filled in from their command or address alone", () => {
  const source = `{
    mcp: { servers: { files: { command: "npx" }, web: { url: "https://example.org/mcp", headers: { "X-Key": "k" } } } },
    externalAgents: { coder: { command: "agent", args: ["acp"] } },
  }`;
  const { config, issues } = parseConfig(source);
  const child = { args: [], passEnv: [], env: {} };
  const server = { enabled: true, ...child, headers: {}, allow: [], deny: [], timeoutMs: 60_000 };
  expect(issues).toEqual([]);
  expect<object>(config.mcp.servers).toEqual({
    files: { ...server, command: "npx" },
    web: { ...server, url: "https://example.org/mcp", headers: { "X-Key": "k" } },
  });
  expect<object>(config.externalAgents).toEqual({
    coder: { ...child, command: "agent", args: ["acp"], permissions: "deny", allowDangerous: false },
  });
});

test("the defaults fit the schema", () => {
  expect(fits(Config, defaultConfig())).toBe(true);
});
