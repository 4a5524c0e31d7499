import { mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run, say } from "./lib/run.ts";
import { awaken } from "./power-cut/awakening.ts";
import { forgettings, type Forgetting } from "./power-cut/disk.ts";
import { cutsOf, type ImageFault, keepImage, lookAt, syncsIn } from "./power-cut/images.ts";
import { record } from "./power-cut/record.ts";
import { keepRecording, readRecording, type Step } from "./power-cut/recording.ts";
import { judge } from "./power-cut/verdict.ts";

/**
 * `bun run power-cut [--images N --seed N --rounds N --failing-syncs WHEN --forget KIND]`: records every write, sync
 * and rename of a house at work, rebuilds what a disk may hold after a power cut at each of those moments, and opens
 * all of it. What was acknowledged before the cut must be there. The last line is JSON; exit code 1 on any fault.
 *
 * When something is missing the recording is kept, and `--recording FOLDER --image N` lays one image out again.
 * `--forget log|database|files|folders` takes syncs of one kind for not done, to see that this is found. With
 * `--failing-syncs 60+97` the sixtieth sync fails and every 97th after it, and what it was to write is gone.
 */

const imagesUsual = 2_000;
const roundsUsual = 36;
/** The house is started on one image in so many; the others are opened. */
const everyAwakening = 50;
const faultsShown = 10;

const option = (name: string) => {
  const at = process.argv.indexOf(`--${name}`);
  return at === -1 ? undefined : process.argv[at + 1];
};

const startedAtMs = performance.now();
const keptIn = option("recording");
const kept = keptIn === undefined ? undefined : readRecording(keptIn);
const recording = kept ?? (await record(Number(option("rounds") ?? roundsUsual), option("failing-syncs")));
const { steps } = recording;
const seed = kept?.seed ?? Number(option("seed") ?? 1);
const image = option("image");
if (image === undefined) await lookAtAll(Number(option("images") ?? imagesUsual));
else await showOne(Number(image));

async function lookAtAll(count: number): Promise<void> {
  const cuts = cutsOf(steps, seed, count);
  const looked = await lookAt({ recording, seed, cuts, forgets: forgotten(), everyAwakening });
  const moments = new Set(cuts.map(({ at }) => at));
  const syncs = syncsIn(steps);
  for (const fault of looked.faults.slice(0, faultsShown)) say(`image ${fault.image}: ${fault.problems.join("; ")}`);
  if (looked.faults.length > 0) sayHowToSee(looked.faults[0]!);
  const facts = {
    seed,
    images: looked.images,
    housesStarted: looked.awakened,
    faults: looked.faults.length,
    syncs: syncs.length,
    syncsCutBefore: syncs.filter((at) => moments.has(at)).length,
    syncsCutAfter: syncs.filter((at) => moments.has(at + 1)).length,
    failedSyncs: steps.filter((step) => step.do.startsWith("fail-")).length,
    writes: steps.filter((step) => step.do === "write").length,
    acknowledged: steps.filter((step) => step.do === "acknowledge").length,
    acknowledgementsLookedFor: looked.acks,
    unsyncedStepsAtRisk: looked.atRisk,
    seconds: Math.round((performance.now() - startedAtMs) / 100) / 10,
  };
  say(JSON.stringify(facts));
  process.exitCode = looked.faults.length === 0 ? 0 : 1;
}

function sayHowToSee({ image: number }: ImageFault): void {
  const folder = keptIn ?? mkdtempSync(join(tmpdir(), "clawdia-recording-"));
  if (keptIn === undefined) keepRecording(folder, recording, seed);
  const forget = option("forget") === undefined ? "" : ` --forget ${option("forget")}`;
  say(`to see it again: bun run power-cut --recording ${folder} --image ${number}${forget}`);
}

/** Lays the image out, twice: opening changes what is opened. */
async function showOne(number: number): Promise<void> {
  const cut = cutsOf(steps, seed, number + 1)[number]!;
  const folder = join(keptIn ?? mkdtempSync(join(tmpdir(), "clawdia-recording-")), `image-${number}`);
  mkdirSync(folder, { recursive: true });
  for (const name of ["as-cut", "opened"])
    keepImage({ recording, seed, cut, forgets: forgotten() }, join(folder, name));
  run(["ls", "-lR", join(folder, "as-cut")], { cwd: folder });
  const last = steps.slice(Math.max(0, cut.at - 5), cut.at).map(inWords);
  say(`cut after step ${cut.at} of ${steps.length}: ${last.join(", ")}`);
  const acks = steps.slice(0, cut.at).flatMap((step) => (step.do === "acknowledge" ? [step.ack] : []));
  const problems = judge(join(folder, "opened"), acks);
  if (problems.length === 0) problems.push(...(await awaken(join(folder, "opened"), acks, recording.recordedAtMs)));
  for (const problem of problems) say(problem);
  say(`${problems.length} faults; the image lies in ${join(folder, "as-cut")}`);
  process.exitCode = problems.length === 0 ? 0 : 1;
}

function inWords(step: Step): string {
  if (step.do === "write") return `write ${step.bytes.length} at ${step.at} of file ${step.file}`;
  return JSON.stringify(step);
}

function forgotten(): Forgetting | undefined {
  const wanted = option("forget");
  const known = forgettings.find((name) => name === wanted);
  if (wanted !== undefined && known === undefined) throw new Error(`--forget is one of ${forgettings.join(", ")}`);
  return known;
}
