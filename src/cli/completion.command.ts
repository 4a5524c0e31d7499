import { defineCommand } from "citty";
import type { AnyCommand } from "./command-line.ts";
import { commandTree } from "./command-tree.ts";
import { bashCompletion, fishCompletion, zshCompletion } from "./completion-scripts.ts";
import { UsageError } from "./failure.ts";
import { printText } from "./print.ts";

/** `clawdia completion SHELL`: a script, made of the commands as they are, that completes them in a shell. */
export const completionCommand = defineCommand({
  meta: { name: "completion", description: "Print a script that completes commands in your shell" },
  args: { shell: { type: "positional", required: true, description: "bash, zsh or fish" } },
  // The whole tree is handed in: a command that imported it would import itself.
  run: async ({ args, data }) => {
    const tree = await commandTree(data as AnyCommand);
    switch (args.shell) {
      case "bash":
        return printText(bashCompletion(tree));
      case "zsh":
        return printText(zshCompletion(tree));
      case "fish":
        return printText(fishCompletion(tree));
      default:
        throw new UsageError(`there is no completion for "${args.shell}": choose bash, zsh or fish`);
    }
  },
});
