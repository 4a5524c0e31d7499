import { type ControlDoor, controlOf } from "../control/ask.ts";
import type { ControlCommands } from "./control.ts";

/** The line that `serve.ts` prints. */
export interface ServedDouble extends ControlDoor {
  readonly apiRoot: string;
  readonly token: string;
}

/** Drives a double in another process: `await ask("says", { person, text: "hi" })`. */
export const remoteControl = (door: ControlDoor) => controlOf<ControlCommands>(door);
