import { beforeAll, expect, test } from "bun:test";
import { type Forgetting, forgettings } from "../../scripts/power-cut/disk.ts";
import { cutsOf, lookAt } from "../../scripts/power-cut/images.ts";
import { record } from "../../scripts/power-cut/record.ts";
import { keepRecording, readRecording, type Recording } from "../../scripts/power-cut/recording.ts";
import { temporaryFolder } from "../open-house.ts";

/** A house at work is recorded once, under strace; that takes some seconds. `bun run power-cut` looks at more. */

const rounds = 16;
const images = 300;
/** The whole house is started on one image in so many. */
const everyAwakening = 30;
/** The fiftieth sync fails and every 31st after it, whatever it is of; the house needs half a second for each. */
const failingSyncs = "50+31";
const failingRounds = 8;
const slowMs = 60_000;

let recording: Recording;
beforeAll(async () => {
  recording = await record(rounds);
}, slowMs);

test(
  "after a power cut at any moment the state opens, and all that was acknowledged is there",
  async () => {
    const cuts = cutsOf(recording.steps, 1, images);
    const { images: seen, awakened, acks, faults } = await lookAt({ recording, seed: 1, cuts, everyAwakening });
    expect(faults).toEqual([]);
    expect([seen, awakened]).toEqual([images, Math.ceil(images / everyAwakening)]);
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
  async (forgets) => {
    const cuts = cutsOf(recording.steps, 1, images);
    const { faults } = await lookAt({ recording, seed: 1, cuts, forgets, stopsAtFirst: true });
    expect(faults.flatMap(({ problems }) => problems).join("; ")).toMatch(losses[forgets]);
  },
  slowMs,
);

test("an image is the same again, from the recording that was kept", async () => {
  using folder = temporaryFolder();
  keepRecording(folder.path, recording, 7);
  const kept = readRecording(folder.path);
  expect(kept).toEqual({ ...recording, seed: 7 });
  const look = { seed: 7, forgets: "log" as const, cuts: cutsOf(recording.steps, 7, 20) };
  expect(await lookAt({ ...look, recording: kept })).toEqual(await lookAt({ ...look, recording }));
});

test(
  "after syncs that failed, and lost what they were to write, all that was acknowledged is there",
  async () => {
    const failed = await record(failingRounds, failingSyncs);
    expect(failed.steps.filter((step) => step.do.startsWith("fail-")).length).toBeGreaterThan(2);
    const cuts = cutsOf(failed.steps, 1, images);
    const { faults } = await lookAt({ recording: failed, seed: 1, cuts, everyAwakening });
    expect(faults).toEqual([]);
  },
  slowMs,
);
