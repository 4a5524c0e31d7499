import { type Config, ConfigError, isSame } from "../config/index.ts";
import type { Workspaces } from "../exec/index.ts";
import { identityOf, isInside } from "../lib/index.ts";
import { bindAddresses } from "./bind.ts";
import { workspacesFor } from "./command-room.ts";
import type { HouseOptions } from "./house-options.ts";
import { refuseUnsafeFront } from "./tailnet.ts";
import { sidePortOf } from "./listening.ts";

export type TryOutOptions = Pick<HouseOptions, "databasePath" | "stateDir" | "environment"> & {
  readonly configPlace: Pick<HouseOptions["configPlace"], "path">;
};

/**
 * The dry start of a config: what would refuse it at a start refuses it now, with a ConfigError, and nothing is kept.
 * Without `running` nothing runs yet, and ports are tried by the start itself.
 */
export async function tryOut(options: TryOutOptions, next: Config, running?: Config): Promise<void> {
  refuseWithinReach(options.configPlace.path, workspacesFor({ ...options, config: next }), next);
  refuseUnsafeFront(next);
  refuseTwins(next.agents.list.map(({ id }) => id));
  const { bind, port } = next.gateway;
  const isMoved = running === undefined || !isSame([bind, port], [running.gateway.bind, running.gateway.port]);
  const [address] = isMoved || next.canvasHost.port !== undefined ? bindAddresses(bind) : [];
  if (running === undefined) return;
  const own = [running.gateway.port, sidePortOf(running.canvasHost, running.gateway.port)];
  if (isMoved && !own.includes(port)) refuseTaken("gateway.port", address!, port);
  const { enabled, port: canvasPort } = next.canvasHost;
  if (!enabled || canvasPort === undefined) return;
  if (canvasPort !== 0 && canvasPort === port)
    throw new ConfigError(`canvasHost.port ${canvasPort} is the gateway's own port: choose another one`);
  if (!own.includes(canvasPort)) refuseTaken("canvasHost.port", address!, canvasPort);
}

/** An agent that could write the config could give itself anything. */
function refuseWithinReach(path: string, workspaces: Workspaces, { agents }: Config): void {
  const file = identityOf(path)?.realPath ?? path;
  for (const { id } of agents.list) {
    const folder = workspaces.pathOf(id);
    if (folder === undefined || !isInside(file, identityOf(folder)?.realPath ?? folder)) continue;
    throw new ConfigError(`agents.list "${id}": its workspace ${folder} holds the config itself; keep them apart`);
  }
}

function refuseTwins(ids: readonly string[]): void {
  const twin = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twin !== undefined) throw new ConfigError(`agents.list has "${twin}" twice: give one of them another id`);
}

/** Listens for a moment, as the change will. */
function refuseTaken(setting: string, hostname: string, port: number): void {
  if (port === 0) return;
  try {
    Bun.listen({ hostname, port, socket: { data: () => undefined } }).stop(true);
  } catch (error) {
    const why = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new ConfigError(`${setting} ${port} cannot be listened on (${why}): choose another one`);
  }
}
