import { unlessAborted } from "../lib/index.ts";
import { failed } from "./failure.ts";
import { type Fix, fixFromGeoClue } from "./fixes.ts";
import type { Machine } from "./machine.ts";
import { BusRefusal, type BusTarget, openSystemBus, type SystemBus } from "./system-bus.ts";

/** The place as GeoClue tells it, over the system bus: it decides by the person's settings, or asks the person. */

export type Accuracy = "coarse" | "balanced" | "precise";

export interface GeoClueOrder {
  readonly accuracy: Accuracy;
  /** What is waited for now, for people. */
  readonly waitsFor: (what: string) => void;
  readonly signal: AbortSignal;
}

/** Under which name people allow it: the name of a section in GeoClue's config, and of a desktop file. */
export const desktopId = "clawdia-node";

const service = "org.freedesktop.GeoClue2";
/** By this file the bus starts GeoClue. */
const serviceFile = `/usr/share/dbus-1/system-services/${service}.service`;
const socketOfBus = "/run/dbus/system_bus_socket";
const manager = { service, path: "/org/freedesktop/GeoClue2/Manager", interface: `${service}.Manager` };
/** A town, a street, a house, in GeoClue's numbers. */
const levels: Readonly<Record<Accuracy, number>> = { coarse: 4, balanced: 6, precise: 8 };
const allowance = `allow it in the settings, or by [${desktopId}] with allowed=true in /etc/geoclue/geoclue.conf`;

/** Looks, and asks nobody. */
export function hasGeoClue(machine: Machine): boolean {
  return machine.exists(serviceFile) && addressOf(machine) !== undefined;
}

/** Rejects with a NodeFailure, or with the signal's reason. */
export async function readGeoClue(machine: Machine, order: GeoClueOrder): Promise<Fix> {
  const { signal, waitsFor } = order;
  using bus = await openSystemBus(addressOf(machine) ?? `unix:path=${socketOfBus}`);
  try {
    waitsFor("GeoClue waits for somebody who is logged in at a desktop, whom it could ask");
    const [path] = await unlessAborted(bus.call(manager, "GetClient"), signal);
    const client = { service, path: String(path), interface: `${service}.Client` };
    const place = await unlessAborted(located(bus, client, order), signal);
    return fixFromGeoClue(await unlessAborted(bus.properties(place), signal));
  } catch (error) {
    throw error instanceof BusRefusal ? refusalOf(error) : error;
  }
}

function addressOf({ environment, exists }: Machine): string | undefined {
  const written = environment["DBUS_SYSTEM_BUS_ADDRESS"];
  if (written) return written;
  return exists(socketOfBus) ? `unix:path=${socketOfBus}` : undefined;
}

/** The first place after the start. The client goes with the connection, and with it GeoClue's work for it. */
async function located(bus: SystemBus, client: BusTarget, { accuracy, waitsFor }: GeoClueOrder): Promise<BusTarget> {
  const found = Promise.withResolvers<string>();
  await bus.hear(client, (signal, [, place]) => {
    if (signal === "LocationUpdated") found.resolve(String(place));
  });
  await bus.set(client, "DesktopId", { type: "s", value: desktopId });
  await bus.set(client, "RequestedAccuracyLevel", { type: "u", value: levels[accuracy] });
  waitsFor(`GeoClue waits for the person's answer: ${allowance}`);
  await bus.call(client, "Start");
  waitsFor("GeoClue has not found the place yet");
  return { service, path: await found.promise, interface: `${service}.Location` };
}

/** GeoClue has one kind of refusal, and words. */
function refusalOf({ kind, message, cause }: BusRefusal): Error {
  const words = message || kind;
  if (!kind.endsWith(".AccessDenied")) return failed("LOCATION_UNAVAILABLE", `GeoClue: ${words}`, cause);
  if (/\bdisabled\b/i.test(words)) {
    return failed("LOCATION_DISABLED", `location services are off on this machine (GeoClue: ${words})`, cause);
  }
  return failed("LOCATION_PERMISSION_REQUIRED", `GeoClue may not tell it (${words}): ${allowance}`, cause);
}
