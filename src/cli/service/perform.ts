import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import {
  makePrivateFolder,
  readTextIfPresent,
  removeIfPresent,
  unreachable,
  writePrivateFile,
} from "../../lib/index.ts";
import type { RunOutcome } from "../../programs/index.ts";
import type { Step } from "../../service/index.ts";
import { Failure } from "../failure.ts";
import { exitCodes } from "../exit-codes.ts";
import type { Placed } from "./placing.ts";

/** Does what a service manager needs, step by step, and says what was done. */

export interface Done {
  readonly did: string;
  /** It was so already. */
  readonly isOld?: boolean;
  /** What a person should do, where a step failed that is not the end. */
  readonly advice?: string;
}

export async function perform(steps: readonly Step[], { run, plan }: Placed, isDry: boolean): Promise<Done[]> {
  const done: Done[] = [];
  for (const step of steps) done.push(isDry ? { did: wordsOf(step) } : await performOne(step, { run, plan }));
  return done;
}

export function wordsOf(step: Step): string {
  switch (step.kind) {
    case "folder":
      return `make ${step.path}`;
    case "write":
      return `write ${step.path}${step.onlyIfMissing ? ", unless it is there" : ""}`;
    case "remove":
      return `remove ${step.path}`;
    case "run":
      return `run ${step.command.join(" ")}`;
    default:
      return unreachable(step);
  }
}

async function performOne(step: Step, placed: Pick<Placed, "run" | "plan">): Promise<Done> {
  const did = wordsOf(step);
  switch (step.kind) {
    case "folder": {
      const isOld = existsSync(step.path);
      makePrivateFolder(step.path);
      if (!isOld) await give(step.path, step.owner, placed.run);
      return { did, isOld };
    }
    case "write": {
      const before = readTextIfPresent(step.path);
      if (before !== undefined && (step.onlyIfMissing || before === step.text)) return { did, isOld: true };
      if (step.mode === privateMode) writePrivateFile(step.path, step.text);
      else writePublicFile(step.path, step.text, step.mode);
      await give(step.path, step.owner, placed.run);
      return { did };
    }
    case "remove": {
      const isOld = !existsSync(step.path);
      removeIfPresent(step.path);
      return { did, isOld };
    }
    case "run": {
      const outcome = await placed.run(step.command);
      if (outcome.code === 0) return { did };
      if (step.orElse === undefined) throw failed(step.command, outcome, placed.plan.scope === "system");
      return step.orElse === "" ? { did, isOld: true } : { did, advice: step.orElse };
    }
    default:
      return unreachable(step);
  }
}

const privateMode = 0o600;

/** Units are read by their managers, and hold no secret. */
function writePublicFile(path: string, text: string, mode: number): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
  writeFileSync(path, text, { mode });
  // The umask of this process takes rights away.
  chmodSync(path, mode);
}

async function give(path: string, owner: string | undefined, run: Placed["run"]): Promise<void> {
  if (owner === undefined) return;
  const command = ["chown", `${owner}:`, path];
  const outcome = await run(command);
  if (outcome.code !== 0) throw failed(command, outcome, true);
}

function failed(command: readonly string[], { code, stderr }: RunOutcome, isSystem: boolean): Failure {
  const why = stderr.trim().split("\n")[0] || `exit code ${code}`;
  return new Failure(`${command.join(" ")} failed: ${why}`, {
    exitCode: exitCodes.refused,
    code: "SERVICE_MANAGER",
    next: cureOf(why, isSystem),
  });
}

function cureOf(why: string, isSystem: boolean): string {
  if (/not been booted with systemd|is not installed|Host is down/.test(why))
    return "clawdia gateway, in the foreground: no service manager runs here";
  if (/Failed to connect to.*bus|No medium found/.test(why))
    return "sudo loginctl enable-linger $USER, then the same command again; or sudo clawdia service install --system";
  if (/[Aa]ccess denied|[Pp]ermission denied|authentication required/i.test(why) && isSystem)
    return "the same command with sudo";
  return "clawdia service logs, and clawdia doctor";
}
