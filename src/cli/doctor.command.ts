import { defineCommand } from "citty";
import { ConfigError, findPaths, loadConfig, processEnvironment } from "../config/index.ts";
import { realClock } from "../lib/index.ts";
import { runProgram } from "../programs/index.ts";
import { readHolder } from "../storage/index.ts";
import type { Finding, Look, Scene } from "./doctor/finding.ts";
import { lookAtGateway } from "./doctor/gateway-looks.ts";
import { lookAtClock, lookAtLimits, lookAtOthers, lookAtPort, lookAtPrograms } from "./doctor/machine-looks.ts";
import { lookAtService } from "./doctor/service-looks.ts";
import { lookAtTailscale } from "./doctor/tailscale-look.ts";
import { lookAtUpdate } from "./doctor/update-look.ts";
import { lookAtDisk, lookAtFiles, lookAtStore } from "./doctor/state-looks.ts";
import { exitCodes } from "./exit-codes.ts";
import { type GatewayFlags, gatewayFlags } from "./gateway-flags.ts";
import { printJson, printLine } from "./print.ts";
import { paint, type Tone } from "./style.ts";
import { holderOf } from "./target.ts";

/** `clawdia doctor`: finds and explains what people most often run into. Exit code 0 when nothing is bad. */
export const doctorCommand = defineCommand({
  meta: { name: "doctor", description: "Find what is wrong, and what to do about it" },
  args: {
    fix: { type: "boolean", description: "Mend what can be mended without a loss" },
    model: { type: "boolean", description: "Ask the model a question too; it costs a few tokens" },
    ...gatewayFlags,
  },
  run: ({ args }) => examine(args),
});

interface DoctorFlags extends GatewayFlags {
  readonly fix?: boolean | undefined;
  readonly model?: boolean | undefined;
}

const looks: readonly Look[] = [
  lookAtFiles,
  lookAtDisk,
  lookAtStore,
  lookAtPort,
  lookAtLimits,
  lookAtClock,
  lookAtPrograms,
  lookAtOthers,
  lookAtService,
  lookAtUpdate,
  lookAtTailscale,
];

const programDeadlineMs = 10_000;

async function examine(flags: DoctorFlags): Promise<void> {
  const { scene, findings } = sceneFor(flags);
  for (const look of looks) findings.push(...(await look(scene)));
  findings.push(...(await lookAtGateway(scene, flags, flags.model === true)));
  const results = [];
  for (const finding of findings) results.push({ finding, mended: flags.fix ? await mend(finding) : undefined });
  const isBad = results.some(({ finding, mended }) => finding.level === "bad" && mended === undefined);
  if (isBad) process.exitCode = exitCodes.refused;
  if (flags.json) {
    return printJson({
      ok: !isBad,
      findings: results.map(({ finding: { mend: how, ...told }, mended }) => ({
        ...told,
        canFix: how !== undefined,
        ...(mended !== undefined && { fixed: mended }),
      })),
    });
  }
  for (const { finding, mended } of results) print(finding, mended);
  if (!isBad) printLine(paint("green", "Nothing is wrong."));
}

function sceneFor(flags: DoctorFlags): { readonly scene: Scene; readonly findings: Finding[] } {
  const environment = processEnvironment();
  const profile = flags.profile ?? (environment["CLAWDIA_PROFILE"] || undefined);
  const paths = findPaths(environment, profile);
  const { config, finding } = configOf(environment, profile);
  const holder = holderOf(paths) ? readHolder(paths.holderFile) : undefined;
  const run = (command: readonly string[]) => runProgram(command, { environment, deadlineMs: programDeadlineMs });
  return { scene: { environment, paths, config, profile, holder, nowMs: realClock.nowMs(), run }, findings: [finding] };
}

function configOf(environment: Scene["environment"], profile: string | undefined) {
  try {
    const { config, file } = loadConfig(environment, { profile });
    const text = file.source === undefined ? "there is no config file; defaults are used" : `${file.path} can be used`;
    return { config, finding: { id: "config.usable", level: "well", text } satisfies Finding };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const next = "edit the file, then clawdia doctor again";
    return { config: undefined, finding: { id: "config.broken", level: "bad", text: error.message, next } as Finding };
  }
}

async function mend({ mend: how }: Finding): Promise<string | undefined> {
  return how === undefined ? undefined : how();
}

const signs: Readonly<Record<Finding["level"], readonly [sign: string, tone: Tone]>> = {
  bad: ["✗", "red"],
  warn: ["!", "yellow"],
  note: ["·", "cyan"],
  well: ["✓", "green"],
};

function print({ level, text, next }: Finding, mended: string | undefined): void {
  const [sign, tone] = signs[mended === undefined ? level : "well"];
  printLine(`${paint(tone, sign)} ${text}`);
  if (mended !== undefined) printLine(`  ${paint("green", "mended")}: ${mended}`);
  else if (next !== undefined) printLine(`  ${paint("yellow", "→")} ${next}`);
}
