import { chmodSync, existsSync, linkSync, renameSync, statSync, unlinkSync } from "node:fs";
import { removeIfPresent } from "../lib/index.ts";
import { UpdateRefused } from "./release.ts";

/** The program's file, its predecessor beside it, and the change from one to the other by a rename each. */

export const newFile = (program: string) => `${program}.new`;
export const previousFile = (program: string) => `${program}.previous`;

/** Puts `PROGRAM.new` in place. At every moment there is a whole program under the name. */
export function replaceProgram(program: string): void {
  const previous = previousFile(program);
  chmodSync(newFile(program), statSync(program).mode & 0o777);
  removeIfPresent(previous);
  linkSync(program, previous);
  renameSync(newFile(program), program);
}

/** Puts the predecessor back; the newer one is then the one beside it. */
export function rollBack(program: string): void {
  const previous = previousFile(program);
  if (!existsSync(previous)) throw new UpdateRefused(`there is no earlier version: ${previous} is not there`);
  const newer = newFile(program);
  removeIfPresent(newer);
  linkSync(program, newer);
  renameSync(previous, program);
  renameSync(newer, previous);
}

/** Removes what an update that was not finished left. */
export function dropNew(program: string): void {
  if (existsSync(newFile(program))) unlinkSync(newFile(program));
}
