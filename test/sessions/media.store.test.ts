import { expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { MediaStore } from "../../src/sessions/index.ts";
import { temporaryFolder } from "../open-house.ts";

const bytes = new Uint8Array([1, 2, 3]);
const name = createHash("sha256").update(bytes).digest("hex");

test("bytes are named by their hash, stored once and for the owner alone", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "media");
  const store = new MediaStore(path);
  expect([store.put(bytes), store.put(bytes)]).toEqual([name, name]);
  expect(readdirSync(path)).toEqual([name]);
  expect([statSync(path).mode & 0o777, statSync(join(path, name)).mode & 0o777]).toEqual([0o700, 0o600]);
  expect(new MediaStore(path).get(name)).toEqual(bytes);
});

test("without a folder they stay in memory", () => {
  const store = new MediaStore(undefined);
  expect(store.get(store.put(bytes))).toEqual(bytes);
});

test("what was never stored is not there", () => {
  using folder = temporaryFolder();
  for (const store of [new MediaStore(folder.path), new MediaStore(undefined)]) expect(store.get(name)).toBe(undefined);
});
