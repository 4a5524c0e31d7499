import { expect, test } from "bun:test";
import { parseConfig, redactConfig, redacted, redactSource, secretPaths } from "../../src/config/index.ts";

test("the secrets are those that the schema marks", () => {
  expect([...secretPaths].toSorted()).toEqual([
    "externalAgents.*.env",
    "gateway.auth.password",
    "gateway.auth.token",
    "mcp.servers.*.env",
    "mcp.servers.*.headers",
    "models.vendors.*.apiKey",
    "models.vendors.*.headers",
    "providers.discord.accounts.*.botToken",
    "providers.slack.accounts.*.appToken",
    "providers.slack.accounts.*.botToken",
    "providers.slack.accounts.*.signingSecret",
    "providers.telegram.accounts.*.botToken",
    "providers.telegram.accounts.*.webhookSecret",
  ]);
});

const trees: readonly (readonly [name: string, tree: unknown, expected: unknown])[] = [
  ["nothing", null, null],
  ["no secrets", { gateway: { port: 1 } }, { gateway: { port: 1 } }],
  [
    "a token and a password",
    { gateway: { port: 1, auth: { token: "t", password: "p" } } },
    { gateway: { port: 1, auth: { token: redacted, password: redacted } } },
  ],
  ["a secret that is no text", { gateway: { auth: { token: { a: 1 } } } }, { gateway: { auth: { token: redacted } } }],
  ["a secret in the wrong place", { gateway: { token: "t" } }, { gateway: { token: redacted } }],
  [
    "a server's environment and headers",
    { mcp: { servers: { a: { command: "x", passEnv: ["HOME"], env: { KEY: "k" }, headers: { "X-Key": "k" } } } } },
    { mcp: { servers: { a: { command: "x", passEnv: ["HOME"], env: redacted, headers: redacted } } } },
  ],
  [
    "an agent's environment",
    { externalAgents: { a: { env: { K: "k" } } } },
    { externalAgents: { a: { env: redacted } } },
  ],
  ["a secret in a list", { agents: { list: [{ password: "p" }] } }, { agents: { list: [{ password: redacted }] } }],
];

for (const [name, tree, expected] of trees) {
  test(`a tree with ${name} is shown without secrets`, () => {
    expect(redactConfig(tree)).toEqual(expected);
  });
}

const shown: readonly (readonly [name: string, source: string, expected: string])[] = [
  ["no secret", "{ gateway: { port: 1 } } // mine", "{ gateway: { port: 1 } } // mine"],
  [
    "a token, with comments and layout",
    '{ // mine\n  gateway: { auth: { token: "hush", }, },\n}',
    `{ // mine\n  gateway: { auth: { token: "${redacted}", }, },\n}`,
  ],
  ["quoted names", '{"gateway":{"auth":{"password":"hush"}}}', `{"gateway":{"auth":{"password":"${redacted}"}}}`],
  [
    "an environment",
    '{ mcp: { servers: { a: { command: "x", env: { MODE: "hush", KEY: "hush-2" } } } } }',
    `{ mcp: { servers: { a: { command: "x", env: { MODE: "${redacted}", KEY: "${redacted}" } } } } }`,
  ],
  ["single quotes", "{ gateway: { auth: { token: 'hush' } } }", `{ gateway: { auth: { token: '${redacted}' } } }`],
];

for (const [name, source, expected] of shown) {
  test(`a text with ${name} is shown as it is, without the secret`, () => {
    expect(redactSource(source, parseConfig(source).written)).toBe(expected);
  });
}

const tricky: readonly (readonly [name: string, source: string])[] = [
  ["escapes in the value", '{ gateway: { auth: { token: "hu\\u0073h-token" } } }'],
  ["an escape in the name", '{ gateway: { auth: { "tok\\u0065n": "hush-token" } } }'],
  ["a line that goes on", "{ gateway: { auth: { token: 'hush-\\\ntoken' } } }"],
  ["the section twice", '{ gateway: { auth: { token: "hush-token" } }, gateway: { auth: { token: "other" } } }'],
  ["broken syntax behind it", '{ gateway: { auth: { token: "hush-token" }, port: } }'],
  ["a string without an end", '{ gateway: { auth: { token: "hush-token } } }'],
  ["a comment that repeats it", '{ gateway: { auth: { token: "hush-token" } } } // was hush-token'],
  [
    "a map of them, and a short one that stands elsewhere too",
    '{ mcp: { servers: { a: { timeoutMs: 100, env: { A: "1", B: "hush-token" } } } } }',
  ],
  ["the name in the wrong place", '{ token: "hush-token" }'],
];

for (const [name, source] of tricky) {
  test(`a text with ${name} does not show the secret`, () => {
    const text = redactSource(source, parseConfig(source).written);
    expect(text).not.toMatch(/hush-|hu\\u0073h|hush-\\\n/);
    expect(text).toContain(redacted);
  });
}
