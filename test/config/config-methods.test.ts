import { expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { defaultConfig, redacted, secretPaths } from "../../src/config/index.ts";
import { openHouse, temporaryFolder } from "../open-house.ts";

const hashOf = (text: string) => createHash("sha256").update(text).digest("hex");
const clean = { valid: true, issues: [], warnings: [], legacyIssues: [] };

test("without a file the config is the defaults", async () => {
  using folder = temporaryFolder();
  await using house = await openHouse({ stateDir: folder.path });
  using alice = await house.operator();
  expect<object>(await alice.call("config.get", {})).toEqual({
    path: join(folder.path, "clawdia.json"),
    exists: false,
    raw: null,
    parsed: {},
    config: defaultConfig(),
    hash: hashOf(""),
    ...clean,
  });
});

test("the file as it is now is shown with its hash and without its secrets", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "clawdia.json");
  await using house = await openHouse({ stateDir: folder.path });
  using alice = await house.operator();
  const text = '{ // mine\n gateway: { port: 1, auth: { token: "hush-token", password: "hush-word" } },\n}';
  writeFileSync(path, text);
  const shown = await alice.call("config.get", {});
  const auth = { token: redacted, password: redacted };
  expect<object>(shown).toEqual({
    path,
    exists: true,
    raw: text.replace("hush-token", redacted).replace("hush-word", redacted),
    parsed: { gateway: { port: 1, auth } },
    config: { ...defaultConfig(), gateway: { ...defaultConfig().gateway, port: 1, auth } },
    hash: hashOf(text),
    ...clean,
  });
  expect(JSON.stringify(shown)).not.toContain("hush");
});

const broken = [
  '{ gateway: { auth: { token: "hush-token" } }',
  '{ gateway: { auth: { token: "hush-token", tokn: 1 } } }',
  '{ gateway: { token: "hush-token" } }',
  '{ gateway: { auth: { token: ["hush-token"] } } }',
];

for (const text of broken) {
  test(`a file that cannot be used is shown with its issue, and without its secrets: ${text}`, async () => {
    using folder = temporaryFolder();
    await using house = await openHouse({ stateDir: folder.path });
    using alice = await house.operator();
    writeFileSync(join(folder.path, "clawdia.json"), text);
    const shown = await alice.call("config.get", {});
    expect(shown).toMatchObject({ exists: true, valid: false, issues: [{ path: expect.any(String) }] });
    expect(JSON.stringify(shown)).not.toContain("hush");
  });
}

test("the schema describes every setting and marks the secrets", async () => {
  await using house = await openHouse();
  using alice = await house.operator();
  const { schema, uiHints, version, generatedAt } = await alice.call("config.schema", {});
  expect(schema).toMatchObject({
    type: "object",
    additionalProperties: false,
    properties: { gateway: {}, agents: {} },
  });
  expect([version, generatedAt]).toEqual(["0.0.0-test", expect.stringMatching(/^\d{4}-.*Z$/)]);
  const sensitive = Object.entries(uiHints).filter(([, hint]) => hint.sensitive);
  expect(sensitive.map(([path]) => path).toSorted()).toEqual([...secretPaths].toSorted());
  expect(uiHints["gateway.port"]).toEqual({ label: "port", help: expect.stringContaining("TCP port") });
  const undescribed = Object.entries(uiHints).filter(([, { help }]) => !help);
  expect(undescribed).toEqual([]);
});
