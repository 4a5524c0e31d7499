import { expect, test } from "bun:test";
import { Disk, type Image } from "../../scripts/power-cut/disk.ts";
import type { Step } from "../../scripts/power-cut/recording.ts";
import { Chance } from "../../scripts/fuzz/chance.ts";

/** The disk that the power is cut from keeps what was synced, and nothing else for sure. */

const text = (bytes: Buffer | undefined) => bytes && bytes.toString("latin1").replaceAll("\0", ".");

const write = (file: number, at: number, bytes: string): Step => ({
  do: "write",
  file,
  at,
  bytes: Buffer.from(bytes, "latin1"),
});
const create = (path: string, file: number): Step => ({ do: "create", path, file });
const sync = (path: string, file: number): Step => ({ do: "sync", path, file });
const syncFolder = (path: string): Step => ({ do: "sync-folder", path });

/** Every state that a few hundred cuts leave, as texts. */
function statesAfter(steps: readonly Step[], inWords: (image: Image) => string): string[] {
  const disk = new Disk();
  for (const step of steps) disk.take(step);
  const states = Array.from({ length: 400 }, (_, seed) => inWords(disk.cut(new Chance(seed))));
  return [...new Set(states)].toSorted();
}

const contentOf = (path: string) => (image: Image) => text(image.files.get(path)) ?? "no file";
const namesOf = (image: Image) => [...image.folders, ...image.files.keys()].toSorted().join(" ");

const cases: readonly [name: string, steps: readonly Step[], inWords: (image: Image) => string, states: string[]][] = [
  [
    "what was synced, and its name, is there",
    [create("a", 0), write(0, 0, "one"), sync("a", 0), syncFolder("")],
    contentOf("a"),
    ["one"],
  ],
  [
    "content without its name is lost, or not",
    [create("a", 0), write(0, 0, "one"), sync("a", 0)],
    contentOf("a"),
    ["no file", "one"],
  ],
  [
    "a name without its content is empty, has zeros, or all",
    [create("a", 0), syncFolder(""), write(0, 0, "one")],
    contentOf("a"),
    ["", "...", "one"],
  ],
  [
    "of two writes the later one may be there alone",
    [create("a", 0), syncFolder(""), write(0, 0, "one"), write(0, 3, "two")],
    contentOf("a"),
    ["", "...", "......", "...two", "one", "one...", "onetwo"],
  ],
  [
    "a write is torn at a sector",
    [create("a", 0), syncFolder(""), write(0, 0, "o".repeat(1024)), sync("a", 0), write(0, 0, "n".repeat(1024))],
    (image) => contentOf("a")(image).replace(/(.)\1*/g, "$1"),
    ["n", "no", "o", "on"],
  ],
  [
    "a rename happens as a whole or not at all",
    [create("a", 0), syncFolder(""), { do: "rename", path: "a", to: "b", file: 0 }],
    namesOf,
    ["a", "b"],
  ],
  [
    "a file in a folder whose name is lost is lost with it",
    [{ do: "make-folder", path: "f" }, create("f/a", 0), write(0, 0, "one"), sync("f/a", 0), syncFolder("f")],
    namesOf,
    ["", "f f/a"],
  ],
];

test.each(cases)("%s", (_name, steps, inWords, states) => {
  expect(statesAfter(steps, inWords)).toEqual(states);
});
