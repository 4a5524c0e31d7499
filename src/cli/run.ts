import { renderUsage, runCommand } from "citty";
import type { ArgsDef } from "citty";
import { ConfigError, processEnvironment } from "../config/index.ts";
import { checkedWords, findCommand, type Found, resolved } from "./command-line.ts";
import { rootCommand } from "./commands.ts";
import { exitCodes } from "./exit-codes.ts";
import { Failure, UsageError } from "./failure.ts";
import { complain, endWithReader, printJson, printText } from "./print.ts";
import { hasColor, paint } from "./style.ts";
import { shown } from "./words.ts";

/** Finds the command, runs it, and is the one door through which failures leave. */

/** Flags that mean something without their value: `clawdia gateway --token` prints the one in use. */
const mayLackValue: Readonly<Record<string, readonly string[]>> = { gateway: ["token"] };

export async function runCommandLine(argv: readonly string[]): Promise<number> {
  const words = argv[0] === "help" ? [...argv.slice(1), "--help"] : argv;
  let found: Found | undefined;
  try {
    found = await findCommand(rootCommand, words);
    if (found.problem !== undefined) throw new UsageError(found.problem);
    if (found.wantsHelp) {
      printText(await usageOf(found));
      return exitCodes.done;
    }
    return await run(found);
  } catch (error) {
    return await report(failureOf(error), found, words.includes("--json"));
  }
}

async function run({ command, names, words }: Found): Promise<number> {
  if (names[1] !== "gateway") endWithReader();
  const args = await resolved<ArgsDef>(command.args ?? {});
  const rawArgs = [...checkedWords(words, args, mayLackValue[names[1] ?? ""])];
  await runCommand(command, { rawArgs, data: rootCommand });
  return Number(process.exitCode ?? exitCodes.done);
}

async function usageOf({ command, names }: Found): Promise<string> {
  const isRoot = names.length === 1;
  const usage = await renderUsage(command, isRoot ? undefined : { meta: { name: names.slice(0, -1).join(" ") } });
  const lines = (hasColor() ? usage : Bun.stripANSI(usage)).split("\n").map((line) => line.trimEnd());
  return `${lines.join("\n")}\n`;
}

async function report(failure: Failure, found: Found | undefined, inJson: boolean): Promise<number> {
  if (inJson) {
    printJson({ error: failure.wire });
    return failure.exitCode;
  }
  if (failure.message !== "") complain(`${paint("red", "clawdia:")} ${shown(failure.message, 2048)}`);
  if (failure.next !== undefined) complain(`  next: ${shown(failure.next, 2048)}`);
  if (failure instanceof UsageError) {
    const usage = await usageOf(found ?? { command: rootCommand, names: ["clawdia"], words: [], wantsHelp: false });
    complain(`\n${usage.trimEnd()}`);
  }
  return failure.exitCode;
}

function failureOf(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof ConfigError) {
    return new Failure(error.message, { exitCode: exitCodes.badConfig, code: "BAD_CONFIG", cause: error });
  }
  const said = error instanceof Error ? error.message : String(error);
  if (processEnvironment()["CLAWDIA_DEBUG"] === "1" && error instanceof Error) complain(error.stack ?? said);
  return new Failure(`this is a fault of clawdia: ${shown(said, 200)} (CLAWDIA_DEBUG=1 shows where)`, {
    exitCode: exitCodes.bug,
    code: "BUG",
    cause: error,
  });
}
