import { mkdtempSync, rmSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Chance } from "../fuzz/chance.ts";
import type { Ack } from "./acks.ts";
import { Disk, type Forgetting } from "./disk.ts";
import { awaken } from "./awakening.ts";
import type { Recording, Step } from "./recording.ts";
import { judge, layOut } from "./verdict.ts";

/** Which moments the power is cut at, and what each of them leaves. Everything follows from the seed and a number. */

/** One image in so many is cut while pages go from the log into the database: rare, and where most can break. */
const everyCheckpoint = 8;
const memoryFolder = "/dev/shm";
const memoryBytesMin = 256 * 1024 * 1024;

export interface Cut {
  /** The image's number. */
  readonly image: number;
  /** Steps that were made before the power went. */
  readonly at: number;
}

export interface ImageFault extends Cut {
  readonly problems: readonly string[];
}

export interface Looked {
  readonly images: number;
  /** Images that the house was started on. */
  readonly awakened: number;
  /** Steps that could be lost, over all images. */
  readonly atRisk: number;
  /** Acknowledgements that were looked for, over all images. */
  readonly acks: number;
  readonly faults: readonly ImageFault[];
}

/** The moments of the first `count` images: around every sync first, then anywhere. */
export function cutsOf(steps: readonly Step[], seed: number, count: number): Cut[] {
  const chance = new Chance(seed);
  const around = shuffled(
    syncsIn(steps).flatMap((at) => [at, at + 1]),
    chance,
  );
  const during = checkpointsIn(steps);
  return Array.from({ length: count }, (_, image) => {
    const isInCheckpoint = image % everyCheckpoint === 0 && during.length > 0;
    const planned = isInCheckpoint ? chance.pick(during) : around.pop();
    return { image, at: planned ?? chance.below(steps.length + 1) };
  });
}

export function syncsIn(steps: readonly Step[]): number[] {
  return steps.flatMap((step, at) => (step.do === "sync" || step.do === "sync-folder" ? [at] : []));
}

/** Moments at which pages of the database were written and not synced. */
function checkpointsIn(steps: readonly Step[]): number[] {
  const moments: number[] = [];
  const files = new Set(
    steps.flatMap((step) => (step.do === "create" && step.path.endsWith(".db") ? [step.file] : [])),
  );
  let isDirty = false;
  for (const [at, step] of steps.entries()) {
    if (isDirty) moments.push(at);
    if (step.do === "write" && files.has(step.file)) isDirty = true;
    else if (step.do === "sync" && files.has(step.file)) isDirty = false;
  }
  return moments;
}

export interface LookOptions {
  readonly recording: Recording;
  readonly seed: number;
  readonly cuts: readonly Cut[];
  readonly forgets?: Forgetting | undefined;
  /** Starts the house on one image in so many; 0 on none. */
  readonly everyAwakening?: number;
  /** Ends with the first image that has a fault. */
  readonly stopsAtFirst?: boolean;
}

/** Builds each image and judges it. */
export async function lookAt(options: LookOptions): Promise<Looked> {
  const { recording, seed, cuts, forgets, everyAwakening = 0, stopsAtFirst = false } = options;
  const { steps, recordedAtMs } = recording;
  using folder = imageFolder();
  const disk = new Disk(forgets);
  const acks: Ack[] = [];
  const faults: ImageFault[] = [];
  let [taken, images, awakened, atRisk, looked] = [0, 0, 0, 0, 0];
  for (const cut of cuts.toSorted((left, right) => left.at - right.at)) {
    for (; taken < cut.at; taken++) {
      const step = steps[taken]!;
      disk.take(step);
      if (step.do === "acknowledge") acks.push(step.ack);
    }
    layOut(disk.cut(chanceOf(seed, cut.image)), folder.path);
    const problems = judge(folder.path, acks);
    images++;
    if (everyAwakening > 0 && cut.image % everyAwakening === 0 && problems.length === 0) {
      problems.push(...(await awaken(folder.path, acks, recordedAtMs)));
      awakened++;
    }
    atRisk += disk.atRisk;
    looked += acks.length;
    if (problems.length > 0) faults.push({ ...cut, problems });
    if (stopsAtFirst && faults.length > 0) break;
  }
  return { images, awakened, atRisk, acks: looked, faults };
}

/** Leaves one image in a folder, for a person to look at. */
export function keepImage(
  { recording, seed, cut, forgets }: Pick<LookOptions, "recording" | "seed" | "forgets"> & { readonly cut: Cut },
  folder: string,
): void {
  const disk = new Disk(forgets);
  for (const step of recording.steps.slice(0, cut.at)) disk.take(step);
  layOut(disk.cut(chanceOf(seed, cut.image)), folder);
}

function chanceOf(seed: number, image: number): Chance {
  return new Chance(seed * 1_000_003 + image);
}

function shuffled<T>(items: readonly T[], chance: Chance): T[] {
  return items
    .map((item) => ({ item, key: chance.unit() }))
    .toSorted((left, right) => left.key - right.key)
    .map(({ item }) => item);
}

/** In memory where there is room: an image is read once, and its bytes are not worth a disk's time. */
function imageFolder(): Disposable & { readonly path: string } {
  const parent = hasRoom(memoryFolder) ? memoryFolder : tmpdir();
  const path = mkdtempSync(join(parent, "clawdia-image-"));
  return { path: join(path, "state"), [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

function hasRoom(path: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize > memoryBytesMin;
  } catch {
    return false;
  }
}
