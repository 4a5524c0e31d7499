import { defineCommand } from "citty";
import { withGateway } from "./connected.ts";
import { UsageError } from "./failure.ts";
import { type GatewayFlags, gatewayFlags } from "./gateway-flags.ts";
import { chooseAsking, chooseModel, type ModelFlags, testModel } from "./models/choose.ts";
import { type Detection, detectionLines } from "./models/detection.ts";
import { printJson, printLine } from "./print.ts";
import { paint } from "./style.ts";
import { printTable } from "./table.ts";

/** `clawdia models`: what thinks, what else could, and which one should. */

const model = { type: "positional", description: "The model as vendor/model, or an alias" } as const;

const modelFlags = {
  "key-env": { type: "string", description: "Environment variable that holds the vendor's key", valueHint: "NAME" },
  "base-url": { type: "string", description: "Where the server answers", valueHint: "URL" },
  kind: {
    type: "string",
    description: "What the server speaks (default openai-compatible)",
    valueHint: "anthropic|openai|google|openai-compatible|ollama",
  },
} as const;

export const modelsCommand = defineCommand({
  meta: { name: "models", description: "List, find, test and choose the models that answer" },
  default: "list",
  subCommands: {
    list: defineCommand({
      meta: { name: "list", description: "List the models that sessions may use" },
      args: gatewayFlags,
      run: ({ args }) => list(args),
    }),
    detect: defineCommand({
      meta: { name: "detect", description: "Look for model servers, keys and agents on the gateway's machine" },
      args: gatewayFlags,
      run: ({ args }) => detect(args),
    }),
    test: defineCommand({
      meta: { name: "test", description: "Ask a model one real question with a tool to call" },
      args: { model: { ...model, required: true }, ...modelFlags, ...gatewayFlags },
      run: ({ args }) => testModel(args.model, args),
    }),
    choose: defineCommand({
      meta: {
        name: "choose",
        description: "Test a model and let it answer; without a name, choose among what is there",
      },
      args: {
        model: { ...model, required: false },
        force: { type: "boolean", description: "Choose it without a test" },
        ...modelFlags,
        ...gatewayFlags,
      },
      run: ({ args }) => choose(args.model, args),
    }),
  },
});

async function list(flags: GatewayFlags): Promise<void> {
  const { models } = await withGateway(flags, ({ call }) => call("models.list", {}));
  if (flags.json) return printJson({ models });
  printTable(
    ["MODEL", "NAME", "CONTEXT", ""],
    models.map(({ provider, id, name, contextWindow, tags, available }) => [
      `${provider}/${id}`,
      name,
      contextWindow === undefined ? "" : `${contextWindow} tokens`,
      tags?.includes("default") ? "answers" : available === false ? "no key" : "",
    ]),
  );
  if (models.every(({ provider }) => provider === "builtin")) {
    printLine();
    printLine("Only the built-in echo is there: it repeats what you write, so that everything else can be tried.");
    printLine("No language model is connected.");
    printLine(`${paint("yellow", "→")} clawdia models choose`);
  }
}

async function detect(flags: GatewayFlags): Promise<void> {
  const found: Detection = await withGateway(flags, ({ call }) => call("models.detect", {}));
  if (flags.json) return printJson(found);
  for (const line of detectionLines(found)) printLine(line);
}

async function choose(
  wanted: string | undefined,
  flags: ModelFlags & { readonly force?: boolean | undefined },
): Promise<void> {
  if (wanted !== undefined) return chooseModel(wanted, flags);
  if (flags["base-url"] !== undefined || flags["key-env"] !== undefined || flags.force || flags.json) {
    throw new UsageError("name the model, for instance: clawdia models choose ollama/qwen3");
  }
  return chooseAsking(flags);
}
