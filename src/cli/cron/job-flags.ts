import type { ArgsDef } from "citty";
import type { Methods } from "../../gateway/index.ts";
import { machineZone, parseSpan, parseWhen } from "../../lib/index.ts";
import type { ParamsOf } from "../../protocol/index.ts";
import { UsageError, wholeNumber } from "../failure.ts";
import type { Job } from "./job-words.ts";

/** A job as flags of the command line. Times that name no zone are meant by the clock of who types. */

export const jobFlags = {
  name: { type: "string", description: "What the job is called", valueHint: "NAME" },
  at: {
    type: "string",
    description: 'Once: +20m, 9:00, "tomorrow 9:00", "friday 18:30", an ISO time',
    valueHint: "TIME",
  },
  every: { type: "string", description: "Again and again: 30m, 2h, 1d", valueHint: "SPAN" },
  cron: { type: "string", description: 'By a cron expression: "0 9 * * 1-5"', valueHint: "EXPR" },
  tz: { type: "string", description: "Time zone of --at and --cron, e.g. Europe/Berlin", valueHint: "ZONE" },
  message: { type: "string", description: "Send exactly this text to a chat; needs --to", valueHint: "TEXT" },
  agent: { type: "string", description: "Let the agent do this, in a conversation of its own", valueHint: "TASK" },
  event: { type: "string", description: "Tell this to the agent's main conversation", valueHint: "TEXT" },
  channel: {
    type: "string",
    description: "Network of the chat, e.g. telegram; last: the one used last",
    valueHint: "NAME",
  },
  to: { type: "string", description: "Id of the chat that gets the message or the answer", valueHint: "ID" },
  account: { type: "string", description: "Our account at that network (default main)", valueHint: "NAME" },
  thread: { type: "string", description: "Thread of the chat", valueHint: "ID" },
  deliver: { type: "boolean", description: "Send the agent's answer to the chat used last" },
  model: { type: "string", description: "Model that thinks, vendor/model", valueHint: "MODEL" },
  thinking: { type: "string", description: "How long it thinks: off, low, medium, high", valueHint: "LEVEL" },
  "run-timeout": { type: "string", description: "How long the agent may take", valueHint: "SECONDS" },
  "agent-id": { type: "string", description: "Which agent (default: the first one)", valueHint: "ID" },
  "wake-now": { type: "boolean", description: "Let the main conversation read it at once, not with its next turn" },
  misfire: { type: "string", description: "Times that passed unseen: once (default), skip or all", valueHint: "RULE" },
  "delete-after": { type: "boolean", description: "Remove it once it went well (--at)" },
  description: { type: "string", description: "What it is for", valueHint: "TEXT" },
} as const satisfies ArgsDef;

export type JobFlags = {
  readonly [K in keyof typeof jobFlags]?:
    ((typeof jobFlags)[K]["type"] extends "boolean" ? boolean : string) | undefined;
};

type NewJob = ParamsOf<Methods["cron.add"]>;
type Patch = ParamsOf<Methods["cron.update"]>["patch"];

const misfires = ["once", "skip", "all"] as const;

export function newJobOf(flags: JobFlags, nowMs: number): NewJob {
  const schedule = scheduleOf(flags, nowMs);
  if (!schedule) throw new UsageError('say when: --at "tomorrow 9:00", --every 2h or --cron "0 9 * * 1-5"');
  const payload = payloadOf(flags);
  if (!payload) throw new UsageError("say what: --message TEXT, --agent TASK or --event TEXT");
  const words = flags.message ?? flags.agent ?? flags.event ?? "";
  const isEvent = payload.kind === "systemEvent";
  return {
    name: flags.name ?? (words.replaceAll(/\s+/g, " ").trim().slice(0, 48) || "Job"),
    schedule,
    payload,
    sessionTarget: isEvent ? "main" : "isolated",
    wakeMode: flags["wake-now"] ? "now" : "next-heartbeat",
    ...commonOf(flags),
  };
}

export function patchOf(flags: JobFlags, before: Job, nowMs: number): Patch {
  const schedule = scheduleOf(flags, nowMs);
  const payload = payloadOf(flags) ?? sidePatch(flags, before);
  const patch: Patch = {
    ...(flags.name !== undefined && { name: flags.name }),
    ...(schedule && { schedule }),
    // A one-shot that is done and gets a new time is to come again.
    ...(schedule && before.schedule.kind === "at" && !before.enabled && { enabled: true }),
    ...(payload && { payload }),
    ...(payload &&
      payload.kind !== before.payload.kind && {
        sessionTarget: payload.kind === "systemEvent" ? ("main" as const) : ("isolated" as const),
      }),
    ...(flags["wake-now"] !== undefined && { wakeMode: flags["wake-now"] ? ("now" as const) : "next-heartbeat" }),
    ...commonOf(flags),
  };
  if (Object.keys(patch).length === 0) throw new UsageError("say what is to be different, for instance --every 2h");
  return patch;
}

function commonOf(flags: JobFlags): Pick<NewJob, "agentId" | "description" | "deleteAfterRun" | "misfire"> {
  const misfire = misfires.find((one) => one === flags.misfire);
  if (flags.misfire !== undefined && !misfire) throw new UsageError(`--misfire ${flags.misfire}: once, skip or all`);
  return {
    ...(flags["agent-id"] !== undefined && { agentId: flags["agent-id"] }),
    ...(flags.description !== undefined && { description: flags.description }),
    ...(flags["delete-after"] !== undefined && { deleteAfterRun: flags["delete-after"] }),
    ...(misfire && { misfire }),
  };
}

function scheduleOf(flags: JobFlags, nowMs: number): NewJob["schedule"] | undefined {
  const { at, every, cron, tz } = flags;
  const given = [at, every, cron].filter((one) => one !== undefined);
  if (given.length > 1) throw new UsageError("give one of --at, --every and --cron");
  if (cron !== undefined) return { kind: "cron", expr: cron, tz: tz ?? machineZone() };
  if (every !== undefined) {
    const everyMs = parseSpan(every);
    if (everyMs === undefined || everyMs === 0) throw new UsageError(`--every ${every}: write 30m, 2h or 1d`);
    return { kind: "every", everyMs };
  }
  if (at === undefined) return undefined;
  const atMs = parseWhen(at, nowMs, tz ?? machineZone());
  if (atMs !== undefined) return { kind: "at", atMs };
  throw new UsageError(`--at ${at}: write +20m, 9:00, "tomorrow 9:00", "friday 18:30" or 2027-03-28T09:00`);
}

function payloadOf(flags: JobFlags): NewJob["payload"] | undefined {
  const { message, agent, event } = flags;
  if ([message, agent, event].filter((one) => one !== undefined).length > 1) {
    throw new UsageError("give one of --message, --agent and --event");
  }
  if (event !== undefined) return { kind: "systemEvent", text: event };
  if (agent !== undefined) return { kind: "agentTurn", message: agent, ...chatOf(flags), ...turnOf(flags) };
  if (message === undefined) return undefined;
  if (flags.to === undefined) throw new UsageError("--message needs --to: the id of the chat that gets it");
  return { kind: "message", text: message, ...chatOf(flags), to: flags.to };
}

/** Flags that change a payload without its words. */
function sidePatch(flags: JobFlags, { payload }: Job): Patch["payload"] | undefined {
  const [chat, turn] = [chatOf(flags), turnOf(flags)];
  if (Object.keys({ ...chat, ...turn }).length === 0) return undefined;
  if (payload.kind === "agentTurn") return { kind: "agentTurn", ...chat, ...turn };
  if (payload.kind === "message") return { kind: "message", ...chat };
  throw new UsageError("a notice goes to no chat: give --message or --agent too");
}

function chatOf({ channel, to, account, thread }: JobFlags) {
  return {
    ...(channel !== undefined && { channel }),
    ...(to !== undefined && { to }),
    ...(account !== undefined && { accountId: account }),
    ...(thread !== undefined && { threadId: thread }),
  };
}

function turnOf(flags: JobFlags) {
  const timeoutSeconds = wholeNumber("run-timeout", flags["run-timeout"], { max: 604_800 });
  return {
    ...(flags.model !== undefined && { model: flags.model }),
    ...(flags.thinking !== undefined && { thinking: flags.thinking }),
    ...(timeoutSeconds !== undefined && { timeoutSeconds }),
    ...(flags.deliver !== undefined && { deliver: flags.deliver }),
  };
}
