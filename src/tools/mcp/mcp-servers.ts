import type { Tool } from "../../engine/index.ts";
import type { McpServerSettings, McpSettings } from "../../config/index.ts";
import { McpServer, type McpServerDeps, type McpServerStatus } from "./mcp-server.ts";
import { prefixOf, toolNames } from "./tool-names.ts";

interface Known {
  readonly server: McpServer;
  readonly prefix: string;
}

/** The MCP servers of the config as tools. It knows nothing of agents and turns, and decides about no policy. */
export class McpServers implements AsyncDisposable {
  readonly #deps: McpServerDeps;
  #servers: readonly Known[];

  constructor(settings: McpSettings, deps: McpServerDeps) {
    this.#deps = deps;
    this.#servers = Object.entries(settings.servers).map((entry) => this.#known(...entry));
  }

  /** Follows the config: those named in `changed` are closed and made anew, others stay as they are. */
  async follow({ servers }: McpSettings, changed: readonly string[]): Promise<void> {
    const before = new Map(this.#servers.map((known) => [known.server.name, known]));
    const kept = (name: string) => (changed.includes(name) ? undefined : before.get(name));
    this.#servers = Object.entries(servers).map(([name, server]) => kept(name) ?? this.#known(name, server));
    const closed = [...before.values()].filter((known) => !this.#servers.includes(known));
    await Promise.all(closed.map(({ server }) => server[Symbol.asyncDispose]()));
  }

  /**
   * The tools of all servers that are there, in a steady order and under names of ours. A server that is away offers
   * nothing; never throws. The first turn waits for servers to connect, some seconds at most.
   */
  async tools(): Promise<readonly Tool[]> {
    const servers = this.#servers;
    const lists = await Promise.all(
      servers.map(async ({ server, prefix }) => {
        const listed = await server.listed();
        return listed.map((tool) => ({ ...tool, prefix, server }));
      }),
    );
    const all = lists.flat();
    const names = toolNames(
      all.map(({ server, prefix, tool }) => ({ server: server.name, prefix, tool })),
      servers.map(({ prefix }) => prefix),
    );
    const tools = all.map(({ server, tool, description, params, effect }, index): Tool => ({
      name: names[index]!,
      description,
      params,
      effect,
      run: (input, { signal }) => server.call(tool, input, signal),
    }));
    // A server may list one name twice.
    return [...new Map(tools.map((tool) => [tool.name, tool])).values()];
  }

  /** How every server is, in the order of the config. Connects to none. */
  status(): readonly McpServerStatus[] {
    return this.#servers.map(({ server }) => server.status);
  }

  #known(name: string, settings: McpServerSettings): Known {
    return { server: new McpServer(name, settings, this.#deps), prefix: settings.toolPrefix ?? prefixOf(name) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#servers.map(({ server }) => server[Symbol.asyncDispose]()));
  }
}
