import { expect, test } from "bun:test";
import { imageSizeOf } from "../../src/lib/index.ts";
import { NodeStage, testCamera } from "./node-stage.ts";
import { probe } from "./probe.ts";

/** Pictures and films by the real ffmpeg, and by the real Chromium; the cameras are drawn by these two. */

interface Picture {
  readonly format: string;
  readonly base64: string;
  readonly width: number;
  readonly height: number;
}

interface Film {
  readonly base64: string;
}

const tone = { format: "lavfi", input: "sine=frequency=440" };
const bytesOf = ({ base64 }: Film) => Uint8Array.fromBase64(base64);

test("a camera of the config is listed, and chosen by its id and its side", async () => {
  const sources = [{ ...testCamera, id: "back", position: "back" as const, input: "color=red:size=64x48" }, testCamera];
  await using stage = await NodeStage.open({ node: { camera: { sources } } });
  const { gateway } = stage;
  expect(stage.node.status.caps).toContain("camera");
  const { devices } = await gateway.gets<{ devices: { id: string }[] }>("camera.list");
  expect(devices.slice(0, 2)).toEqual([
    { id: "back", name: "A test picture", position: "back", deviceType: "lavfi" },
    { id: "test", name: "A test picture", position: "front", deviceType: "lavfi" },
  ] as never);
  const width = async (params: object) => (await gateway.gets<Picture>("camera.snap", params)).width;
  expect(await width({})).toBe(64);
  expect(await width({ facing: "front" })).toBe(1280);
  expect(await width({ deviceId: "test", facing: "back" })).toBe(1280);
  const refusal = await gateway.refusal("camera.snap", { deviceId: "other" });
  expect(refusal).toContain('deviceId "other" is no camera; there are back, test');
});

test("a picture has the size and the kind that was asked for", async () => {
  await using stage = await NodeStage.open({ node: { camera: { sources: [testCamera] } } });
  const picture = await stage.gateway.gets<Picture>("camera.snap", { maxWidth: 400, quality: 0.5, delayMs: 100 });
  expect([picture.format, picture.width, picture.height]).toEqual(["jpg", 400, 226]);
  expect(imageSizeOf(bytesOf(picture))).toEqual({ width: 400, height: 226 });
});

test("a picture that is too large for the gateway is made coarser, then smaller", async () => {
  const noise = { ...testCamera, input: "nullsrc=size=1280x720,geq=random(1)*255:128:128" };
  await using stage = await NodeStage.open({ node: { camera: { sources: [noise] } }, frameBytesMax: 128 * 1024 });
  const picture = await stage.gateway.gets<Picture>("camera.snap");
  expect(picture.base64.length).toBeLessThan(64 * 1024);
});

test("a clip is an MP4 of the asked length, with sound where there is a microphone", async () => {
  await using stage = await NodeStage.open({ node: { camera: { sources: [testCamera], sound: tone } } });
  const clip = await stage.gateway.gets<Film & object>("camera.clip", { durationMs: 1_000 });
  expect(clip).toMatchObject({ format: "mp4", durationMs: 1_000, hasAudio: true });
  const film = await probe(bytesOf(clip), stage.folder);
  expect(film.codecs.toSorted()).toEqual(["aac", "h264"]);
  expect(film.seconds).toBeWithin(0.8, 1.3);
  const silent = await stage.gateway.gets<Film & object>("camera.clip", { durationMs: 1, includeAudio: false });
  expect(silent).toMatchObject({ durationMs: 250, hasAudio: false });
  expect((await probe(bytesOf(silent), stage.folder)).codecs).toEqual(["h264"]);
});

test("a film is made coarser where the gateway takes little", async () => {
  await using stage = await NodeStage.open({ node: { camera: { sources: [testCamera] } }, frameBytesMax: 320 * 1024 });
  const clip = await stage.gateway.gets<Film>("camera.clip", { durationMs: 1_000, includeAudio: false });
  expect(clip.base64.length).toBeLessThan(256 * 1024);
});

test("a camera that gives nothing says what ffmpeg says", async () => {
  const broken = { ...testCamera, format: "v4l2", input: "/dev/no-such-camera" };
  await using stage = await NodeStage.open({ node: { camera: { sources: [broken] } } });
  for (const command of ["camera.snap", "camera.clip"]) {
    const refusal = await stage.gateway.refusal(command);
    expect(refusal).toStartWith("UNAVAILABLE CAMERA_UNAVAILABLE: ");
    expect(refusal).toContain("No such file or directory");
  }
});

test("a recording ends with the connection that asked for it", async () => {
  await using stage = await NodeStage.open({
    node: { camera: { sources: [{ ...testCamera, format: "lavfi", input: "testsrc2=size=64x64,realtime" }] } },
  });
  void stage.gateway.ask("camera.clip", { durationMs: 60_000 }, 90_000);
  while (stage.node.status.running === 0) await stage.gateway.gets("camera.list");
  stage.words.length = 0;
  stage.gateway.drop();
  await stage.told("Connected");
  expect(stage.node.status.running).toBe(0);
});

const chromiumAsCamera = {
  node: { camera: { sources: [testCamera] } },
  without: ["ffmpeg"],
  cameraArgs: ["--use-fake-device-for-media-stream"],
};

test("without ffmpeg the camera is Chromium's", async () => {
  await using stage = await NodeStage.open(chromiumAsCamera);
  const picture = await stage.gateway.gets<Picture>("camera.snap", { maxWidth: 320 });
  expect([picture.format, picture.width, picture.height]).toEqual(["jpg", 320, 180]);
});

test("without ffmpeg Chromium films too", async () => {
  await using stage = await NodeStage.open(chromiumAsCamera);
  const clip = await stage.gateway.gets<Film & object>("camera.clip", { durationMs: 500 });
  expect(clip).toMatchObject({ format: "mp4", durationMs: 500, hasAudio: true });
  expect((await probe(bytesOf(clip), stage.folder)).codecs).toContain("h264");
});

test("a machine without a camera, or whose owner keeps it, offers none", async () => {
  await using stage = await NodeStage.open({ node: { camera: { enabled: false, sources: [testCamera] } } });
  expect(stage.node.status.caps).not.toContain("camera");
  expect(stage.node.status.absences.map(({ commands }) => commands)).toContain("camera.list, camera.snap, camera.clip");
});
