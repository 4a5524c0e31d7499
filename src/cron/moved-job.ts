import { isPlainObject } from "../lib/index.ts";
import { normaliseAdd } from "./normalise.ts";
import { fits, problemsOf } from "../protocol/index.ts";
import type { Database } from "../storage/index.ts";
import { cronMethods } from "./cron.methods.ts";
import { jobIdCharsMax, Payload } from "./cron-job.ts";
import { makeJob, type NewJob } from "./desk.ts";
import { JobStore } from "./job.store.ts";

/** What became of a job that comes from elsewhere; a text says why it cannot be taken. */
export type Moved = "added" | "known" | { readonly why: string };

/**
 * Takes a job over from another gateway's file, while no gateway runs. It is off: nobody here approved it yet, and
 * `clawdia cron resume` is that approval.
 */
export function addMovedJob(database: Database, written: Readonly<Record<string, unknown>>, nowMs: number): Moved {
  const jobs = new JobStore(database);
  const id = written["id"];
  if (typeof id !== "string" || id === "" || id.length > jobIdCharsMax) return { why: "it has no id" };
  if (jobs.find(id)) return "known";
  const { params } = cronMethods["cron.add"];
  const payload = movedPayload(fieldsOf(written["payload"]), fieldsOf(written["delivery"]));
  if ("why" in payload) return { why: String(payload["why"]) };
  const known = Object.entries({ ...written, payload }).filter(([name]) => name in params.properties);
  const wanted = normaliseAdd(Object.fromEntries(known));
  if (!fits(params, wanted)) return { why: problemsOf(params, wanted) };
  const job = makeJob({ ...(wanted as NewJob), enabled: false }, { id, nowMs, authority: { by: "import" } });
  database.transaction(() => jobs.put(job));
  return "added";
}

type Fields = Readonly<Record<string, unknown>>;

/** Newer gateways say beside the work where its answer goes, and which tools it may use. */
function movedPayload(written: Fields, delivery: Fields): Fields {
  const { toolsAllow, ...payload } = written;
  if (Array.isArray(toolsAllow) && !toolsAllow.includes("*")) return { why: "it may use only some of the tools" };
  const { mode, channel, to, accountId, threadId } = delivery;
  if (mode === "webhook") return { why: "its answer goes to a web address" };
  if (mode === undefined || payload["kind"] !== "agentTurn") return fitting(payload);
  if (mode !== "announce") return fitting({ ...payload, deliver: false });
  const place = { ...(channel !== "last" && { channel }), to, accountId, threadId };
  return fitting({ ...payload, deliver: true, ...place });
}

/** Without what no job here has, which every version adds to. */
function fitting(payload: Fields): Fields {
  const kind = Payload.anyOf.find(({ properties }) => properties.kind.const === payload["kind"]);
  if (!kind) return payload;
  return Object.fromEntries(
    Object.entries(payload).filter(([name, value]) => value !== undefined && name in kind.properties),
  );
}

function fieldsOf(value: unknown): Fields {
  return isPlainObject(value) ? value : {};
}
