import { expect, test } from "bun:test";
import { rejectionOf } from "../../doubles/rejection.ts";
import { never, type Opened, scene, type Scene } from "./linked.ts";

const file = { bytes: new Uint8Array([1, 2, 3]), fileName: "three.bin", mimeType: "application/octet-stream" };

async function handleOf({ bob }: Scene, { ports }: Opened): Promise<string> {
  const messageId = bob.sendsFile(file, "look");
  return (await ports.heard(messageId)).media[0]!.handle;
}

test("a file is fetched by its message, from an address that is asked for anew, also after a restart", async () => {
  await using stage = await scene();
  const first = await stage.open();
  await first.ports.told("connected");
  const handle = await handleOf(stage, first);
  await first[Symbol.asyncDispose]();
  await using second = await stage.open();
  const got = await second.link.download!(handle, 10, never);
  expect(got).toEqual({ bytes: file.bytes, mimeType: file.mimeType, fileName: file.fileName });
  expect(handle).not.toContain("http");
});

test.each([
  ["the message is gone", "getMessage", { status: 404, code: 10_008 }, true],
  ["the channel is closed to us", "getMessage", { status: 403, code: 50_001 }, true],
  ["Discord has troubles", "getMessage", { status: 500 }, false],
  ["Discord wants a pause", "getMessage", { status: 429 }, false],
  ["the file is gone", "download", { status: 404 }, true],
  ["the files' server has troubles", "download", { status: 503 }, false],
])("when %s, the error says whether asking again is of use", async (_name, method, refusal, isPermanent) => {
  await using stage = await scene();
  await using opened = await stage.open();
  await opened.ports.told("connected");
  const handle = await handleOf(stage, opened);
  stage.double.fault({ method, does: { kind: "refuse", ...refusal } });
  const error = await rejectionOf(opened.link.download!(handle, 10, never));
  expect(error).toMatchObject({ name: "MediaError", isPermanent });
  expect(String(error)).not.toContain("http");
});
