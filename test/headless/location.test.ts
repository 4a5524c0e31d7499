import { expect, test } from "bun:test";
import { fixFromGeoClue, fixFromGpsd } from "../../src/headless/fixes.ts";
import { NodeStage } from "./node-stage.ts";

/** Where the machine is: as its owner wrote it, or as gpsd says. GeoClue is in geoclue.test.ts. */

interface Place {
  readonly lat: number;
  readonly lon: number;
  readonly source: string;
}

test("a machine that stays tells the place of its config, and a rough one to who asks for that", async () => {
  const location = { latitude: 52.51704, longitude: 13.38886, accuracyMeters: 30 };
  await using stage = await NodeStage.open({ node: { location } });
  expect(await stage.gateway.gets("location.get")).toEqual({
    lat: 52.51704,
    lon: 13.38886,
    accuracyMeters: 30,
    source: "config",
    timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
    isPrecise: true,
  });
  const rough = await stage.gateway.gets("location.get", { desiredAccuracy: "coarse", maxAgeMs: 60_000 });
  expect(rough).toMatchObject({ lat: 52.52, lon: 13.39, accuracyMeters: 1_000, isPrecise: false });
});

test("gpsd is asked until it has a fix", async () => {
  using gpsd = gpsdWith([
    '{"class":"VERSION","release":"3.22"}',
    '{"class":"TPV","mode":1}',
    '{"class":"TPV","mode":3,"lat":48.1,"lon":11.5,"eph":4.5,"altMSL":519,"speed":0.2,"track":90,' +
      '"time":"2026-11-25T12:00:00.000Z"}',
  ]);
  await using stage = await NodeStage.open({ node: { location: { gpsd: gpsd.address } } });
  expect(await stage.gateway.gets("location.get")).toEqual({
    lat: 48.1,
    lon: 11.5,
    accuracyMeters: 4.5,
    altitudeMeters: 519,
    speedMps: 0.2,
    headingDeg: 90,
    timestamp: "2026-11-25T12:00:00.000Z",
    isPrecise: true,
    source: "gpsd",
  });
  expect(gpsd.heard()).toContain('?WATCH={"enable":true');
  const asked = gpsd.connections();
  expect((await stage.gateway.gets<Place>("location.get", { maxAgeMs: 60_000 })).source).toBe("gpsd");
  expect(gpsd.connections()).toBe(asked);
});

test("a gpsd without a fix is not waited for without an end, and one that is away is said", async () => {
  using gpsd = gpsdWith(['{"class":"TPV","mode":1}']);
  await using stage = await NodeStage.open({ node: { location: { gpsd: gpsd.address } } });
  expect(await stage.gateway.refusal("location.get", { timeoutMs: 1 })).toBe(
    "UNAVAILABLE LOCATION_TIMEOUT: nothing told the place within 1000 ms",
  );
  await using lonely = await NodeStage.open({ node: { location: { gpsd: "127.0.0.1:9" } } });
  expect(await lonely.gateway.refusal("location.get")).toContain(
    "LOCATION_UNAVAILABLE: nobody knows the place: gpsd at",
  );
});

test.each([
  ["no fix", { class: "TPV", mode: 1, lat: 1, lon: 2 }, undefined],
  ["another report", { class: "SKY", lat: 1, lon: 2, mode: 3 }, undefined],
  ["no object", "TPV", undefined],
  ["two dimensions", { class: "TPV", mode: 2, lat: 1, lon: 2 }, { lat: 1, lon: 2, accuracyMeters: 25, source: "gpsd" }],
  [
    "two sides",
    { class: "TPV", mode: 2, lat: 1, lon: 2, epx: 3, epy: 4 },
    { lat: 1, lon: 2, accuracyMeters: 5, source: "gpsd" },
  ],
])("gpsd: %s", (_name, report, fix) => {
  expect(fixFromGpsd(report)).toEqual(fix as never);
});

const unknown = -Number.MAX_VALUE;

test("what GeoClue does not know is not told", () => {
  const facts = [
    ["Latitude", 52.5],
    ["Longitude", -13.4],
    ["Accuracy", 32],
  ] as const;
  const place = { lat: 52.5, lon: -13.4, accuracyMeters: 32, source: "geoclue" };
  const nothing = [
    ["Altitude", unknown],
    ["Speed", -1],
    ["Heading", -1],
    ["Timestamp", [0n, 0n]],
  ] as const;
  expect(fixFromGeoClue(new Map<string, unknown>([...facts, ...nothing]))).toEqual(place);
  const all = [
    ["Altitude", -12.5],
    ["Speed", 0],
    ["Heading", 90],
    ["Timestamp", [1_795_600_000n, 5n]],
  ] as const;
  expect(fixFromGeoClue(new Map<string, unknown>([...facts, ...all]))).toEqual({
    ...place,
    altitudeMeters: -12.5,
    speedMps: 0,
    headingDeg: 90,
    timestamp: "2026-11-25T09:46:40.000Z",
  });
});

/** A gpsd that says these lines to everybody who watches. */
function gpsdWith(lines: readonly string[]) {
  let heard = "";
  let connections = 0;
  const server = Bun.listen({
    hostname: "127.0.0.1",
    port: 0,
    socket: {
      open: () => void connections++,
      data: (socket, bytes) => {
        heard += bytes.toString();
        socket.write(`${lines.join("\r\n")}\r\n`);
      },
    },
  });
  return {
    address: `127.0.0.1:${server.port}`,
    heard: () => heard,
    connections: () => connections,
    [Symbol.dispose]: () => server.stop(true),
  };
}
