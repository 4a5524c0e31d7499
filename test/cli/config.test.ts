import { afterAll, expect, test } from "bun:test";
import { chmodSync, existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Person, startGateway } from "./command-house.ts";

/** `clawdia config`, beside a gateway and without one. */

const commented = `{
  // mine
  messages: { queueMax: 5 },
}
`;

class Owner extends Person {
  get config(): string {
    return this.file("clawdia.json");
  }

  override writesConfig(text: string): void {
    super.writesConfig({});
    writeFileSync(join(this.stateDir, "clawdia.json"), text);
  }

  /** An editor that replaces words, as a person does. */
  editor(from: string, to: string): Record<string, string> {
    const script = join(this.home, "editor.sh");
    writeFileSync(script, `#!/bin/sh\nsed -i 's|${from}|${to}|' "$1"\n`);
    chmodSync(script, 0o700);
    return { EDITOR: script };
  }
}

const people: Owner[] = [];
afterAll(() => {
  for (const person of people) person[Symbol.dispose]();
});

function owner(config?: string): Owner {
  const person = new Owner();
  people.push(person);
  if (config !== undefined) person.writesConfig(config);
  return person;
}

/** The laws that hold with a gateway and without. */
async function setsAndUnsets(alice: Owner): Promise<void> {
  expect(await alice.asks("config", "set", "messages.queueMode", "steer")).toMatchObject({
    changed: ["messages.queueMode"],
  });
  expect(alice.config).toBe('{\n  // mine\n  messages: { queueMax: 5, queueMode: "steer" },\n}\n');
  expect((await alice.types(["config", "get", "messages.queueMode"])).stdout).toBe("steer\n");
  expect((await alice.types(["config", "get", "messages.queueDrop"])).stdout).toBe("summarize\n");
  await alice.asks("config", "set", "bindings.0", "{ agent: 'main', sender: '7' }");
  expect(await alice.asks<unknown>("config", "get", "bindings")).toEqual([{ agent: "main", sender: "7" }]);
  await alice.asks("config", "unset", "bindings");
  await alice.asks("config", "unset", "messages.queueMode");
  expect(alice.config).toBe(commented);
  const trial = await alice.types(["config", "set", "messages.queueMax", "6", "--trial"]);
  expect([trial.stdout.split("\n")[0], alice.config]).toEqual(["would change: messages.queueMax", commented]);
}

async function refuses(alice: Owner): Promise<void> {
  const rows: [args: string[], code: number, words: string][] = [
    [["set", "messages.queueMax", "many"], 1, "at messages.queueMax"],
    [["set", "mesages.queueMax", "6"], 1, "there is no setting mesages.queueMax; the config has gateway"],
    [["set", "messages.queue", "6"], 1, "messages has queueMode"],
    [["set", "bindings.3", "{ agent: 'main' }"], 1, "is a list of 0, without 3"],
    [["set", "a..b", "6"], 2, "is no path"],
    [["get", "models.default"], 1, "models.default is not set"],
    [["set", "agents.list.0.id", "Main"], 1, "agents"],
    [["rollback", "20200101T000000000Z-0123456789abcdef"], 1, "there is no copy"],
  ];
  for (const [args, code, words] of rows) {
    const said = await alice.types(["config", ...args]);
    expect([args, said.code, said.stderr]).toEqual([args, code, expect.stringContaining(words)]);
  }
  expect(alice.config).toBe(commented);
}

async function keepsSecrets(alice: Owner): Promise<void> {
  const secret = "hush-hush-token-1234";
  const piped = await alice.types(["config", "set", "gateway.auth.password", "-"], { stdin: `${secret}\n` });
  expect([piped.code, piped.stderr]).toEqual([0, ""]);
  expect(alice.config).toContain(secret);
  const shown = await Promise.all([
    alice.types(["config", "get"]),
    alice.types(["config", "get", "--json"]),
    alice.types(["config", "diff"]),
  ]);
  expect(shown.map(({ stdout }) => stdout.includes(secret))).toEqual([false, false, false]);
  await alice.asks("config", "set", "messages.queueMax", "7");
  expect(alice.config).toContain(secret);
  const { code } = await alice.types(["config", "edit"], { env: alice.editor("queueMax: 7", "queueMax: 8") });
  expect([code, alice.config.includes(secret), alice.config.includes("queueMax: 8")]).toEqual([0, true, true]);
  expect(readdirSync(alice.stateDir).filter((name) => name.includes("edit"))).toEqual([]);
  const refused = await alice.types(["config", "edit"], { env: alice.editor("queueMax: 8", "queueMax: 800") });
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("what you wrote is in")]);
  expect(alice.config).toContain("queueMax: 8 }");
  const [copy] = readdirSync(alice.stateDir).filter((name) => name.includes("edit"));
  const validated = await alice.types(["config", "validate", join(alice.stateDir, copy!)]);
  expect([validated.code, validated.stderr]).toEqual([78, expect.stringContaining("messages.queueMax")]);
}

test("without a gateway the file is changed with its comments, and keeps its secrets", async () => {
  const alice = owner(commented);
  await setsAndUnsets(alice);
  await refuses(alice);
  await keepsSecrets(alice);
}, 120_000);

test("beside a gateway the same holds, and it holds at once", async () => {
  const alice = owner(commented);
  await using gateway = await startGateway(alice);
  expect(gateway.port).toBeGreaterThan(0);
  await setsAndUnsets(alice);
  await refuses(alice);
  await alice.asks("config", "set", "agents.list", '[{ id: "max" }]');
  expect(await alice.asks("call", "agents.list")).toMatchObject({ agents: [{ id: "max" }] });
  const { stdout } = await alice.types(["config", "set", "session.mainKey", "home"]);
  expect(stdout).toContain("needs a restart of the gateway: session.mainKey");
  await alice.asks("config", "rollback");
  await alice.asks("config", "unset", "agents");
  await keepsSecrets(alice);
}, 120_000);

test("a broken file is shown with the next command, and rollback goes back to what was", async () => {
  const alice = owner();
  await alice.asks("config", "set", "ui.seamColor", "112233");
  const good = alice.config;
  alice.writesConfig("{ ui: ");
  const { code, stderr } = await alice.types(["config", "validate"]);
  expect([code, stderr]).toEqual([
    78,
    expect.stringContaining("next: clawdia config edit, or clawdia config rollback"),
  ]);
  expect((await alice.types(["config", "set", "ui.seamColor", "445566"])).code).toBe(78);
  expect((await alice.types(["config", "rollback"])).code).toBe(0);
  expect(alice.config).toBe(good);
  const { copies } = await alice.asks<{ copies: { kind: string }[] }>("config", "history");
  expect(copies.map(({ kind }) => kind).toSorted()).toEqual(["good", "set-aside"]);
});

test("where the config is, what it may be, and what differs, for people and programs", async () => {
  const alice = owner();
  const file = join(alice.stateDir, "clawdia.json");
  expect((await alice.types(["config", "path"])).stdout).toBe(`${file}\n`);
  expect(existsSync(file)).toBe(false);
  expect((await alice.types(["config", "diff"])).stdout).toBe("nothing differs from the defaults\n");
  const schema = await alice.types(["config", "schema", "messages.queueMax"]);
  expect(JSON.parse(schema.stdout)).toMatchObject({ type: "integer", maximum: 64, default: 20 });
  await alice.asks("config", "set", 'models.aliases["a-4.1"]', "acme/m");
  expect(await alice.asks<unknown>("config", "diff")).toEqual([{ path: 'models.aliases["a-4.1"]', value: "acme/m" }]);
});
