import { type ControlDoor, controlOf } from "../control/ask.ts";
import type { ControlCommands } from "./control.ts";

/** The line that `serve.ts` prints. */
export interface ServedDouble extends ControlDoor {
  /** For the setting `command`; a folder with this `imsg` in it, for PATH. */
  readonly command: readonly string[];
  readonly binFolder: string;
  readonly attachmentsFolder: string;
}

/** Drives a double in another process: `await ask("says", { person, text: "hi" })`. */
export const remoteControl = (door: ControlDoor) => controlOf<ControlCommands>(door);
