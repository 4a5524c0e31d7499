import { isPlainObject } from "../lib/index.ts";

/**
 * Requests as clients of all ages write them, brought into the one form that is checked. Pure; whatever cannot be
 * understood stays as it is, for the check to find.
 */

type Fields = Readonly<Record<string, unknown>>;

/** `jobId` is the older name of `id`. Both at once stay, and are refused. */
export function normaliseId(params: unknown): unknown {
  if (!isPlainObject(params) || !("jobId" in params) || "id" in params) return params;
  const { jobId, ...rest } = params;
  return { id: jobId, ...rest };
}

export function normaliseAdd(params: unknown): unknown {
  const job = unwrapped(params);
  if (!isPlainObject(job)) return job;
  const fields = normaliseFields(job);
  const { payload } = fields;
  const kind = isPlainObject(payload) ? payload["kind"] : undefined;
  return {
    ...fields,
    ...(fields["wakeMode"] === undefined && { wakeMode: "next-heartbeat" }),
    ...(fields["sessionTarget"] === undefined &&
      typeof kind === "string" && { sessionTarget: kind === "systemEvent" ? "main" : "isolated" }),
  };
}

export function normaliseUpdate(params: unknown): unknown {
  const named = normaliseId(params);
  if (!isPlainObject(named) || !("patch" in named)) return named;
  const patch = unwrapped(named["patch"]);
  return { ...named, patch: isPlainObject(patch) ? normaliseFields(patch) : patch };
}

function normaliseFields(job: Fields): Fields {
  const { enabled, schedule, payload } = job;
  return {
    ...job,
    ...("enabled" in job && { enabled: truthOf(enabled) }),
    ...("schedule" in job && { schedule: normaliseSchedule(schedule) }),
    ...("payload" in job && { payload: normalisePayload(payload) }),
  };
}

function normaliseSchedule(schedule: unknown): unknown {
  if (!isPlainObject(schedule)) return schedule;
  const { at, ...rest } = schedule;
  const atMs = rest["atMs"] ?? at;
  const kind = rest["kind"] ?? kindOf(rest, atMs);
  if (kind !== "at" || (at === undefined && rest["atMs"] === undefined))
    return { ...schedule, ...(kind !== undefined && { kind }) };
  return { ...rest, kind, ...(atMs !== undefined && { atMs: momentOf(atMs) }) };
}

function kindOf(schedule: Fields, atMs: unknown): string | undefined {
  if (atMs !== undefined) return "at";
  if (schedule["everyMs"] !== undefined) return "every";
  return schedule["expr"] === undefined ? undefined : "cron";
}

/** ISO text without a zone is UTC. */
function momentOf(at: unknown): unknown {
  if (typeof at !== "string") return at;
  const written = at.trim();
  if (/^\d{1,15}$/.test(written)) return Number(written);
  const hasZone = /(z|[+-]\d{2}:?\d{2})$/i.test(written) || !written.includes("T");
  const atMs = Date.parse(hasZone ? written : `${written}Z`);
  return Number.isNaN(atMs) ? at : atMs;
}

function normalisePayload(payload: unknown): unknown {
  if (!isPlainObject(payload) || !("provider" in payload)) return payload;
  const { provider, ...rest } = payload;
  return "channel" in rest ? rest : { ...rest, channel: provider };
}

function truthOf(value: unknown): unknown {
  if (typeof value !== "string") return value;
  const word = value.trim().toLowerCase();
  return word === "true" ? true : word === "false" ? false : value;
}

function unwrapped(params: unknown): unknown {
  if (!isPlainObject(params)) return params;
  for (const name of ["data", "job"]) if (isPlainObject(params[name])) return params[name];
  return params;
}
