import { expect, test } from "bun:test";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { rejectionOf } from "../../doubles/rejection.ts";
import { linked, never } from "./linked.ts";

/** Files that people send. Their paths come from strangers, and only the attachments folder is read. */

const bytes = new Uint8Array(10_000).map((_, index) => (index * 13) % 256);

test("a file is fetched under whatever name it has", async () => {
  await using scene = await linked();
  const { bob, ports, link } = scene;
  for (const fileName of ["notes.txt", 'it\'s "mine" $(touch x) `y`.txt', "-rf", " två\nrader 😀 ", "a\\b*?.png"]) {
    const { guid } = bob.sendsFile({ bytes, fileName, mimeType: "text/plain" }, { text: "here" });
    const { media, text } = await ports.heard(guid);
    expect([text, media.length, media[0]!.fileName, media[0]!.bytes]).toEqual(["here", 1, fileName, bytes.length]);
    const fetched = await link.download!(media[0]!.handle, 20_000, never);
    expect([fetched.bytes, fetched.fileName]).toEqual([bytes, fileName]);
  }
});

test("a path below the home of the Mac is understood", async () => {
  await using scene = await linked({ settings: { attachmentsFolder: "~/Library/Messages/Attachments" } });
  const { double, link } = scene;
  writeFileSync(join(double.attachmentsFolder, "x.txt"), "hello");
  const { bytes: fetched } = await link.download!("~/Library/Messages/Attachments/x.txt", 100, never);
  expect(new TextDecoder().decode(fetched)).toBe("hello");
});

test("nothing outside of the attachments folder is read, by no way around", async () => {
  await using scene = await linked();
  const { double, link } = scene;
  const secret = join(double.folder, "secret.txt");
  writeFileSync(secret, "do not read");
  const beside = `${double.attachmentsFolder}-of-another`;
  mkdirSync(beside);
  writeFileSync(join(beside, "x.txt"), "do not read");
  symlinkSync(secret, join(double.attachmentsFolder, "link.txt"));
  symlinkSync(double.folder, join(double.attachmentsFolder, "folder"));
  for (const path of [
    secret,
    join(beside, "x.txt"),
    `${double.attachmentsFolder}/../../../secret.txt`,
    join(double.attachmentsFolder, "link.txt"),
    `${double.attachmentsFolder}/folder/secret.txt`,
    "~/secret.txt",
  ]) {
    expect(await rejectionOf(link.download!(path, 1000, never))).toMatchObject({
      name: "MediaError",
      message: "the file is not in the Messages attachments folder",
      isPermanent: true,
    });
  }
});

test.each([
  ["a file that Messages has not fetched yet", "not-yet.jpg", false],
  ["a folder", ".", false],
  ["a path with a zero character", "a\0b", true],
  ["a path without end", "x".repeat(5000), true],
])("%s is refused", async (_, name, isPermanent) => {
  await using scene = await linked();
  const path = `${scene.double.attachmentsFolder}/${name}`;
  expect(await rejectionOf(scene.link.download!(path, 1000, never))).toMatchObject({ name: "MediaError", isPermanent });
});

test("a relative path is refused", async () => {
  await using scene = await linked();
  for (const path of ["x.txt", "", "/", "$HOME/x"]) {
    expect(await rejectionOf(scene.link.download!(path, 1000, never))).toMatchObject({ name: "MediaError" });
  }
});

test("a file that is too large is cut off while it is read", async () => {
  await using scene = await linked();
  const { bob, ports, link } = scene;
  const large = new Uint8Array(5_000_000);
  const { guid } = bob.sendsFile({ bytes: large, fileName: "film.mov", mimeType: "video/quicktime" });
  const { handle } = (await ports.heard(guid)).media[0]!;
  const error = await rejectionOf(link.download!(handle, 1000, never));
  expect(error).toMatchObject({ name: "MediaError", isPermanent: true });
});

test("a folder of attachments that is not there says so", async () => {
  await using scene = await linked({ settings: { attachmentsFolder: "/nowhere/at/all" } });
  const { double, link } = scene;
  const path = join(dirname(double.attachmentsFolder), "x.txt");
  expect(await rejectionOf(link.download!(path, 1000, never))).toMatchObject({
    message: "the Messages attachments folder cannot be entered",
    isPermanent: false,
  });
});
