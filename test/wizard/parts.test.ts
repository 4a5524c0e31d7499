import { expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { FakeOllama } from "../doubles/fake-ollama.ts";
import { LinkedNetwork } from "../doubles/linked-network.ts";
import { chatToolCall, failure, ScriptedVendor } from "../doubles/model-vendors.ts";
import { SetupGuest } from "../doubles/setup-guest.ts";
import { type OpenHouse, openHouse, type OpenHouseOptions, temporaryFolder } from "../open-house.ts";

/** What each part of the setup asks, what becomes of no and of trouble, and where it goes on later. */

// A model and a network each, on a busy machine.
setDefaultTimeout(20_000);

const found = "found:ollama/qwen3:8b";
const key = "sk-typed-by-alice-0123456789";

class Stage implements AsyncDisposable {
  readonly folder = temporaryFolder();
  readonly linked = new LinkedNetwork();
  readonly ollama = new FakeOllama();

  open(options: OpenHouseOptions = {}): Promise<OpenHouse> {
    const environment = { OLLAMA_HOST: this.ollama.host };
    const providers = [this.linked.provider];
    return openHouse({ stateDir: this.folder.path, environment, providers, ownEngine: true, ...options });
  }

  /** Everything that the gateway keeps on disk, but for the files of secrets. */
  get written(): string {
    const files = readdirSync(this.folder.path, { withFileTypes: true }).filter((entry) => entry.isFile());
    return files.map(({ name }) => readFileSync(join(this.folder.path, name), "latin1")).join("");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.ollama[Symbol.asyncDispose]();
    this.folder[Symbol.dispose]();
  }
}

test("every part can be skipped; then the first message comes to WebChat, and nothing is asked again", async () => {
  await using stage = new Stage();
  await using house = await stage.open();
  using alice = await house.operator();
  const setup = await SetupGuest.start(alice, { mode: "remote" });
  await setup.answers();
  await setup.answers("@skip");
  expect(setup.title).toBe("A network (2 of 4)");
  await setup.answers("@skip");
  expect(setup.step).toMatchObject({ type: "note", title: "The first message (4 of 4)" });
  expect(setup.message).toContain("I only repeat what you write.");
  const { messages } = await alice.call("chat.history", { sessionKey: "main" });
  expect(JSON.stringify(messages)).toContain("This is Clawdia.");
  // Somebody else's machine has no service to install.
  await setup.answers();
  expect(setup.message).toContain("clawdia models choose");
  await setup.answers();
  expect(setup.status).toBe("done");
  expect(await alice.call("wizard.overview", {})).toMatchObject({
    isFinished: true,
    parts: [{ state: "skipped" }, { state: "skipped" }, { state: "skipped" }],
  });
  const menu = await SetupGuest.start(alice);
  expect(menu.values).toEqual(["close", "model", "network"]);
  await menu.answers("model");
  await menu.answers(found);
  await menu.answers();
  // Only the model was to be changed: nobody is greeted for it.
  expect(menu.title).toBe("Keep it running");
});

test("after a restart it goes on at the first part that is missing, and says what is done", async () => {
  await using stage = new Stage();
  const restarted = await (async () => {
    await using house = await stage.open();
    using alice = await house.operator();
    const setup = await SetupGuest.start(alice);
    await setup.answers();
    await setup.answers(found);
    await setup.answers();
    await setup.answers("telegram");
    expect(setup.step).toMatchObject({ type: "text", placeholder: "qr or number" });
    return setup;
  })();
  await using house = await stage.open();
  using alice = await house.operator();
  const setup = await SetupGuest.start(alice);
  expect(setup.sessionId).not.toBe(restarted.sessionId);
  expect([setup.title, setup.message]).toEqual([
    "A network (2 of 4)",
    "Done so far: a model: ollama/qwen3:8b.\n\nWhere do you want to talk to your agent? WebChat is there in any case.",
  ]);
});

test("a model that fails says why, and leads back to trying it, to another one or past it", async () => {
  await using stage = new Stage();
  await using house = await stage.open();
  using alice = await house.operator();
  const setup = await SetupGuest.start(alice);
  await setup.answers();
  stage.ollama.troubles = ["model requires more system memory"];
  await setup.answers(found);
  expect(setup.message).toContain("That did not work: ollama/qwen3:8b");
  expect(setup.message).toContain("model requires more system memory");
  expect(setup.values).toEqual(["again", "another", "@skip"]);
  await setup.answers("another");
  expect(setup.title).toBe("A model (1 of 4)");
  stage.ollama.callsTools = false;
  await setup.answers(found);
  expect(setup.message).toContain("did not call the tool: it can talk, and do nothing. It said: Good day from qwen.");
  await setup.answers("another");
  expect(setup.values).toContain("keep");
  await setup.answers("keep");
  expect(setup.title).toBe("A network (2 of 4)");
});

test("who does not want to wait for a model goes back, and the model is asked no longer", async () => {
  await using stage = new Stage();
  await using house = await stage.open();
  using alice = await house.operator();
  const setup = await SetupGuest.start(alice);
  await setup.answers();
  const slow = Promise.withResolvers<void>();
  stage.ollama.isReady = slow.promise;
  await setup.answersOnce(found);
  expect(setup.step).toMatchObject({ type: "progress", message: expect.stringContaining("one question") });
  await setup.answers("@back");
  expect(setup.title).toBe("A model (1 of 4)");
  slow.resolve();
  expect(await alice.call("wizard.overview", {})).toMatchObject({ parts: [{ name: "model", state: "open" }, {}, {}] });
});

test("a key of one's own goes to the vendor and into its file, and nowhere else", async () => {
  await using vendor = new ScriptedVendor(({ headers }) =>
    headers["authorization"] === `Bearer ${key}`
      ? chatToolCall("c1", "report_ready", '{"word":"ready"}')
      : failure(401, { message: `Incorrect API key: ${headers["authorization"]}` }),
  );
  await using stage = new Stage();
  await using house = await stage.open();
  using alice = await house.operator();
  const setup = await SetupGuest.start(alice);
  await setup.answers();
  await setup.answers("own-server");
  await setup.answers("openai-compatible");
  await setup.answers("not an address");
  expect(setup.message).toStartWith("That is no address");
  await setup.answers(`${vendor.url}/v1`);
  await setup.answers("small");
  await setup.answers(true);
  expect(setup.step).toMatchObject({ type: "text", sensitive: true });
  const wrong = "sk-mistyped-9876543210-abcdef";
  await setup.answers(wrong);
  expect(setup.message).toContain("That did not work");
  expect(setup.values).toEqual(["key", "again", "another", "@skip"]);
  await setup.answers("key");
  await setup.answers(key);
  expect(setup.message).toMatch(/^own\/small answered in \d+ ms and can use tools\.$/);
  expect(readdirSync(join(stage.folder.path, "secrets")).length).toBeGreaterThan(0);
  for (const place of [stage.written, house.log.text, JSON.stringify(alice.events), JSON.stringify(setup.seen)]) {
    expect(place).not.toContain(key);
    expect(place).not.toContain(wrong);
  }
});

test("a network is linked by its own steps: codes to scan or to type, secrets; back gives the login up", async () => {
  await using stage = new Stage();
  const { linked } = stage;
  await using house = await stage.open();
  using alice = await house.operator();
  const setup = await SetupGuest.start(alice);
  await setup.answers();
  await setup.answers("@skip");
  await setup.answers("telegram");
  await setup.answers("nonsense");
  expect(setup.message).toBe("That did not work: type qr, or a phone number.");
  await setup.answers("again");
  await setup.answersOnce("+15550001111");
  expect(setup.message).toBe("Type ABCD-EFGH into the phone with the number +15550001111");
  await setup.answers("@back");
  await linked.canceled.promise;
  expect(setup.title).toBe("A network (2 of 4)");
  await setup.answers("telegram");
  await setup.answers("word");
  await setup.answers("wrong");
  expect(setup.message).toContain("that is not the password");
  await setup.answers("again");
  await setup.answers("word");
  await setup.answers(linked.secret);
  expect(setup.message).toBe("Linked: Clawdia Bot. Welcome.");
  await setup.answersOnce("go-on");
  expect(setup.step).toMatchObject({ type: "progress", title: "You as the owner (3 of 4)" });
  for (const place of [stage.written, house.log.text, JSON.stringify(alice.events), JSON.stringify(setup.seen)]) {
    expect(place).not.toContain(linked.secret);
  }
});

/** Up to the question who the owner is. */
async function linkedSetup(stage: Stage, house: OpenHouse, alice: Parameters<typeof SetupGuest.start>[0]) {
  stage.linked.scanned.resolve();
  const setup = await SetupGuest.start(alice);
  await setup.answers();
  await setup.answers("@skip");
  await setup.answers("telegram");
  await setup.answers("qr");
  await setup.answersOnce("go-on");
  expect(house.log.text).not.toContain("wizard.failed");
  return setup;
}

test("the owner is who says so: by name or by code; others who wrote are let in as the owner wants", async () => {
  await using stage = new Stage();
  const { network } = stage.linked;
  await using house = await stage.open();
  using alice = await house.operator();
  const setup = await linkedSetup(stage, house, alice);
  await setup.answers("code");
  await setup.answersOnce("ABCD2345");
  expect(setup.step).toMatchObject({ type: "progress", message: expect.stringMatching(/^Nobody was given that code/) });
  await network.says("let me in", { peer: { kind: "direct", id: "66" }, sender: { id: "66", name: "Mallory" } });
  await setup.waits();
  expect(setup.step!.options![0]).toMatchObject({ value: "telegram:main:66", label: "Mallory (66) on Fakegram" });
  await setup.answersOnce("others");
  expect(setup.step!.type).toBe("progress");
  await network.says("hello", { peer: { kind: "direct", id: "7" } });
  await setup.waits();
  await setup.answers("code");
  await setup.answers("WRONG234");
  expect(setup.message).toStartWith("Nobody was given that code, or it is too old.");
  await setup.answers("code");
  const told = network.texts().find((text) => text.includes("Your code is"))!;
  await setup.answers(/code is (\S{8})\./.exec(told)![1]!.toLowerCase());
  expect(setup.step).toMatchObject({ type: "multiselect", options: [{ label: "Mallory (66) on Fakegram" }] });
  await setup.answers([]);
  expect(setup.message).toContain("Hello, Bob! This is Clawdia.");
  await network.until(() => network.texts().some((text) => text.includes("machine to choose one")));
  const { approved, pending } = await alice.call("approvals.list", {});
  expect(approved).toMatchObject([{ senderId: "7", isOwner: true }]);
  expect(pending).toMatchObject([{ senderId: "66" }]);
});

test("a first message that does not arrive says why, is sent again, and may be left for later", async () => {
  await using stage = new Stage();
  const { network } = stage.linked;
  await using house = await stage.open();
  using alice = await house.operator();
  const setup = await linkedSetup(stage, house, alice);
  await network.says("hello");
  await setup.waits();
  // What is held for the owner is answered at the same time.
  network.faults = [
    { kind: "refuse", permanent: true },
    { kind: "refuse", permanent: true },
  ];
  await setup.answers(setup.values[0]);
  expect(setup.message).toBe("The first message to Bob on Fakegram did not arrive: refused.");
  network.faults = [];
  await setup.answers("again");
  expect(setup.message).toContain("was sent to Bob on Fakegram, and arrived:");
  expect(network.texts().filter((text) => text.startsWith("Hello, Bob!"))).toHaveLength(1);
});

test("back leads to the part before, and from there on again", async () => {
  await using stage = new Stage();
  await using house = await stage.open();
  using alice = await house.operator();
  const setup = await linkedSetup(stage, house, alice);
  await setup.answers("@back");
  expect(setup.title).toBe("A network (2 of 4)");
  expect(setup.values[0]).toBe("go-on");
  await setup.answers("@back");
  expect(setup.title).toBe("A model (1 of 4)");
  await setup.answersOnce("@skip");
  expect(setup.title).toBe("You as the owner (3 of 4)");
});
