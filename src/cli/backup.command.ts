import { defineCommand } from "citty";
import { version } from "../app/version.ts";
import { makeBackup } from "../backup/index.ts";
import { ConfigError, findPaths, loadConfig, processEnvironment } from "../config/index.ts";
import { isInside, realClock, resolvePath } from "../lib/index.ts";
import { refused } from "./failure.ts";
import { printJson, printLine } from "./print.ts";
import { paint } from "./style.ts";
import { countWords, megabyteWords } from "./words.ts";

/** `clawdia backup FILE`: everything in one private file, also while the gateway runs. */
export const backupCommand = defineCommand({
  meta: { name: "backup", description: "Copy state, config and credentials into one private file" },
  args: {
    file: { type: "positional", required: true, description: "The file to make; it must not be there" },
    json: { type: "boolean", description: "Print JSON for programs; errors too" },
    profile: { type: "string", description: "Use ~/.clawdia-NAME", valueHint: "NAME" },
  },
  run: ({ args }) => backUp(resolvePath(args.file), args.profile, args.json === true),
});

function backUp(file: string, profile: string | undefined, isJson: boolean): void {
  const environment = processEnvironment();
  const paths = findPaths(environment, profile ?? (environment["CLAWDIA_PROFILE"] || undefined));
  if (isInside(file, paths.stateDir)) throw refused(`${file} lies in the state folder, which it is a copy of`);
  const contents = madeBackup({ paths, file, version, clock: realClock });
  const bytes = contents.files.reduce((sum, one) => sum + one.bytes, 0);
  const elsewhere = workspacesElsewhere(profile);
  if (isJson) return printJson({ file, bytes, files: contents.files.length, notIncluded: elsewhere });
  printLine(
    `${paint("green", "backed up")} ${countWords(contents.files.length, "file")}, ${megabyteWords(bytes)}: ${file}`,
  );
  printLine("It holds credentials: keep it where nobody else reads it. Bring it back: clawdia restore FILE");
  for (const path of elsewhere) printLine(`${paint("yellow", "→")} not in it, because it lies elsewhere: ${path}`);
}

function madeBackup(options: Parameters<typeof makeBackup>[0]) {
  try {
    return makeBackup(options);
  } catch (error) {
    if (error instanceof Error) throw refused(error.message, "clawdia doctor");
    throw error;
  }
}

/** Folders of agents that the config names are a person's own. */
function workspacesElsewhere(profile: string | undefined): string[] {
  try {
    const { config } = loadConfig(processEnvironment(), { profile });
    return config.agents.list.flatMap(({ workspace }) => (workspace === undefined ? [] : [workspace]));
  } catch (error) {
    // A config that cannot be used is backed up as it is.
    if (error instanceof ConfigError) return [];
    throw error;
  }
}
