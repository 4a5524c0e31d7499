import { expect, test } from "bun:test";
import { mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { readTar, restoreBackup, TarWriter } from "../../src/backup/index.ts";
import { makePaths, realClock } from "../../src/lib/index.ts";
import { temporaryFolder } from "../open-house.ts";

/** Archives that are unpacked: backups, which are not compressed, so that none is larger than its file. */

test("S-97 names that lead out of the folder, links, files twice and files off the list are refused", () => {
  using folder = temporaryFolder();
  const options = {
    paths: makePaths(join(folder.path, "state")),
    file: join(folder.path, "backup.tar"),
    clock: realClock,
  };
  const {
    file,
    paths: { stateDir },
  } = options;
  mkdirSync(stateDir);
  symlinkSync("/etc/passwd", join(stateDir, "link"));
  const listed = JSON.stringify({ format: "clawdia-backup", formatVersion: 1, schemaVersion: 1, files: [] });
  const odd: readonly (readonly [name: string, paths: readonly string[]])[] = [
    ["up", ["../../evil"]],
    ["absolute", ["/tmp/evil"]],
    ["dots inside", ["a/../../evil"]],
    ["a drive", ["C:/evil"]],
    ["a backslash", ["..\\evil"]],
    ["twice", ["a", "a"]],
    ["off the list", ["a"]],
  ];
  for (const [name, paths] of odd) {
    Bun.spawnSync(["rm", "-f", file]);
    using tar = new TarWriter(file);
    for (const path of paths) tar.addText(path, "x");
    tar.addText("clawdia-backup.json", listed);
    tar.finish();
    expect([name, thrown(() => restoreBackup(options))]).toEqual([
      name,
      expect.stringMatching(/plain path|twice|list/),
    ]);
  }
  Bun.spawnSync(["tar", "-C", stateDir, "-cf", file, "link"]);
  expect(() => [...readTar(file)]).toThrow("no plain file");
  expect(readdirSync(folder.path).toSorted()).toEqual(["backup.tar", "state"]);
});

function thrown(run: () => unknown): string {
  try {
    run();
    return "nothing";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
