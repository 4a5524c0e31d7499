import type { ExternalAgentSettings } from "../../config/index.ts";
import { EngineError } from "../engine.ts";

/** Switches that take an agent's own safeguards away, also inside of a longer text (`sh -c "agent --yolo"`). */
const dangerousSwitch =
  /(?:^|[\s='"])(-{1,2}[\w-]*(?:dangerous|yolo|(?:skip|bypass|no)-(?:permission|approval))[\w-]*)/i;

export function dangerousArg(args: readonly string[]): string | undefined {
  for (const arg of args) {
    const found = dangerousSwitch.exec(arg)?.[1];
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Throws when the settings hold such a switch without saying so in a second place. */
export function refuseDangerousArgs(name: string, settings: ExternalAgentSettings): void {
  const found = settings.allowDangerous ? undefined : dangerousArg(settings.args);
  if (found === undefined) return;
  throw new EngineError(
    `agent ${name} is not started: ${found} takes its safeguards away; ` +
      `take it out of externalAgents.${name}.args, or set externalAgents.${name}.allowDangerous`,
    "bad_request",
  );
}
