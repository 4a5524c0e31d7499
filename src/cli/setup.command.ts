import { defineCommand } from "citty";
import { gatewayFlags } from "./gateway-flags.ts";
import { runSetup } from "./setup/setup.ts";

/** `clawdia setup`: from nothing to an agent that answers, one question after the other. */
export const setupCommand = defineCommand({
  meta: { name: "setup", description: "Set everything up by questions: a model, a network, you as the owner" },
  args: gatewayFlags,
  run: ({ args }) => runSetup(args),
});
