import { expect, setDefaultTimeout, test } from "bun:test";
import { Chance } from "../../scripts/fuzz/chance.ts";
import { RequestError } from "../../src/client/index.ts";
import { FakeOllama } from "../doubles/fake-ollama.ts";
import { LinkedNetwork } from "../doubles/linked-network.ts";
import { SetupGuest, type Step } from "../doubles/setup-guest.ts";
import { openHouse, temporaryFolder } from "../open-house.ts";

/** Five hundred answers of every kind, most of them wrong: the setup neither breaks nor stands still. */

// Each answer is a round trip, and some wait for a model or a network.
setDefaultTimeout(60_000);

const answersCount = 500;

test("random answers never break a setup, and never leave one behind that goes nowhere", async () => {
  const seed = Number(process.env["CLAWDIA_TEST_SEED"] ?? Math.floor(Math.random() * 1_000_000));
  const chance = new Chance(seed);
  using folder = temporaryFolder();
  await using ollama = new FakeOllama();
  const linked = new LinkedNetwork();
  linked.scanned.resolve();
  const environment = { OLLAMA_HOST: ollama.host };
  const base = { stateDir: folder.path, environment, providers: [linked.provider], ownEngine: true as const };
  await using house = await openHouse(base);
  using alice = await house.operator();
  const titles = new Set<string>();
  let setup = await SetupGuest.start(alice);
  for (let count = 0; count < answersCount; count++) {
    if (setup.status !== "running") setup = await SetupGuest.start(alice);
    const step = setup.step!;
    expect(step, `seed ${seed}: a running setup has a step`).toBeDefined();
    titles.add(step.title ?? "");
    // Nobody writes in this test who would end the wait for the owner.
    const isForSomebody = step.type === "progress" && step.title?.startsWith("You") === true;
    const value = isForSomebody || chance.is(0.5) ? fitting(step, chance, isForSomebody) : anything(chance);
    await setup.answersOnce(value).catch((error: unknown) => {
      if (!(error instanceof RequestError)) throw error;
      expect([seed, error.shape.code]).toEqual([seed, "INVALID_REQUEST"]);
    });
  }
  expect(
    house.log.records.filter(({ event }) => event === "wizard.failed").map(({ fields }) => [seed, fields]),
  ).toEqual([]);
  expect(titles.size, `seed ${seed}: ${[...titles].join(", ")}`).toBeGreaterThan(4);
  await alice.call("wizard.cancel", { sessionId: setup.sessionId }).catch(() => undefined);
  expect((await SetupGuest.start(alice)).status).toBe("running");
});

function fitting({ type, options = [] }: Step, chance: Chance, leaves: boolean): unknown {
  const pick = <T>(list: readonly T[]): T | undefined => (list.length === 0 ? undefined : chance.pick(list));
  switch (type) {
    case "select":
      return pick(options)?.value;
    case "text":
      return pick(["qr", "word", "+4917012345678", "open-sesame-SECRET-77", "http://127.0.0.1:9/v1", "small", ""]);
    case "confirm":
      return chance.is(0.5);
    case "multiselect":
      return options.filter(() => chance.is(0.5)).map(({ value }) => value);
    case "progress":
      return leaves || chance.is(0.3) ? pick(options)?.value : undefined;
    default:
      return true;
  }
}

function anything(chance: Chance): unknown {
  const values = [
    undefined,
    null,
    0,
    -1,
    1e308,
    true,
    false,
    "",
    "@back",
    "@skip",
    "__proto__",
    "x".repeat(5_000),
    [],
    {},
  ];
  const more = [["a", { b: [] }], { value: "@back" }, "\u0000\u202e", "found:ollama/qwen3:8b", "telegram", "webchat"];
  const all: unknown[] = [...values, ...more];
  return chance.pick(all);
}
