import { expect, test } from "bun:test";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeKeyPair, sha256Text, signText } from "../../src/lib/index.ts";
import {
  fileFor,
  isNewer,
  keepReplaced,
  newFile,
  openRelease,
  openSource,
  previousFile,
  type Release,
  replaceProgram,
  rollBack,
  sealRelease,
  undoReplaced,
} from "../../src/update/index.ts";
import { Person } from "../cli/command-house.ts";
import { temporaryFolder } from "../open-house.ts";

/** S-115: nothing takes the program's place that was not signed, whole, and newer. */

const keys = makeKeyPair();
const program = "#!/bin/sh\necho 9.9.9\n";
const release: Release = {
  version: "9.9.9",
  publishedAt: "2026-11-01T00:00:00.000Z",
  files: { "linux-x64": { url: "clawdia", bytes: program.length, sha256: sha256Text(program) } },
};
const sign = (text: string) => signText(keys.privateKeyPem, text);
const sealed = sealRelease(release, sign);
const never = () => new AbortController().signal;

test("a release that is signed is believed, and names the file for a machine", () => {
  expect(openRelease(sealed, keys.publicKey)).toEqual(release);
  expect(fileFor(release, "linux-x64").bytes).toBe(program.length);
  expect(() => fileFor(release, "sunos-x64")).toThrow("version 9.9.9 has no file for sunos-x64");
});

const forged: readonly (readonly [name: string, text: string, key: string, said: string])[] = [
  ["signed with another key", sealed, makeKeyPair().publicKey, "not signed with the key"],
  ["changed after it was signed", sealed.replace("9.9.9", "9.9.8"), keys.publicKey, "not signed with the key"],
  ["without a signature", JSON.stringify({ release: "{}" }), keys.publicKey, "no list of a release"],
  ["no JSON", "<html>", keys.publicKey, "no list of a release"],
  [
    "signed as something else",
    JSON.stringify({ release: JSON.stringify(release), signature: sign(JSON.stringify(release)) }),
    keys.publicKey,
    "not signed with the key",
  ],
  ["of an odd version", sealRelease({ ...release, version: "../1" }, sign), keys.publicKey, "cannot|can read"],
  [
    "with an odd hash",
    sealRelease({ ...release, files: { x: { url: "a", bytes: 1, sha256: "no" } } }, sign),
    keys.publicKey,
    "can read",
  ],
];
for (const [name, text, key, said] of forged) {
  test(`a release ${name} is refused`, () => {
    expect(() => openRelease(text, key)).toThrow(new RegExp(said));
  });
}

const versions: readonly (readonly [one: string, other: string, isNewer: boolean])[] = [
  ["1.0.1", "1.0.0", true],
  ["1.0.0", "1.0.0", false],
  ["1.0.0", "1.0.1", false],
  ["1.10.0", "1.9.9", true],
  ["2.0.0", "1.99.99", true],
  ["1.0.0", "1.0.0-rc.1", true],
  ["1.0.0-rc.1", "1.0.0", false],
  ["1.0.0-rc.10", "1.0.0-rc.9", true],
];
for (const [one, other, expected] of versions) {
  test(`${one} is ${expected ? "" : "not "}newer than ${other}`, () => {
    expect(isNewer(one, other)).toBe(expected);
  });
}

const served: readonly (readonly [name: string, content: string, said: string | undefined])[] = [
  ["as it was signed", program, undefined],
  ["longer", `${program}more`, "longer than the release says"],
  ["shorter", program.slice(1), "not the file that was signed"],
  ["changed", program.replace("9.9.9", "6.6.6"), "not the file that was signed"],
];
for (const [name, content, said] of served) {
  const fate = said === undefined ? "is taken" : "is refused";
  test(`a file that comes ${name} ${fate}, from disk and over http`, async () => {
    using folder = temporaryFolder();
    writeFileSync(join(folder.path, "release.json"), sealed);
    writeFileSync(join(folder.path, "clawdia"), content);
    using server = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: (request) => new Response(Bun.file(join(folder.path, new URL(request.url).pathname))),
    });
    for (const [index, where] of [join(folder.path, "release.json"), `${server.url.href}release.json`].entries()) {
      const source = openSource(where, never);
      const { files } = openRelease(await source.list(), keys.publicKey);
      const to = join(folder.path, `to-${index}`);
      const fetched = source.fetch(files["linux-x64"]!, to);
      if (said !== undefined) expect(fetched).rejects.toThrow(said);
      else {
        await fetched;
        expect(readFileSync(to, "utf8")).toBe(program);
      }
      await fetched.catch(() => undefined);
    }
  });
}

test("releases come over https, or from this very machine", () => {
  expect(() => openSource("http://example.org/release.json", never)).toThrow("over https only");
});

test("a program is replaced by a rename with its rights kept, and a rollback puts the one before back", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "clawdia");
  writeFileSync(path, "old", { mode: 0o755 });
  expect(() => rollBack(path)).toThrow("there is no earlier version");
  const { ino } = statSync(path);
  for (const next of ["new", "newer"]) {
    writeFileSync(newFile(path), next, { mode: 0o600 });
    replaceProgram(path);
    keepReplaced(path);
  }
  expect([readFileSync(path, "utf8"), statSync(path).mode & 0o777]).toEqual(["newer", 0o755]);
  expect(readFileSync(previousFile(path), "utf8")).toBe("new");
  writeFileSync(newFile(path), "broken");
  replaceProgram(path);
  undoReplaced(path);
  expect([readFileSync(path, "utf8"), readFileSync(previousFile(path), "utf8")]).toEqual(["newer", "new"]);
  rollBack(path);
  expect([readFileSync(path, "utf8"), readFileSync(previousFile(path), "utf8")]).toEqual(["new", "newer"]);
  expect([statSync(path).ino === ino, existsSync(newFile(path))]).toEqual([false, false]);
});

test("the command says where to look, what there is, and that a program from source is not replaced", async () => {
  using alice = new Person();
  expect(await alice.types(["update", "--check"])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("clawdia update --from FILE"),
  });
  const list = join(alice.home, "release.json");
  writeFileSync(list, sealed);
  expect(await alice.types(["update", "--from", list])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("trusts no key of releases"),
  });
  alice.writesConfig({ update: { publicKey: keys.publicKey } });
  expect(await alice.asks("update", "--check", "--from", list)).toMatchObject({ to: "9.9.9", state: "available" });
  expect(await alice.types(["update", "--from", list])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("runs from source"),
  });
  alice.writesConfig({ update: { publicKey: makeKeyPair().publicKey } });
  expect(await alice.types(["update", "--check", "--from", list])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("not signed with the key"),
  });
}, 60_000);
