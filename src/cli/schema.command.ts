import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { defineCommand } from "citty";
import { refused, UsageError } from "./failure.ts";
import { printLine, printText } from "./print.ts";
import { type SchemaFile, schemaFiles } from "./schema-files.ts" with { type: "macro" };
import { countWords } from "./words.ts";

const files: readonly SchemaFile[] = schemaFiles();
const swiftFolder = "swift/";

/** `clawdia schema`: what this binary speaks, for those who write clients. It asks no gateway. */
export const schemaCommand = defineCommand({
  meta: { name: "schema", description: "Print the schema of the wire, of the config, or the Swift package" },
  args: {
    config: { type: "boolean", description: "Print the config's JSON Schema" },
    swift: { type: "boolean", description: "Print the Swift package's files" },
    out: { type: "string", description: "Write the Swift package into this folder", valueHint: "DIR" },
  },
  run: ({ args }) => {
    const { config, swift, out }: SchemaFlags = args;
    if (out !== undefined && !swift) throw new UsageError("--out is for --swift");
    if (config && swift) throw new UsageError("choose one of --config and --swift");
    if (!swift) return printText(textOf(config ? "config.schema.json" : "protocol.schema.json"));
    const sources = files.filter(({ path }) => path.startsWith(swiftFolder));
    if (out === undefined) return print(sources);
    write(sources, resolve(out));
  },
});

interface SchemaFlags {
  readonly config?: boolean | undefined;
  readonly swift?: boolean | undefined;
  readonly out?: string | undefined;
}

function textOf(wanted: string): string {
  const found = files.find(({ path }) => path === wanted);
  if (!found) throw refused(`${wanted} is not in this build`, "build it after `bun run generate`");
  return found.text;
}

function print(sources: readonly SchemaFile[]): void {
  for (const { path, text } of sources) {
    printLine(`// ${"=".repeat(8)} ${path.slice(swiftFolder.length)}`);
    printText(text);
  }
}

function write(sources: readonly SchemaFile[], folder: string): void {
  for (const { path, text } of sources) {
    const file = join(folder, path.slice(swiftFolder.length));
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  printLine(`${countWords(sources.length, "file")} in ${folder}`);
}
