import { defineCommand } from "citty";
import { realClock, spanWords } from "../lib/index.ts";
import { withGateway } from "./connected.ts";
import { jobFlags, type JobFlags, newJobOf, patchOf } from "./cron/job-flags.ts";
import { findJob, type Job, printJob, printJobs, printRuns } from "./cron/job-words.ts";
import { refused, wholeNumber } from "./failure.ts";
import { type GatewayFlags, gatewayFlags } from "./gateway-flags.ts";
import { printJson, printLine } from "./print.ts";
import { confirmed } from "./prompt.ts";
import { paint } from "./style.ts";
import { printFacts } from "./table.ts";
import { countWords, shown, timeWords } from "./words.ts";

/** `clawdia cron`: reminders and work at set times. */

const job = { type: "positional", required: true, description: "Id of the job, its start, or its name" } as const;
/** A run may take as long as the agent does. */
const runMaxMs = 3_600_000;

export const cronCommand = defineCommand({
  meta: { name: "cron", description: "Messages, notices and work of the agent at set times" },
  default: "list",
  subCommands: {
    list: defineCommand({
      meta: { name: "list", description: "List the jobs, soonest first" },
      args: gatewayFlags,
      run: ({ args }) => list(args),
    }),
    show: defineCommand({
      meta: { name: "show", description: "Show a job and what became of its last times" },
      args: { job, ...gatewayFlags },
      run: ({ args }) => show(args.job, args),
    }),
    add: defineCommand({
      meta: {
        name: "add",
        description: 'Add a job: clawdia cron add --at "tomorrow 9:00" --message "Call Ann" --to 7',
      },
      args: { ...jobFlags, ...gatewayFlags },
      run: ({ args }) => add(args),
    }),
    edit: defineCommand({
      meta: { name: "edit", description: "Change what is given of a job" },
      args: { job, ...jobFlags, ...gatewayFlags },
      run: ({ args }) => edit(args.job, args),
    }),
    remove: defineCommand({
      meta: { name: "remove", description: "Remove a job and its history" },
      args: { job, yes: { type: "boolean", description: "Do not ask" }, ...gatewayFlags },
      run: ({ args }) => remove(args.job, args),
    }),
    run: defineCommand({
      meta: { name: "run", description: "Run a job now, and wait for its end" },
      args: { job, due: { type: "boolean", description: "Only if its time has come" }, ...gatewayFlags },
      run: ({ args }) => run(args.job, args),
    }),
    runs: defineCommand({
      meta: { name: "runs", description: "Show what became of a job's times" },
      args: {
        job,
        limit: { type: "string", description: "How many at most (default 20)", valueHint: "N" },
        ...gatewayFlags,
      },
      run: ({ args }) => runs(args.job, args),
    }),
    pause: defineCommand({
      meta: { name: "pause", description: "Let a job rest" },
      args: { job, ...gatewayFlags },
      run: ({ args }) => setEnabled(args.job, false, args),
    }),
    resume: defineCommand({
      meta: { name: "resume", description: "Take a job up again that rests or was stopped after errors" },
      args: { job, ...gatewayFlags },
      run: ({ args }) => setEnabled(args.job, true, args),
    }),
    status: defineCommand({
      meta: { name: "status", description: "Show whether jobs run, and when the next one comes" },
      args: gatewayFlags,
      run: ({ args }) => status(args),
    }),
  },
});

async function list(flags: GatewayFlags): Promise<void> {
  const listed = await withGateway(flags, ({ call }) => call("cron.list", { includeDisabled: true }));
  if (flags.json) return printJson(listed);
  if (listed.jobs.length > 0) return printJobs(listed.jobs, realClock.nowMs());
  printLine(
    'No jobs yet. Add one: clawdia cron add --at "tomorrow 9:00" --message "Call Ann" --channel telegram --to ID',
  );
}

async function show(named: string, flags: GatewayFlags): Promise<void> {
  const { found, entries } = await withGateway(flags, async (gateway) => {
    const one = await findJob(gateway, named);
    return { found: one, ...(await gateway.call("cron.runs", { id: one.id, limit: 5 })) };
  });
  if (flags.json) return printJson({ job: found, entries });
  printJob(found, realClock.nowMs());
  if (entries.length > 0) printLine();
  printRuns(entries);
}

async function add(flags: JobFlags & GatewayFlags): Promise<void> {
  const wanted = newJobOf(flags, realClock.nowMs());
  const made = await withGateway(flags, ({ call }) => call("cron.add", wanted));
  if (flags.json) return printJson(made);
  printLine(`${paint("green", "✓")} ${shown(made.name)} (${made.id})${nextWords(made)}`);
}

async function edit(named: string, flags: JobFlags & GatewayFlags): Promise<void> {
  const changed = await withGateway(flags, async (gateway) => {
    const before = await findJob(gateway, named);
    return gateway.call("cron.update", { id: before.id, patch: patchOf(flags, before, realClock.nowMs()) });
  });
  if (flags.json) return printJson(changed);
  printLine(`${paint("green", "✓")} ${shown(changed.name)} (${changed.id})${nextWords(changed)}`);
}

async function remove(named: string, flags: GatewayFlags & { readonly yes?: boolean | undefined }): Promise<void> {
  await withGateway(flags, async (gateway) => {
    const { id, name } = await findJob(gateway, named);
    if (!flags.yes && !(await confirmed(`Remove the job "${shown(name)}" and its history?`))) {
      throw refused("nothing was removed", `clawdia cron remove ${id} --yes`);
    }
    await gateway.call("cron.remove", { id });
  });
  if (flags.json) return printJson({ ok: true });
  printLine("It is removed.");
}

async function run(named: string, flags: GatewayFlags & { readonly due?: boolean | undefined }): Promise<void> {
  const { result, id } = await withGateway(flags, async (gateway) => {
    const found = await findJob(gateway, named);
    const mode = flags.due ? "due" : "force";
    const wait = flags.timeout === undefined ? { timeoutMs: runMaxMs } : undefined;
    return { id: found.id, result: await gateway.call("cron.run", { id: found.id, mode }, wait) };
  });
  if (flags.json) return printJson(result);
  const { ran, reason } = result;
  if (ran) return printLine(`It ran. What became of it: clawdia cron runs ${id}`);
  const cures = {
    "not-due": ["its time has not come", `clawdia cron run ${id}`],
    "already-running": ["it runs already", `clawdia cron runs ${id}`],
    "no-model": ["no language model is connected", "clawdia models choose"],
  } as const;
  const [why, next] = cures[reason ?? "not-due"];
  throw refused(`it did not run: ${why}`, next);
}

async function runs(named: string, flags: GatewayFlags & { readonly limit?: string | undefined }): Promise<void> {
  const limit = wholeNumber("limit", flags.limit, { max: 1_000 }) ?? 20;
  const found = await withGateway(flags, async (gateway) => {
    const { id } = await findJob(gateway, named);
    return gateway.call("cron.runs", { id, limit });
  });
  if (flags.json) return printJson(found);
  if (found.entries.length === 0) return printLine("Its time has not come yet.");
  printRuns(found.entries);
}

async function setEnabled(named: string, enabled: boolean, flags: GatewayFlags): Promise<void> {
  const changed = await withGateway(flags, async (gateway) => {
    const { id } = await findJob(gateway, named);
    return gateway.call("cron.update", { id, patch: { enabled } });
  });
  if (flags.json) return printJson(changed);
  printLine(enabled ? `${shown(changed.name)} goes on${nextWords(changed)}` : `${shown(changed.name)} rests.`);
}

async function status(flags: GatewayFlags): Promise<void> {
  const found = await withGateway(flags, ({ call }) => call("cron.status", {}));
  if (flags.json) return printJson(found);
  const { enabled, jobs, paused, nextWakeAtMs, waitsUntilMs, timeZone } = found;
  const nowMs = realClock.nowMs();
  const crash = waitsUntilMs === undefined ? "" : `, waiting ${spanWords(waitsUntilMs - nowMs)} after crashes`;
  printFacts([
    ["jobs run", enabled ? `by themselves${crash}` : "not: cron.enabled is false in the config"],
    ["jobs", `${countWords(jobs, "job")}${paused === 0 ? "" : `, ${paused} of them stopped`}`],
    ["next", nextWakeAtMs === null ? "none" : `${timeWords(nextWakeAtMs)} (in ${spanWords(nextWakeAtMs - nowMs)})`],
    ["zone", shown(timeZone)],
  ]);
}

function nextWords({ state: { nextRunAtMs } }: Job): string {
  if (nextRunAtMs === undefined) return "; it does not come by itself.";
  return `, next ${timeWords(nextRunAtMs)}.`;
}
