import { expect, test } from "bun:test";
import { RecordingPorts } from "../doubles/recording-ports.ts";
import { livingLaws } from "./provider-living.ts";
import { receivingLaws } from "./provider-receiving.ts";
import {
  bobsText,
  expectNothingLeaked,
  failing,
  fatesOn,
  type Linked,
  never,
  type ProviderLaw,
  type Scene,
  type Staged,
} from "./provider-scene.ts";
import { sendingLaws } from "./provider-sending.ts";
import type { ProviderStage } from "./provider-stage.ts";

/** The laws, one test each. A law that a provider cannot keep is excused in writing. */
export function providerContract<Settings>(
  name: string,
  makeStage: () => Promise<ProviderStage<Settings>>,
  excuses: Partial<Record<ProviderLaw, string>> = {},
): void {
  const law = (title: ProviderLaw, run: (stage: ProviderStage<Settings>, ports: RecordingPorts) => Promise<void>) => {
    const excuse = excuses[title];
    test(`${name}: ${title}${excuse === undefined ? "" : ` (excused: ${excuse})`}`, async () => {
      if (excuse !== undefined) return;
      await using stage = await makeStage();
      const ports = new RecordingPorts(stage.clock, stage.secrets, stage.records);
      await run(stage, ports);
      expectNothingLeaked(ports.captured.text, stage);
    });
  };
  const linked = (title: ProviderLaw, run: (scene: Scene<Settings>) => Promise<void>) =>
    law(title, async (stage, ports) => {
      await using link = await stage.provider.open(stage.account, ports);
      await ports.told("connected");
      await run({ stage, ports, link });
    });

  receivingLaws(linked);
  livingLaws(law, linked);
  sendingLaws(linked);
  knowingLaws(law, linked);
}

function knowingLaws<Settings>(law: Staged<Settings>, linked: Linked<Settings>): void {
  linked("a verb is there exactly when it is named", async ({ stage: { provider }, link }) => {
    const verbs = ["edit", "react", "typing", "markRead", "download", "setCommands", "reconcile"] as const;
    const there = verbs.filter((verb) => typeof link[verb] === "function");
    expect(there).toEqual(verbs.filter((verb) => provider.can.verbs.includes(verb)));
    await Promise.resolve();
  });

  law("recorded payloads decode as they did", async ({ recorded }) => {
    const names = Object.keys(recorded.payloads).toSorted();
    const decoded = names.map((name) => [name, recorded.decode(recorded.payloads[name])] as const);
    expect(JSON.parse(JSON.stringify(Object.fromEntries(decoded)))).toEqual(recorded.snapshot);
    expect(names).not.toEqual([]);
    await Promise.resolve();
  });

  linked("neither secrets nor texts are in logs and errors", async ({ stage, ports, link }) => {
    const { network } = stage;
    const told: unknown[] = [];
    ports.store = () => Promise.reject(new Error("the disk is full"));
    await ports.heard(await network.says(bobsText));
    for (const [fate] of fatesOn(stage)) told.push(await failing(stage, link, fate));
    network.breaks();
    told.push(await ports.told("lost"));
    told.push(await link.probe(never).catch((error: unknown) => error));
    expectNothingLeaked(told.map((one) => Bun.inspect(one, { depth: 8 })).join("\n"), stage);
  });
}
