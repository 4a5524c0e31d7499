import { type GuardedFetch, makeGuardedFetch } from "../net/index.ts";
import { McpServers } from "../tools/index.ts";
import type { Ground } from "./ground.ts";

/** The ways out of the house beside its networks: the web, and servers of tools. */

/** Its list of services in the own network is read at every fetch. */
export function buildFetch({ options, gateway }: Ground): GuardedFetch {
  const { clock, log } = options.world;
  const fetch = makeGuardedFetch({ clock, log: log.for("net"), ownPorts: () => [gateway.port] });
  const settings = options.config.tools.fetch;
  return (url, wanted) => fetch(url, { allowHosts: settings.allowHosts, ...wanted });
}

export function buildMcp({ options, workspaces }: Ground): McpServers {
  const { world, config, environment = {}, stateDir, version } = options;
  const { clock, random, log } = world;
  const folder = workspaces.pathOf(config.agents.list[0]!.id) ?? stateDir;
  return new McpServers(config.mcp, { environment, folder, version, clock, random, log: log.for("tools") });
}
