import { existsSync } from "node:fs";
import { makePaths, realClock } from "../../lib/index.ts";
import { readHolder } from "../../storage/index.ts";
import { Failure } from "../failure.ts";
import { perform } from "../service/perform.ts";
import { type Placed, placeService } from "../service/placing.ts";

/** Restarts what runs the program, and tells whether the new one came up. */

export interface Restart {
  readonly placed: Placed;
  readonly flag: string;
}

/** The service of this state folder, where one runs. */
export async function runningService(profile: string | undefined): Promise<Restart | undefined> {
  if (process.platform !== "linux" && process.platform !== "darwin") return undefined;
  for (const system of [false, true]) {
    const placed = await placeService({ profile, system });
    if (!existsSync(placed.manager.file.path)) continue;
    if ((await placed.manager.state(placed.run)).isRunning) return { placed, flag: system ? " --system" : "" };
  }
  return undefined;
}

/** Undefined when a gateway, of that version where one is named, is ready; otherwise why not. */
export async function restarted({ placed }: Restart, wanted: string | undefined): Promise<string | undefined> {
  const { manager, plan, run } = placed;
  const { holderFile } = makePaths(plan.stateDir);
  try {
    // systemd comes back once the gateway said that it is ready, launchd at once.
    await perform(manager.restart(), placed, false);
  } catch (error) {
    if (error instanceof Failure) return error.message;
    throw error;
  }
  for (let look = 0; look < looksMax; look++) {
    const [state, holder] = [await manager.state(run), readHolder(holderFile)];
    if (state.isRunning && holder?.pid === state.pid) {
      return wanted === undefined || holder?.version === wanted ? undefined : `version ${holder?.version} runs`;
    }
    await realClock.sleep(lookMs);
  }
  return `it was not ready within ${Math.round((looksMax * lookMs) / 1000)} s`;
}

const looksMax = 240;
const lookMs = 250;
