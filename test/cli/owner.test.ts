import { afterAll, beforeAll, expect, test } from "bun:test";
import { statSync } from "node:fs";
import { join } from "node:path";
import { Person, type RunningGateway, startGateway, Terminal } from "./command-house.ts";

/** The owner at the gateway's own machine: no flag is needed for anything. */

const alice = new Person();
let gateway: RunningGateway;

beforeAll(async () => {
  // Fast, but slow enough that a long answer can be waited for in vain.
  alice.writesConfig({ agents: { echoPauseMs: 1 } });
  gateway = await startGateway(alice);
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  alice[Symbol.dispose]();
});

const run = (...args: readonly string[]) => alice.types(args);

/** A session that is there, with one question and its answer. */
async function talked(session: string, message = "hi"): Promise<void> {
  await alice.asks("agent", "--session", session, "--message", message);
}

test("status draws the gateway and says what to do next", async () => {
  await talked("status-talk");
  const { code, stdout, stderr } = await run("status");
  expect([code, stderr]).toEqual([0, ""]);
  for (const word of [gateway.url, "builtin/echo", "connected", "agent:main:status-talk"]) {
    expect(stdout).toContain(word);
  }
  expect(stdout).toMatch(/^! .* -> clawdia models choose$/m);
  expect(stdout).not.toContain("\u001b");
  const status = await alice.asks("status");
  expect(status).toMatchObject({ url: gateway.url, devicesWaiting: 0, gateway: { model: "builtin/echo" } });
});

test("health says that all is well", async () => {
  const { code, stdout } = await run("health");
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^well, measured in \d+ ms\n/)]);
  expect(await alice.asks("health")).toMatchObject({ ok: true, defaultAgentId: "main" });
});

test("call reaches any method and prints its answer as JSON", async () => {
  const { code, stdout } = await run("call", "models.list");
  expect([code, JSON.parse(stdout)]).toEqual([0, { models: [expect.objectContaining({ id: "echo" })] }]);
});

test("call prints the final answer of a method that answers twice", async () => {
  const params = JSON.stringify({ message: "twice", idempotencyKey: crypto.randomUUID() });
  const { stdout } = await run("call", "agent", "--params", params);
  expect(JSON.parse(stdout)).toMatchObject({ status: "ok", result: { payloads: [{ text: expect.any(String) }] } });
});

test("a refusal is exit code 1, in words for people and as the wire's error for programs", async () => {
  const [words, json] = await Promise.all([run("call", "no.such"), run("call", "no.such", "--json")]);
  expect(words).toEqual({
    code: 1,
    stdout: "",
    stderr: "clawdia: unknown method: no.such\n  next: clawdia schema names every method\n",
  });
  expect([json.code, json.stderr]).toEqual([1, ""]);
  expect(JSON.parse(json.stdout)).toEqual({
    error: { code: "INVALID_REQUEST", message: "unknown method: no.such" },
  });
});

test("an answer that does not come in time is exit code 69", async () => {
  const message = "word ".repeat(2000);
  const request = JSON.stringify({ message, idempotencyKey: crypto.randomUUID(), sessionKey: "slow" });
  const late = await run("call", "agent", "--params", request, "--timeout", "300");
  expect([late.code, late.stderr]).toEqual([69, expect.stringContaining("agent was not answered within 300 ms")]);
});

test("models says in words that only the built-in echo is there", async () => {
  const { stdout } = await run("models");
  expect(stdout).toContain("builtin/echo");
  expect(stdout).toContain("Only the built-in echo is there");
  expect(await alice.asks("models")).toMatchObject({ models: [{ provider: "builtin", id: "echo" }] });
});

test("only `token` prints the token", async () => {
  expect(await run("token")).toEqual({ code: 0, stdout: `${gateway.token}\n`, stderr: "" });
  const link = `http://127.0.0.1:${gateway.port}/#token=${gateway.token}`;
  expect(await run("token", "--link")).toEqual({ code: 0, stdout: `${link}\n`, stderr: "" });
  expect(await alice.asks("token")).toEqual({ token: gateway.token, link });
  const others = [
    ["status", "--json"],
    ["health", "--json"],
    ["logs", "--limit", "5000"],
    ["devices", "--json"],
  ];
  const said = await Promise.all([...others, ["call", "config.get"], ["call", "status"]].map((args) => run(...args)));
  expect(said.map(({ code }) => code)).toEqual(said.map(() => 0));
  for (const { stdout, stderr } of said) expect(stdout + stderr).not.toContain(gateway.token);
});

test("a token on the command line works, and is warned of", async () => {
  const { code, stdout, stderr } = await run("health", "--token", gateway.token);
  expect([code, stdout]).toEqual([0, expect.stringContaining("well")]);
  expect(stderr).toContain("--token VALUE puts a secret on the command line");
  expect(stderr).not.toContain(gateway.token);
});

test("a wrong token is refused with the command that prints the right one", async () => {
  const wrong = await alice.types(["health"], { env: { CLAWDIA_GATEWAY_TOKEN: "wrong" } });
  expect([wrong.code, wrong.stdout]).toEqual([1, ""]);
  expect(wrong.stderr).toContain("gateway token mismatch");
  expect(wrong.stderr).toContain(
    "next: clawdia token prints the right one; the wrong one came from CLAWDIA_GATEWAY_TOKEN",
  );
  const json = await alice.types(["health", "--json"], { env: { CLAWDIA_GATEWAY_TOKEN: "wrong" } });
  expect(JSON.parse(json.stdout)).toMatchObject({ error: { details: { code: "AUTH_TOKEN_MISMATCH" } } });
});

test("logs shows the newest lines, by level, and raw for programs", async () => {
  const human = await run("logs", "--limit", "3");
  expect(human.stdout.trim().split("\n")).toHaveLength(3);
  expect(human.stdout).toMatch(/^\d\d:\d\d:\d\d\.\d{3} info {2}\w+ [\w.-]+ /m);
  const raw = await run("logs", "--limit", "2", "--json");
  for (const line of raw.stdout.trim().split("\n")) expect(JSON.parse(line)).toHaveProperty("_meta");
  const errors = await run("logs", "--level", "error");
  expect([errors.code, errors.stdout]).toEqual([0, ""]);
});

test("logs --follow goes on with what is written", async () => {
  await using terminal = new Terminal(alice, ["logs", "--follow", "--limit", "1"]);
  await terminal.screen.until("connection.opened");
  const from = terminal.screen.text.length;
  await talked("followed");
  await terminal.screen.until("run.ended", from);
});

test("sessions are listed, searched and shown", async () => {
  await talked("garden", "how do I grow tomatoes?");
  const [{ stdout }, found, none, shown, preview, json] = await Promise.all([
    run("sessions", "list", "--search", "garden"),
    alice.asks("sessions", "--search", "garden"),
    run("sessions", "list", "--search", "no such thing"),
    run("sessions", "show", "garden"),
    run("sessions", "preview", "garden"),
    alice.asks("sessions", "preview", "garden"),
  ]);
  expect(stdout).toMatch(/^SESSION +TITLE +LAST USED +TOKENS +LAST MESSAGE\n/);
  expect(stdout).toMatch(/^agent:main:garden +how do I grow tomatoes\? +just now +\d+ +echo: how do I/m);
  expect(found).toMatchObject({
    sessions: [{ key: "agent:main:garden" }],
  });
  expect(none.stdout).toBe("No session fits.\n");
  for (const word of ["agent:main:garden", "user", "how do I grow tomatoes?", "assistant"]) {
    expect(shown.stdout).toContain(word);
  }
  expect(preview.stdout).toMatch(/^user: how do I grow tomatoes\?\nassistant: echo: how do I/);
  expect(json).toMatchObject({ status: "ok", items: [{}, {}] });
});

test("a session is renamed, compacted, reset and deleted", async () => {
  await talked("tidy");
  expect((await run("sessions", "rename", "tidy", "Tidy things")).stdout).toContain('called "Tidy things" now');
  expect((await run("sessions", "list", "--search", "tidy")).stdout).toContain("Tidy things");
  expect((await run("sessions", "rename", "tidy", "")).stdout).toContain("no label now");
  expect((await run("sessions", "compact", "tidy", "--keep", "1")).stdout).toContain("1 message kept");
  expect((await run("sessions", "reset", "tidy")).stdout).toBe("agent:main:tidy starts anew.\n");
  const unasked = await run("sessions", "delete", "tidy");
  expect([unasked.code, unasked.stderr]).toEqual([1, expect.stringContaining("next: the same command with --yes")]);
  expect((await run("sessions", "delete", "tidy", "--yes")).stdout).toBe("agent:main:tidy is deleted.\n");
});

test("delete asks a person, and takes no for an answer", async () => {
  await talked("asked");
  await using doubtful = new Terminal(alice, ["sessions", "delete", "asked"]);
  await doubtful.screen.until("Delete agent:main:asked");
  doubtful.types("n");
  expect(await doubtful.exited).toBe(1);
  await using sure = new Terminal(alice, ["sessions", "delete", "asked"]);
  await sure.screen.until("Delete agent:main:asked");
  sure.types("y");
  expect(await sure.exited).toBe(0);
  expect(sure.screen.text).toContain("is deleted");
});

test("a session that is not there is not made by mistake", async () => {
  const verbs = [
    ["show", "nope"],
    ["preview", "nope"],
    ["rename", "nope", "x"],
    ["delete", "nope", "--yes"],
  ];
  for (const { code, stderr } of await Promise.all(verbs.map((words) => run("sessions", ...words)))) {
    expect([code, stderr]).toEqual([1, expect.stringContaining("there is no session nope")]);
  }
  expect((await run("sessions", "list", "--search", "nope")).stdout).toBe("No session fits.\n");
});

test("the key of this device is private and the gateway knows it as this machine", async () => {
  const identity = join(alice.stateDir, "identity", "device.json");
  await run("health");
  expect(statSync(identity).mode & 0o777).toBe(0o600);
  const { deviceId, ...file } = JSON.parse(alice.file("identity", "device.json")) as Record<string, unknown>;
  expect(file).toEqual({
    version: 1,
    publicKey: expect.stringMatching(/^[\w-]{43}$/),
    privateKeyPem: expect.stringContaining("BEGIN PRIVATE KEY"),
    createdAtMs: expect.any(Number),
  });
  const { paired } = await alice.asks<{ paired: { deviceId: string; clientId: string }[] }>("devices");
  expect(paired).toContainEqual(expect.objectContaining({ deviceId, clientId: "cli", clientMode: "cli" }));
});

test("a second gateway on the same state is exit code 75 and says who holds it", async () => {
  const { code, stderr } = await run("gateway", "--port", "0");
  expect([code, stderr]).toEqual([75, expect.stringContaining(`at ${gateway.url} holds it`)]);
});

test("a table is cut to the terminal's width", async () => {
  await talked("wide", "word ".repeat(100));
  await using narrow = new Terminal(alice, ["sessions", "--search", "wide"]);
  expect(await narrow.exited).toBe(0);
  const lines = Bun.stripANSI(narrow.screen.text).trimEnd().split("\r\n");
  expect(lines).toHaveLength(2);
  for (const line of lines) expect(Bun.stringWidth(line)).toBeLessThanOrEqual(100);
});

test("colours are for terminals that want them", async () => {
  await using coloured = new Terminal(alice, ["models"]);
  expect(await coloured.exited).toBe(0);
  expect(coloured.screen.text).toContain("\u001b[2mMODEL");
  await using plain = new Terminal(alice, ["models"], { NO_COLOR: "1" });
  expect(await plain.exited).toBe(0);
  expect(plain.screen.text).toContain("MODEL");
  expect(plain.screen.text).not.toContain("\u001b");
});
