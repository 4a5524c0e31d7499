import { defineCommand } from "citty";
import { commit, version } from "../app/version.ts";
import { protocolMax, protocolMin } from "../protocol/index.ts";
import { printJson, printLine } from "./print.ts";

/** `clawdia version`: what this binary is. */
export const versionCommand = defineCommand({
  meta: { name: "version", description: "Print the version and what it was built with" },
  args: { json: { type: "boolean", description: "Print JSON for programs" } },
  run: ({ args }) => {
    const platform = `${process.platform}-${process.arch}`;
    if (args.json) {
      const protocol = { min: protocolMin, max: protocolMax };
      return printJson({ version, ...(commit && { commit }), protocol, bun: Bun.version, platform });
    }
    printLine(`clawdia ${version}${commit ? ` (${commit})` : ""}`);
    printLine(`protocol ${protocolMin} to ${protocolMax}, Bun ${Bun.version}, ${platform}`);
  },
});
