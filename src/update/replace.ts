import { chmodSync, existsSync, linkSync, renameSync, statSync } from "node:fs";
import { removeIfPresent } from "../lib/index.ts";
import { UpdateRefused } from "./release.ts";

/** The program's file, its predecessor beside it, and the change from one to the other by a rename each. */

export const newFile = (program: string) => `${program}.new`;
const olderFile = (program: string) => `${program}.older`;
export const previousFile = (program: string) => `${program}.previous`;

/** Puts `PROGRAM.new` in place. At every moment there is a whole program under the name. */
export function replaceProgram(program: string): void {
  chmodSync(newFile(program), statSync(program).mode & 0o777);
  if (existsSync(previousFile(program))) renameSync(previousFile(program), olderFile(program));
  linkSync(program, previousFile(program));
  renameSync(newFile(program), program);
}

/** The new program proved itself: what came before its predecessor is not needed any more. */
export function keepReplaced(program: string): void {
  removeIfPresent(olderFile(program));
}

/** As it was before `replaceProgram`; the program that did not prove itself is gone. */
export function undoReplaced(program: string): void {
  renameSync(previousFile(program), program);
  if (existsSync(olderFile(program))) renameSync(olderFile(program), previousFile(program));
}

/** Puts the predecessor back; the newer one is then the one beside it, so that a second call undoes the first. */
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
  removeIfPresent(newFile(program));
}
