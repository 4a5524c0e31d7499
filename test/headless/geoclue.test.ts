import { expect, test } from "bun:test";
import { Message } from "@jellybrick/dbus-next";
import { type GeoClueStageOptions, openAskingGeoClue, openGeoClue } from "./geoclue-stage.ts";
import { NodeStage } from "./node-stage.ts";

/** Where the machine is, as the real GeoClue tells it over a real bus. */

/** 52.51704 north, 13.38886 east; eight satellites; 34.5 m above the sea. */
const sentence = "GPGGA,101500.00,5231.0224,N,01323.3316,E,1,08,0.9,34.5,M,46.9,M,,";

async function openStage(options: GeoClueStageOptions) {
  await using stack = new AsyncDisposableStack();
  const geoClue = stack.use(await openGeoClue(options));
  const stage = stack.use(await NodeStage.open({ environment: geoClue.environment }));
  const all = stack.move();
  return { stage, geoClue, [Symbol.asyncDispose]: () => all.disposeAsync() };
}

test("GeoClue tells the place, which will do for who wants it roughly", async () => {
  await using opened = await openStage({ sentence });
  const { stage } = opened;
  const place = await stage.gateway.gets<{ lat: number; lon: number }>("location.get", { desiredAccuracy: "precise" });
  expect(place).toMatchObject({ source: "geoclue", isPrecise: true, altitudeMeters: 34.5 });
  expect([place.lat.toFixed(5), place.lon.toFixed(5)]).toEqual(["52.51704", "13.38886"]);
  await opened.geoClue[Symbol.asyncDispose]();
  const rough = await stage.gateway.gets("location.get", { desiredAccuracy: "coarse", maxAgeMs: 60_000 });
  expect(rough).toMatchObject({ lat: 52.52, lon: 13.39, isPrecise: false });
});

test("a place that GeoClue may not tell is refused, and the words say how to allow it", async () => {
  await using opened = await openStage({ sentence, config: "[clawdia-node]\nallowed=false\nsystem=false\nusers=\n" });
  const refusal = await opened.stage.gateway.refusal("location.get");
  expect(refusal).toStartWith("UNAVAILABLE LOCATION_PERMISSION_REQUIRED: GeoClue may not tell it (");
  expect(refusal).toEndWith("by [clawdia-node] with allowed=true in /etc/geoclue/geoclue.conf");
});

test("location services that are switched off are said to be off", async () => {
  await using opened = await openStage({ isOn: false, sentence });
  expect(await opened.stage.gateway.refusal("location.get")).toStartWith(
    "UNAVAILABLE LOCATION_DISABLED: location services are off on this machine (GeoClue: ",
  );
});

test.each([
  ["nobody is there to be asked", { hasAgent: false }, "GeoClue waits for somebody who is logged in at a desktop"],
  ["nothing knows the place", {}, "GeoClue has not found the place yet"],
])("when %s, the time has an end, and what was waited for is said", async (_name, options, words) => {
  await using opened = await openStage(options);
  const refusal = await opened.stage.gateway.refusal("location.get", { timeoutMs: 1_000 });
  expect(refusal).toStartWith(`UNAVAILABLE LOCATION_TIMEOUT: nothing told the place within 1000 ms: ${words}`);
});

test("a GeoClue that asks the person is told who wants it and how exactly, and its no is a refusal", async () => {
  const words = "Agent rejected 'clawdia-node' for user '1000'";
  const refuse = (message: Message) => Message.newError(message, "org.freedesktop.DBus.Error.AccessDenied", words);
  await using geoClue = await openAskingGeoClue(refuse);
  await using stage = await NodeStage.open({ environment: geoClue.environment });
  expect(await stage.gateway.refusal("location.get", { desiredAccuracy: "coarse" })).toStartWith(
    `UNAVAILABLE LOCATION_PERMISSION_REQUIRED: GeoClue may not tell it (${words}): allow it in the settings`,
  );
  expect(geoClue.wishes).toEqual({ DesktopId: "clawdia-node", RequestedAccuracyLevel: 4 });
  await stage.gateway.refusal("location.get", { desiredAccuracy: "precise" });
  expect(geoClue.wishes).toMatchObject({ RequestedAccuracyLevel: 8 });
});

test("a person who does not answer GeoClue is not waited for without an end", async () => {
  await using geoClue = await openAskingGeoClue(() => undefined);
  await using stage = await NodeStage.open({ environment: geoClue.environment });
  expect(await stage.gateway.refusal("location.get", { timeoutMs: 1_000 })).toStartWith(
    "UNAVAILABLE LOCATION_TIMEOUT: nothing told the place within 1000 ms: GeoClue waits for the person's answer",
  );
});

test("a bus without GeoClue, and no bus at all, are said", async () => {
  const environment = { DBUS_SYSTEM_BUS_ADDRESS: "unix:path=/nowhere/bus" };
  await using stage = await NodeStage.open({ environment });
  expect(await stage.gateway.refusal("location.get")).toContain(
    "LOCATION_UNAVAILABLE: nobody knows the place: the system bus unix:path=/nowhere/bus: ",
  );
});
