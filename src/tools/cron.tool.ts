import { type Static, Type } from "@sinclair/typebox";
import type { Tool, ToolCallContext, ToolOrigin } from "../engine/index.ts";
import { type Clock, isoTime, parseSpan, parseWhen } from "../lib/index.ts";
import { invalidRequest } from "../protocol/index.ts";
import { defineTool, failure } from "./define-tool.ts";

/** Reminders and work at set times. For the owner alone, and on the owner's behalf. */

export type JobSchedule =
  | { readonly kind: "at"; readonly atMs: number }
  | { readonly kind: "every"; readonly everyMs: number; readonly anchorMs?: number }
  | { readonly kind: "cron"; readonly expr: string; readonly tz?: string };

export type ScheduledWork =
  | { readonly kind: "systemEvent"; readonly text: string }
  | {
      readonly kind: "agentTurn";
      readonly message: string;
      readonly deliver?: boolean;
      readonly channel?: string;
      readonly to?: string;
      readonly accountId?: string;
      readonly threadId?: string;
    }
  | {
      readonly kind: "message";
      readonly text: string;
      readonly channel?: string;
      readonly to: string;
      readonly accountId?: string;
      readonly threadId?: string;
    };

/** On whose behalf a job works. */
export interface JobAuthority {
  readonly by: string;
  readonly sender?: { readonly provider: string; readonly accountId: string; readonly senderId: string };
}

export interface ShownJob {
  readonly id: string;
  readonly name: string;
  readonly enabled: boolean;
  readonly schedule: JobSchedule;
  readonly work: ScheduledWork;
  readonly nextAtMs: number | undefined;
  readonly pausedReason: string | undefined;
  readonly lastStatus: string | undefined;
}

/** Scheduled jobs; lent by `cron`. */
export interface CronDesk {
  list(agentId: string): readonly ShownJob[];
  add(
    wanted: {
      readonly agentId: string;
      readonly name: string;
      readonly schedule: JobSchedule;
      readonly work: ScheduledWork;
    },
    by: JobAuthority,
  ): Promise<ShownJob>;
  setEnabled(id: string, enabled: boolean, by: JobAuthority): Promise<ShownJob>;
  /** False when there was none. */
  remove(id: string): Promise<boolean>;
  runs(
    id: string,
    limit: number,
  ): readonly {
    readonly state: string;
    readonly reason: string | undefined;
    readonly atMs: number;
    readonly count: number;
    readonly summary: string | undefined;
  }[];
  /** Throws for a job that there is not. */
  belongsTo(id: string, agentId: string): boolean;
}

export interface CronToolParts {
  readonly desk: CronDesk;
  /** By whose clock times without a zone are meant. */
  readonly zone: string;
  readonly clock: Pick<Clock, "nowMs">;
}

const runsShown = 10;
const textCharsMax = 10_000;

const Input = Type.Object(
  {
    action: Type.Union(["list", "add", "remove", "pause", "resume", "runs"].map((word) => Type.Literal(word))),
    id: Type.Optional(
      Type.String({ minLength: 1, maxLength: 64, description: "Of the job, for all but list and add" }),
    ),
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 128 })),
    at: Type.Optional(
      Type.String({ maxLength: 64, description: 'Once: "+20m", "tomorrow 9:00", "friday 18:30", or an ISO time' }),
    ),
    every: Type.Optional(Type.String({ maxLength: 32, description: 'Again and again: "30m", "2h", "1d"' })),
    cron: Type.Optional(Type.String({ maxLength: 128, description: 'A cron expression: "0 9 * * 1-5"' })),
    tz: Type.Optional(Type.String({ maxLength: 64, description: "Time zone, e.g. Europe/Berlin" })),
    say: Type.Optional(
      Type.String({ maxLength: textCharsMax, description: "Send exactly this text to the chat you are in" }),
    ),
    task: Type.Optional(
      Type.String({ maxLength: textCharsMax, description: "Do this then, on your own; the answer goes to this chat" }),
    ),
    note: Type.Optional(
      Type.String({ maxLength: textCharsMax, description: "Be told this then, in your main conversation" }),
    ),
  },
  { additionalProperties: false },
);
type Input = Static<typeof Input>;

export function cronTool(parts: CronToolParts): Tool {
  return defineTool({
    name: "cron",
    description:
      "Reminders and recurring work. action add needs one of at, every, cron, and one of say, task, note. " +
      "list shows your jobs, runs what became of one; pause, resume and remove take its id. " +
      `Times without a zone are meant by the clock of ${parts.zone}.`,
    params: Input,
    // A second job is worse than none: after a crash the model looks first.
    effect: "unsafe",
    ownerOnly: true,
    run: async (input, call) => {
      const { desk } = parts;
      if (input.action === "list") return { text: desk.list(call.agentId).map(lineOf).join("\n") || "There is none." };
      if (input.action === "add")
        return { text: `Added: ${lineOf(await desk.add(wantedOf(input, call, parts), byOf(call)))}` };
      const { id } = input;
      if (id === undefined) return failure("Say the id of the job.");
      if (!desk.belongsTo(id, call.agentId)) return failure(`The job ${id} is another agent's.`);
      switch (input.action) {
        case "remove":
          return { text: (await desk.remove(id)) ? "Removed." : "There is no such job." };
        case "runs":
          return { text: desk.runs(id, runsShown).map(runLine).join("\n") || "It did not run yet." };
        default:
          return { text: lineOf(await desk.setEnabled(id, input.action === "resume", byOf(call))) };
      }
    },
  });
}

function byOf({ origin, agentId }: ToolCallContext): JobAuthority {
  const by = `agent:${agentId}`;
  if (!origin) return { by };
  const { provider, accountId, senderId } = origin;
  return { by, sender: { provider, accountId, senderId } };
}

function wantedOf(input: Input, call: ToolCallContext, parts: CronToolParts): Parameters<CronDesk["add"]>[0] {
  const { say, task, note } = input;
  if ([say, task, note].filter((one) => one !== undefined).length !== 1) {
    throw invalidRequest("Give one of say, task and note.");
  }
  const name = input.name ?? (say ?? task ?? note)!.replaceAll(/\s+/g, " ").trim().slice(0, 48);
  return { agentId: call.agentId, name: name || "Job", schedule: scheduleOf(input, parts), work: workOf(input, call) };
}

function scheduleOf({ at, every, cron, tz }: Input, { zone, clock }: CronToolParts): JobSchedule {
  if ([at, every, cron].filter((one) => one !== undefined).length !== 1) {
    throw invalidRequest("Give one of at, every and cron.");
  }
  if (cron !== undefined) return { kind: "cron", expr: cron, tz: tz ?? zone };
  if (every !== undefined) {
    const everyMs = parseSpan(every);
    if (everyMs === undefined || everyMs === 0) throw invalidRequest(`"${every}" is no span: write 30m, 2h or 1d`);
    return { kind: "every", everyMs };
  }
  const atMs = parseWhen(at!, clock.nowMs(), tz ?? zone);
  if (atMs === undefined) throw invalidRequest(`"${at}" is no time: write +20m, tomorrow 9:00 or 2027-03-28 09:00`);
  return { kind: "at", atMs };
}

function workOf({ say, task, note }: Input, { origin }: ToolCallContext): ScheduledWork {
  if (note !== undefined) return { kind: "systemEvent", text: note };
  if (task !== undefined)
    return { kind: "agentTurn", message: task, ...(origin && { deliver: true, ...chatOf(origin) }) };
  if (!origin) throw invalidRequest("You are in no chat of a network: use task or note.");
  return { kind: "message", text: say!, ...chatOf(origin) };
}

function chatOf({ provider, accountId, peer }: ToolOrigin) {
  const { id, threadId } = peer;
  return { channel: provider, accountId, to: id, ...(threadId !== undefined && { threadId }) };
}

function lineOf({ id, name, enabled, schedule, work, nextAtMs, pausedReason, lastStatus }: ShownJob): string {
  const when = nextAtMs === undefined ? "no next time" : `next ${isoTime(nextAtMs)}`;
  const state = pausedReason ?? (enabled ? when : "off");
  const last = lastStatus === undefined ? "" : `, last time ${lastStatus}`;
  return `${id} "${name}" (${scheduleWords(schedule)}, ${work.kind}): ${state}${last}`;
}

function scheduleWords(schedule: JobSchedule): string {
  switch (schedule.kind) {
    case "at":
      return `once at ${isoTime(schedule.atMs)}`;
    case "every":
      return `every ${schedule.everyMs / 1000} s`;
    default:
      return `${schedule.expr}${schedule.tz === undefined ? "" : ` ${schedule.tz}`}`;
  }
}

function runLine({ state, reason, atMs, count, summary }: ReturnType<CronDesk["runs"]>[number]): string {
  const times = count === 1 ? isoTime(atMs) : `${count} times from ${isoTime(atMs)} on`;
  const why = reason === undefined ? "" : ` (${reason})`;
  return `${times}: ${state}${why}${summary === undefined ? "" : `: ${summary}`}`;
}
