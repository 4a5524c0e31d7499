import { afterEach, beforeEach, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { qrLines } from "../../src/cli/qr-code.ts";
import { freeLoopbackPort } from "../../src/programs/index.ts";
import { FakeOllama } from "../doubles/fake-ollama.ts";
import { LinkedNetwork } from "../doubles/linked-network.ts";
import { TelegramDouble } from "../doubles/telegram/telegram-double.ts";
import { openHouse, ownerToken, temporaryFolder } from "../open-house.ts";
import { Person, startGateway, Terminal } from "./command-house.ts";

/** The first run at a terminal: from a machine where nothing runs to a first message on the phone. */

// A gateway is started, and four parts are gone through.
setDefaultTimeout(40_000);

const down = "\u001b[B";
const enter = "\r";

let alice: Person;
let ollama: FakeOllama;
beforeEach(() => {
  alice = new Person();
  ollama = new FakeOllama();
});
afterEach(async () => {
  await ollama[Symbol.asyncDispose]();
  alice[Symbol.dispose]();
});

/** As it stands in a terminal of that width. */
const drawing = (text: string) => qrLines(text, false, 100)!.join("\r\n");

/** A terminal that answers what it is asked, question by question. */
class Dialogue implements AsyncDisposable {
  readonly terminal: Terminal;
  #read = 0;

  constructor(args: readonly string[] = ["setup"], env: Readonly<Record<string, string>> = {}) {
    this.terminal = new Terminal(alice, args, { OLLAMA_HOST: ollama.host, NO_COLOR: "1", ...env });
  }

  get text(): string {
    return Bun.stripANSI(this.terminal.screen.text);
  }

  /** Waits for the words after all that were waited for before. */
  async sees(words: string): Promise<void> {
    await this.terminal.screen.until(words, this.#read);
    this.#read = this.terminal.screen.text.indexOf(words, this.#read) + words.length;
  }

  /** Types once the question stands there and takes keys. */
  async answers(question: string, keys: string): Promise<void> {
    await this.sees(question);
    this.terminal.types(keys);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.terminal[Symbol.asyncDispose]();
  }
}

test("where nothing runs it starts a gateway, and leads from there to the first message", async () => {
  await using telegram = await TelegramDouble.start();
  const bob = telegram.person({ name: "Bob", username: "bob" });
  const accounts = { main: { mode: "polling", apiRoot: telegram.apiRoot } };
  alice.writesConfig({
    gateway: { port: await freeLoopbackPort() },
    canvasHost: { enabled: false },
    providers: { telegram: { accounts } },
  });
  await using setup = new Dialogue();
  await setup.answers("Install it as a service", enter);
  await setup.sees("Welcome to Clawdia");
  await setup.answers("Enter goes on", enter);
  await setup.sees("qwen3:8b on Ollama, on this machine (costs nothing, tools, 40960 tokens)");
  await setup.answers("Skip for now", enter);
  await setup.sees("ollama/qwen3:8b answered in");
  await setup.answers("Enter goes on", enter);
  await setup.sees("Where do you want to talk to your agent?");
  await setup.answers("Back", enter);
  await setup.answers("Bot token: (it does not show)", `${telegram.token}${enter}`);
  await setup.sees("Linked to @clawdia_bot.");
  await setup.answers("Link another network", enter);
  await setup.sees("Open Telegram and write anything to @clawdia_bot.");
  await setup.sees("[s] Skip for now");
  await bob.says("hello");
  await setup.sees(`Bob (${bob.id}) on Telegram`);
  await setup.answers("Back", enter);
  await setup.sees("was sent to Bob on Telegram, and arrived:");
  await bob.reads("Good day from qwen.");
  await setup.answers("Enter goes on", enter);
  await setup.sees("Keep it running");
  await setup.answers("Not now", `${down}${enter}`);
  await setup.sees("You as the owner: Bob on Telegram");
  await setup.answers("Enter goes on", enter);
  await setup.sees("The gateway of this setup is still running.");
  await setup.answers("Stop it", `${down}${enter}`);
  await setup.sees("To start it again: clawdia gateway");
  expect(await setup.terminal.exited).toBe(0);
  const log = readFileSync(join(alice.stateDir, "logs", "clawdia.log"), "utf8");
  expect(log).toContain('"gateway.stopped"');
  for (const text of [log, setup.text]) expect(text).not.toContain(telegram.token);
});

test("Ctrl-C leaves at any moment, and the next setup goes on where something is missing", async () => {
  await using gateway = await startGateway(alice, 0, { OLLAMA_HOST: ollama.host });
  {
    await using setup = new Dialogue();
    await setup.sees("Welcome to Clawdia");
    await setup.answers("Enter goes on", enter);
    await setup.answers("Skip for now", enter);
    await setup.sees("ollama/qwen3:8b answered in");
    await setup.answers("Enter goes on", "\u0003");
    await setup.sees("stopped; what was done stays done");
    await setup.sees("clawdia setup goes on where it stood");
    expect(await setup.terminal.exited).toBe(1);
  }
  {
    await using setup = new Dialogue();
    await setup.sees("Done so far: a model: ollama/qwen3:8b.");
    await setup.answers("Back", enter);
    await setup.answers("Bot token: (it does not show)", "\u0003");
    await setup.sees("stopped; what was done stays done");
  }
  await using setup = new Dialogue();
  // Up from the first leads around to Back, the last; the one before it skips.
  await setup.answers("Back", `\u001b[A\u001b[A${enter}`);
  await setup.sees("The first message was sent in WebChat, and arrived:");
  await setup.answers("Enter goes on", enter);
  await setup.answers("A gateway runs in another window", "");
  await setup.answers("Enter goes on", enter);
  expect(await setup.terminal.exited).toBe(0);
  expect((await alice.types(["status"])).stdout).not.toContain("clawdia setup");
  await gateway.stop();
});

test("a code to scan is drawn, and the next one when the network renews it; a key leads off the wait", async () => {
  using folder = temporaryFolder();
  const linked = new LinkedNetwork();
  await using house = await openHouse({ stateDir: folder.path, providers: [linked.provider] });
  const env = { CLAWDIA_GATEWAY_TOKEN: ownerToken };
  await using setup = new Dialogue(["setup", "--url", house.url], env);
  await setup.sees("Welcome to Clawdia");
  await setup.answers("Enter goes on", enter);
  await setup.answers("Skip for now", `\u001b[A${enter}`);
  await setup.sees("Where do you want to talk");
  await setup.answers("Back", enter);
  await setup.answers("qr or number: ", "qr\r");
  await setup.sees(drawing("link:1"));
  linked.renewed.resolve();
  await setup.sees(drawing("link:2"));
  await setup.answers("[b] Back", "b");
  await setup.sees("Where do you want to talk");
  await linked.canceled.promise;
  await setup.answers("Back", "\u0003");
  expect(await setup.terminal.exited).toBe(1);
});

test("while somebody else is at the setup it says who, and what to do", async () => {
  await using house = await openHouse();
  using bob = await house.operator();
  await bob.call("wizard.start", {});
  await using setup = new Dialogue(["setup", "--url", house.url], { CLAWDIA_GATEWAY_TOKEN: ownerToken });
  await setup.sees("the setup is under way by");
  await setup.sees("finish or close it there");
  expect(await setup.terminal.exited).toBe(1);
});

test("programs and pipes are refused with the commands that do the same", async () => {
  const { code, stderr } = await alice.types(["setup"], { stdin: "" });
  expect(code).toBe(1);
  for (const command of ["models choose", "providers add", "approvals approve CODE --owner", "service install"]) {
    expect(stderr).toContain(`clawdia ${command}`);
  }
  const json = await alice.types(["setup", "--json"]);
  expect([json.code, JSON.parse(json.stdout)]).toMatchObject([1, { error: { code: "REFUSED" } }]);
});

test("a gateway on which nothing is set up says so at its start and in its status", async () => {
  await using gateway = await startGateway(alice);
  expect((await alice.types(["status"])).stdout).toMatch(/nothing is set up yet (→|->) clawdia setup/);
  await gateway.stop();
});
