import { rmSync } from "node:fs";
import { joinPath, readTextIfPresent, writePrivateFile } from "../../lib/index.ts";
import { processEnvironment } from "../../config/index.ts";
import { Failure, refused } from "../failure.ts";
import { complain } from "../print.ts";
import { confirmed, hasPerson } from "../prompt.ts";
import type { ConfigDesk, Outcome } from "./desk.ts";

/**
 * Opens a copy of the config in the person's editor, and puts it in force when it can be used. Secrets stand in the
 * copy as marks, so none gets into an editor's own files. A copy that was refused is kept, and may be edited on.
 */
export async function editConfig(desk: ConfigDesk, stateDir: string): Promise<Outcome | undefined> {
  const { raw, hash } = await desk.read();
  const before = raw ?? "{\n}\n";
  const copy = joinPath(stateDir, `clawdia-edit-${process.pid}.json5`);
  writePrivateFile(copy, before);
  for (;;) {
    await openEditor(copy);
    const after = readTextIfPresent(copy);
    if (after === undefined || after === before) {
      rmSync(copy, { force: true });
      return undefined;
    }
    try {
      const outcome = await desk.replace(after, { baseHash: hash, mayShrink: true });
      rmSync(copy, { force: true });
      return outcome;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      complain(error.message);
      const again = hasPerson() && (await confirmed("Edit it again?"));
      if (!again) throw refused(`nothing changed; what you wrote is in ${copy}`, `clawdia config validate ${copy}`);
    }
  }
}

/** VISUAL goes before EDITOR; either may carry arguments. */
async function openEditor(file: string): Promise<void> {
  const environment = processEnvironment();
  const editor = environment["VISUAL"] || environment["EDITOR"] || "vi";
  const [program, ...args] = editor.split(/\s+/).filter((word) => word !== "");
  try {
    const child = Bun.spawn([program!, ...args, file], { stdin: "inherit", stdout: "inherit", stderr: "inherit" });
    const code = await child.exited;
    if (code !== 0) throw refused(`${editor} ended with ${code}; nothing changed; what you wrote is in ${file}`);
  } catch (error) {
    if (error instanceof Failure) throw error;
    const next = "VISUAL=nano clawdia config edit, or another editor that is there";
    throw refused(`${editor} cannot be started: ${error instanceof Error ? error.message : String(error)}`, next);
  }
}
