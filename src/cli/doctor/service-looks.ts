import { existsSync } from "node:fs";
import { readTextIfPresent } from "../../lib/index.ts";
import type { ServiceState } from "../../service/index.ts";
import { perform } from "../service/perform.ts";
import { type Placed, placeService } from "../service/placing.ts";
import { type Finding, type Look, well } from "./finding.ts";

/** Whether something keeps the gateway running. */
export const lookAtService: Look = async ({ profile, holder }) => {
  if (process.platform !== "linux" && process.platform !== "darwin") return [];
  const placements = await Promise.all([placeService({ profile }), placeService({ profile, system: true })]);
  const placed = placements.find(({ manager }) => existsSync(manager.file.path)) ?? placements[0];
  const written = readTextIfPresent(placed.manager.file.path);
  const state = await placed.manager.state(placed.run);
  return serviceFindings({
    state,
    isWritten: written !== undefined,
    isStale: written !== undefined && written !== placed.manager.file.text,
    isHeld: holder !== undefined,
    isHeldByService: holder !== undefined && holder.pid === state.pid,
    lingers: lingers(placed),
    flag: placed.plan.scope === "system" ? " --system" : "",
    userName: placed.plan.userName,
    enable: () => enable(placed),
  });
};

export interface ServiceFacts {
  readonly state: ServiceState;
  readonly isWritten: boolean;
  readonly isStale: boolean;
  readonly isHeld: boolean;
  readonly isHeldByService: boolean;
  readonly lingers: boolean;
  /** ` --system` for a service of the machine. */
  readonly flag: string;
  readonly userName: string;
  readonly enable: () => Promise<string>;
}

export function serviceFindings(facts: ServiceFacts): Finding[] {
  const { state, flag } = facts;
  if (!facts.isWritten) {
    const text = "nothing starts the gateway when the machine starts, or when it ends";
    return [{ id: "service.none", level: "note", text, next: "clawdia service install" }];
  }
  const found: Finding[] = [];
  if (!state.isEnabled) {
    found.push({
      id: "service.disabled",
      level: "warn",
      text: "the service does not start with the machine",
      next: `clawdia service install${flag}`,
      mend: facts.enable,
    });
  }
  if (facts.isStale) {
    const text = "the service's file is not what this version writes";
    found.push({ id: "service.stale", level: "warn", text, next: `clawdia service install${flag}` });
  }
  if (!facts.lingers) {
    const text = "the service ends when you log out";
    found.push({ id: "service.linger", level: "warn", text, next: `sudo loginctl enable-linger ${facts.userName}` });
  }
  if (facts.isHeld && !facts.isHeldByService) {
    const text = "a gateway that was started by hand holds the state, so the service cannot run";
    found.push({ id: "service.by-hand", level: "warn", text, next: `end it, then clawdia service start${flag}` });
  } else if (!state.isRunning) {
    const code = state.lastExitCode ? `, its last exit code was ${state.lastExitCode}` : "";
    const text = `the service does not run: ${state.word}${code}`;
    found.push({ id: "service.down", level: "bad", text, next: `clawdia service logs${flag}` });
  }
  return found.length > 0 ? found : [well("service.running", `the service runs: ${state.word}`)];
}

/** Only a person's own systemd ends with the person's last login. */
function lingers({ plan, manager }: Placed): boolean {
  if (manager.kind !== "systemd" || plan.scope === "system") return true;
  return existsSync(`/var/lib/systemd/linger/${plan.userName}`);
}

async function enable(placed: Placed): Promise<string> {
  const steps = placed.manager.install(false).filter((step) => step.kind === "run" && step.command.includes("enable"));
  await perform(steps, placed, false);
  return `enabled ${placed.manager.name}`;
}
