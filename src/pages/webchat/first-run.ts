import { writeNote, readNote } from "../shared/notes.ts";
import type { Desk } from "./desk.ts";
import { showView, view } from "./views.ts";

/** The setup opens by itself once, in a browser that may do it, while nothing is finished and nobody is at it. */

const dismissed = "setup-dismissed";

export function followFirstRun(desk: Desk): void {
  const stop = desk.state.watch(() => {
    const { value } = desk.state.value.setup;
    if (!value) return;
    stop();
    const isWanted = !value.isFinished && !value.isRunning && readNote(dismissed) === undefined;
    if (isWanted && view.value === "chat") showView("setup");
  });
}

export function dismissFirstRun(): void {
  writeNote(dismissed, "yes");
}
