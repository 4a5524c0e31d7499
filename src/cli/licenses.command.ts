import { defineCommand } from "citty";
import { collectNotices } from "./notices.ts" with { type: "macro" };
import { printJson, printLine } from "./print.ts";
import { paint } from "./style.ts";

const notices = collectNotices();

const own = { sources: "MIT", binary: "GPL-3.0" } as const;

const preamble = `Clawdia's own sources are under the MIT licence.

The binary that is distributed is, as a whole, under the GNU General Public License, version 3 (GPL-3.0): its
WhatsApp part contains libsignal, which is under that licence.

The binary contains the Bun ${Bun.version} runtime (MIT), which links JavaScriptCore (LGPL-2) and the libraries that
https://bun.com/docs/project/license names.

It contains these packages:`;

/** `clawdia licenses`: what the binary is made of, and on what terms. */
export const licensesCommand = defineCommand({
  meta: { name: "licenses", description: "Print the licences of Clawdia and of everything in its binary" },
  args: { json: { type: "boolean", description: "Print JSON for programs" } },
  run: ({ args }) => {
    if (args.json) return printJson({ ...own, packages: notices });
    printLine(preamble);
    printLine();
    for (const { name, version, license } of notices) printLine(`  ${name} ${version}: ${license}`);
    for (const { name, version, license, text } of notices) {
      printLine();
      printLine(paint("bold", `${"=".repeat(8)} ${name} ${version} (${license})`));
      printLine();
      printLine(text === "" ? "The package has no licence file of its own." : text);
    }
  },
});
