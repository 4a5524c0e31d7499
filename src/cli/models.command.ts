import { defineCommand } from "citty";
import { withGateway } from "./connected.ts";
import { type GatewayFlags, gatewayFlags } from "./gateway-flags.ts";
import { printJson, printLine } from "./print.ts";
import { printTable } from "./table.ts";

/** `clawdia models`: what may think. */
export const modelsCommand = defineCommand({
  meta: { name: "models", description: "List the models that sessions may use" },
  args: gatewayFlags,
  run: ({ args }) => listModels(args),
});

async function listModels(flags: GatewayFlags): Promise<void> {
  const { models } = await withGateway(flags, ({ call }) => call("models.list", {}));
  if (flags.json) return printJson({ models });
  printTable(
    ["MODEL", "NAME", "CONTEXT"],
    models.map(({ provider, id, name, contextWindow }) => [
      `${provider}/${id}`,
      name,
      contextWindow === undefined ? "" : `${contextWindow} tokens`,
    ]),
  );
  if (models.every(({ provider }) => provider === "builtin")) {
    printLine();
    printLine("Only the built-in echo is there: it repeats what you write, so that everything else can be tried.");
    printLine("No language model is connected.");
  }
}
