import type { RecordChange } from "../storage/index.ts";
import { fieldsOf, type Source, stringOf } from "./source.ts";

/** The session of a linked phone: OpenClaw keeps each key in a file, Clawdia in records. The contents are the same. */

const kinds = [
  "pre-key",
  "sender-key-memory",
  "sender-key",
  "session",
  "app-state-sync-key",
  "app-state-sync-version",
  "lid-mapping",
  "device-list",
  "tctoken",
  "identity-key",
];

export interface PhoneSession {
  /** `15550001111:7@s.whatsapp.net` */
  readonly device: string;
  readonly records: readonly RecordChange[];
}

/** Undefined where no phone was ever linked, or its credentials cannot be read. */
export function readPhoneSession(source: Source, folder: readonly string[]): PhoneSession | undefined {
  const creds = ["creds.json", "creds.json.bak"].find((name) => source.json(...folder, name) !== undefined);
  if (creds === undefined) return undefined;
  const me = fieldsOf(fieldsOf(source.json(...folder, creds))["me"]);
  const device = stringOf(me["id"]);
  if (device === undefined) return undefined;
  const records = source.names(...folder).flatMap((name) => recordOf(source, folder, name));
  return { device, records: [{ kind: "creds", id: "device", value: source.text(...folder, creds) }, ...records] };
}

function recordOf(source: Source, folder: readonly string[], name: string): RecordChange[] {
  const kind = kinds.find((one) => name.startsWith(`${one}-`) && name.endsWith(".json"));
  const value = kind === undefined ? undefined : source.text(...folder, name);
  if (kind === undefined || value === undefined || source.json(...folder, name) === undefined) return [];
  return [{ kind: `key:${kind}`, id: idOf(kind, name.slice(kind.length + 1, -".json".length)), value }];
}

/** In a file's name a slash is two underscores, and a colon a hyphen; only a group's sender keys have colons. */
function idOf(kind: string, written: string): string {
  const id = written.replaceAll("__", "/");
  return kind === "sender-key" ? id.replace(/^(.*@g\.us)--(.*)--(\d+)$/, "$1::$2::$3") : id;
}
