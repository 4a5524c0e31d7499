import { beforeAll, expect, test } from "bun:test";
import { type Forgetting, forgettings } from "../../scripts/power-cut/disk.ts";
import { cutsOf, lookAt } from "../../scripts/power-cut/images.ts";
import { record } from "../../scripts/power-cut/record.ts";
import { keepSteps, readSteps, type Step } from "../../scripts/power-cut/recording.ts";
import { temporaryFolder } from "../open-house.ts";

/** A house at work is recorded once, under strace; that takes some seconds. `bun run power-cut` looks at more. */

const rounds = 16;
const images = 300;
const slowMs = 60_000;

let steps: readonly Step[];
beforeAll(async () => {
  steps = await record(rounds);
}, slowMs);

test(
  "after a power cut at any moment the state opens, and all that was acknowledged is there",
  () => {
    const { images: seen, acks, faults } = lookAt({ steps, seed: 1, cuts: cutsOf(steps, 1, images) });
    expect(faults).toEqual([]);
    expect(seen).toBe(images);
    expect(acks).toBeGreaterThan(10_000);
  },
  slowMs,
);

/** What a store without one kind of sync loses first. */
const losses: Readonly<Record<Forgetting, RegExp>> = {
  log: /acknowledged and gone: (inbound|run)/,
  database: /acknowledged and gone|malformed|it does not open|Tree|wrong # of entries/,
  files: /a torn key|not there as a whole/,
  folders: /acknowledged and gone|not there as a whole/,
};

test.each([...forgettings])(
  "a store that does not sync its %s is found out",
  (forgets) => {
    const { faults } = lookAt({ steps, seed: 1, cuts: cutsOf(steps, 1, images), forgets, stopsAtFirst: true });
    expect(faults.flatMap(({ problems }) => problems).join("; ")).toMatch(losses[forgets]);
  },
  slowMs,
);

test("an image is the same again, from the recording that was kept", () => {
  using folder = temporaryFolder();
  keepSteps(folder.path, steps, 7);
  const kept = readSteps(folder.path);
  expect(kept.seed).toBe(7);
  expect(kept.steps).toEqual(steps);
  const look = { seed: 7, forgets: "log" as const, cuts: cutsOf(steps, 7, 20) };
  expect(lookAt({ ...look, steps: kept.steps })).toEqual(lookAt({ ...look, steps }));
});
