import { afterAll, beforeAll, expect, test } from "bun:test";
import { FakeOllama } from "../doubles/fake-ollama.ts";
import { chatAnswer, chatToolCall, failure, ScriptedVendor } from "../doubles/model-vendors.ts";
import { Person, type RunningGateway, startGateway, Terminal } from "./command-house.ts";

/** Finding, testing and choosing a model from the command line, at a gateway that has none yet. */

const key = "sk-typed-by-alice-0123456789";
const alice = new Person();
let gateway: RunningGateway;
let vendor: ScriptedVendor;
let ollama: FakeOllama;

/** Knows one key; calls the tool of a trial and answers everything else. */
function answerOf({ headers, body }: ScriptedVendor["asked"][number]): Response {
  if (headers["authorization"] !== `Bearer ${key}`) {
    return failure(401, { message: `Incorrect API key: ${headers["authorization"]}` });
  }
  return JSON.stringify(body["tools"] ?? []).includes('"report_ready"')
    ? chatToolCall("c1", "report_ready", '{"word":"ready"}')
    : chatAnswer("Hello ", "from a model.");
}

beforeAll(async () => {
  vendor = new ScriptedVendor(answerOf);
  ollama = new FakeOllama();
  alice.writesConfig({
    agents: { echoPauseMs: 0 },
    models: {
      vendors: {
        box: {
          kind: "openai-compatible",
          baseUrl: `${vendor.url}/v1`,
          apiKeyEnv: "BOX_KEY",
          models: [{ id: "known" }],
        },
      },
    },
  });
  gateway = await startGateway(alice, 0, {
    OLLAMA_HOST: ollama.host,
    ANTHROPIC_API_KEY: "sk-ant-in-the-environment",
  });
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await vendor[Symbol.asyncDispose]();
  await ollama[Symbol.asyncDispose]();
  alice[Symbol.dispose]();
});

const run = (...args: readonly string[]) => alice.types(args);
const server = () => ["--base-url", `${vendor.url}/v1`] as const;

/** Everything that the gateway wrote. */
const written = () => alice.file("logs", "clawdia.log") + alice.file("clawdia.json");

test("models lists what may think, and which one does", async () => {
  await alice.asks("models", "choose", "echo");
  const { code, stdout } = await run("models", "list");
  expect(code).toBe(0);
  expect(stdout).toMatch(/^builtin\/echo .*answers$/m);
  expect(stdout).toMatch(/^box\/known /m);
  expect(stdout).toMatch(/^anthropic\/claude-sonnet-5-5 .*1000000 tokens$/m);
  expect((await run("models")).stdout).toBe(stdout);
  const { models } = await alice.asks<{ models: object[] }>("models");
  expect(models).toContainEqual(expect.objectContaining({ provider: "builtin", id: "echo", tags: ["default"] }));
});

test("detect tells servers with their models, and keys by name alone", async () => {
  const { code, stdout } = await run("models", "detect");
  expect(code).toBe(0);
  expect(stdout).toContain(`Ollama at http://${ollama.host}`);
  expect(stdout).toContain("ollama/qwen3:8b  tools, 40960 tokens");
  expect(stdout).toContain("Anthropic: a key is in ANTHROPIC_API_KEY; using it costs money");
  expect(stdout).toContain("→ clawdia models choose");
  const json = await run("models", "detect", "--json");
  expect(JSON.parse(json.stdout)).toMatchObject({ keys: [{ vendor: "anthropic", variable: "ANTHROPIC_API_KEY" }] });
  expect(json.stdout).not.toContain("sk-ant-in-the-environment");
});

test("test asks one real question", async () => {
  const args = ["models", "test", "mine/small", ...server(), "--key-env", "MY_KEY"];
  const { code, stdout, stderr } = await alice.types(args, { env: { MY_KEY: key } });
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(/^It answered in \d+ ms and called the tool\.\n$/);
  const json = await alice.types([...args, "--json"], { env: { MY_KEY: key } });
  expect(JSON.parse(json.stdout)).toMatchObject({ ok: true, calledTool: true });
});

test("a test that fails is exit code 1, with the cure and without the key", async () => {
  const wrong = { MY_KEY: "sk-wrong-0123456789abcdef" };
  const args = ["models", "test", "mine/small", ...server(), "--key-env", "MY_KEY"];
  const { code, stdout, stderr } = await alice.types(args, { env: wrong });
  expect([code, stdout]).toEqual([1, ""]);
  expect(stderr).toContain("mine/small: the vendor refused the key");
  expect(stderr).toContain("next: clawdia models choose mine/small --key-env NAME");
  expect(stderr + written()).not.toContain(wrong.MY_KEY);
});

const misuses: readonly (readonly [name: string, args: readonly string[], message: string])[] = [
  ["a variable that is not there", ["test", "mine/x", "--key-env", "NOT_THERE"], "there is no such variable"],
  ["a kind that is none", ["test", "mine/x", "--kind", "magic"], "--kind magic"],
  ["choosing nothing by force", ["choose", "--force"], "name the model"],
];

for (const [name, args, message] of misuses) {
  test(`${name} is a mistake on the command line`, async () => {
    const { code, stderr } = await run("models", ...args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });
}

test("choosing without a name and without a terminal is refused", async () => {
  const { code, stderr } = await run("models", "choose");
  expect([code, stderr]).toEqual([1, expect.stringContaining("there is nobody to ask")]);
});

test("a vendor that nobody knows is refused with what to do", async () => {
  const { code, stderr } = await run("models", "choose", "nowhere/gpt");
  expect([code, stderr]).toEqual([1, expect.stringContaining("there is no vendor nowhere")]);
});

test("a chosen model answers from the next message on, and its key is in a file of its own", async () => {
  const chosen = await alice.types(["models", "choose", "mine/small", ...server(), "--key-env", "MY_KEY"], {
    env: { MY_KEY: key },
  });
  expect([chosen.code, chosen.stdout]).toEqual([
    0,
    expect.stringContaining("mine/small answers from the next message on.\n"),
  ]);
  const said = await run("agent", "--message", "hello");
  expect([said.stdout, said.stderr]).toEqual([expect.stringContaining("Hello from a model."), ""]);
  const status = await run("status");
  expect(status.stdout).toContain("mine/small");
  expect(status.stdout).not.toContain("no language model is connected");
  expect(alice.file("secrets", "models.mine.apiKey").trim()).toBe(key);
  const replies = (await run("call", "models.list")).stdout + (await run("call", "config.get")).stdout;
  expect(chosen.stdout + chosen.stderr + said.stdout + replies + written()).not.toContain(key);
  await alice.asks("models", "choose", "builtin/echo");
  expect((await run("status")).stdout).toMatch(/no language model is connected (→|->) clawdia models choose/);
});

test("a model that was found is chosen by its name alone", async () => {
  const { code, stdout } = await run("models", "choose", "ollama/qwen3:8b");
  expect([code, stdout]).toEqual([0, expect.stringContaining("ollama/qwen3:8b answers from the next message on.")]);
  const { models } = await alice.asks<{ models: object[] }>("models");
  expect(models).toContainEqual(
    expect.objectContaining({ provider: "ollama", id: "qwen3:8b", contextWindow: 32_768, supportsTools: true }),
  );
  await alice.asks("models", "choose", "builtin/echo");
});

test("who is asked picks from what was found", async () => {
  await using terminal = new Terminal(alice, ["models", "choose"], { NO_COLOR: "1" });
  await terminal.screen.until("Which model should answer?");
  await terminal.screen.until("None for now");
  terminal.types("\r");
  await terminal.screen.until("ollama/qwen3:8b answers from the next message on.");
  expect(await terminal.exited).toBe(0);
  await alice.asks("models", "choose", "builtin/echo");
});

test("a key that is missing is asked for, and does not show", async () => {
  await using terminal = new Terminal(alice, ["models", "choose", "asked/other", ...server()], { NO_COLOR: "1" });
  await terminal.screen.until("(it does not show)");
  terminal.types(`${key}\r`);
  await terminal.screen.until("asked/other answers from the next message on.");
  expect(await terminal.exited).toBe(0);
  expect(terminal.screen.text).not.toContain(key);
  await alice.asks("models", "choose", "builtin/echo");
});

test("who gives up chooses nothing", async () => {
  await using terminal = new Terminal(alice, ["models", "choose", "unasked/third", ...server()], { NO_COLOR: "1" });
  await terminal.screen.until("(it does not show)");
  terminal.types("\u0003");
  expect(await terminal.exited).toBe(1);
  expect(terminal.screen.text).toContain("nothing was chosen");
  expect((await run("status")).stdout).toContain("builtin/echo");
});
