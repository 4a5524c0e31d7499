import { type ControlDoor, controlOf } from "../control/ask.ts";
import type { ControlCommands } from "./control.ts";

/** The line that `serve.ts` prints. */
export interface ServedDouble extends ControlDoor {
  readonly url: string;
  readonly number: string;
  readonly aci: string;
}

/** Drives a double in another process: `await ask("says", { person, text: "hi" })`. */
export const remoteControl = (door: ControlDoor) => controlOf<ControlCommands>(door);
