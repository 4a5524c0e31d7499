import { expect, setDefaultTimeout, test } from "bun:test";
import { accountDefaults } from "../../src/config/index.ts";
import { FakeOllama } from "../doubles/fake-ollama.ts";
import { SetupGuest } from "../doubles/setup-guest.ts";
import { TelegramDouble } from "../doubles/telegram/telegram-double.ts";
import { openHouse, temporaryFolder } from "../open-house.ts";

/** The first run over the socket, with a model server, a Telegram and a person that are not ours. */

// Four parts with a server each take longer than Bun's 5 s on a busy machine.
setDefaultTimeout(30_000);

const found = "found:ollama/qwen3:8b";

const onTelegram = ({ apiRoot }: TelegramDouble) => ({
  main: { ...accountDefaults("telegram"), mode: "polling" as const, apiRoot },
});

test("a fresh gateway is led to a model, a network, its owner and a first message", async () => {
  using folder = temporaryFolder();
  await using ollama = new FakeOllama();
  await using telegram = await TelegramDouble.start();
  const bob = telegram.person({ name: "Bob", username: "bob" });
  const environment = { OLLAMA_HOST: ollama.host };
  const base = { stateDir: folder.path, environment, accounts: onTelegram(telegram), ownEngine: true as const };
  await using house = await openHouse(base);
  using alice = await house.operator();
  const setup = await SetupGuest.start(alice, { mode: "local" });
  expect(setup.step).toMatchObject({ type: "note", title: "Welcome to Clawdia" });
  await setup.answers();
  expect(setup.title).toBe("A model (1 of 4)");
  expect(setup.values).toEqual([found, "own-key", "own-server", "@skip"]);
  expect(setup.step!.initialValue).toBeUndefined();
  await setup.answers(found);
  expect(setup.step).toMatchObject({
    type: "note",
    message: expect.stringMatching(/^ollama\/qwen3:8b answered in \d+/),
  });
  await setup.answers();
  expect(setup.title).toBe("A network (2 of 4)");
  await setup.answers("telegram");
  expect(setup.step).toMatchObject({ type: "text", sensitive: true, placeholder: "Bot token" });
  await setup.answers(`${telegram.token.slice(0, -4)}AAAA`);
  expect(setup.message).toContain("That did not work: Telegram does not know this token");
  await setup.answers("again");
  await setup.answers(telegram.token);
  expect(setup.message).toBe("Linked to @clawdia_bot.");
  await setup.answersOnce("go-on");
  expect(setup.step).toMatchObject({ type: "progress", title: "You as the owner (3 of 4)" });
  expect(setup.message).toContain("Open Telegram and write anything to @clawdia_bot.");
  await bob.says("hello");
  await setup.waits();
  const [asker] = setup.step!.options!;
  expect(asker).toMatchObject({ label: `Bob (${bob.id}) on Telegram` });
  await setup.answers(asker!.value);
  expect(setup.step).toMatchObject({ type: "note", title: "The first message (4 of 4)" });
  await bob.reads(/Hello, Bob! This is Clawdia\./);
  await bob.reads("Good day from qwen.");
  await setup.answers();
  expect(setup.step).toMatchObject({ type: "action", executor: "client", title: "Keep it running" });
  await setup.answers("@skip");
  expect(setup.message).toContain("You as the owner: Bob on Telegram");
  await setup.answers();
  expect(setup.status).toBe("done");
  expect(await alice.call("approvals.list", {})).toMatchObject({ approved: [{ senderName: "Bob", isOwner: true }] });
  expect(await alice.call("wizard.overview", {})).toMatchObject({ isFinished: true, isRunning: false });
  const { title } = (await SetupGuest.start(alice)).step!;
  expect(title).toBe("Clawdia is set up");
  for (const text of [house.log.text, JSON.stringify(alice.events), JSON.stringify(setup.seen)])
    expect(text).not.toContain(telegram.token);
});
