import type { Tool } from "../../engine/index.ts";
import type { McpSettings } from "../../config/index.ts";
import { McpServer, type McpServerDeps, type McpServerStatus } from "./mcp-server.ts";
import { prefixOf, toolNames } from "./tool-names.ts";

/** The MCP servers of the config as tools. It knows nothing of agents and turns, and decides about no policy. */
export class McpServers implements AsyncDisposable {
  readonly #servers: readonly { readonly server: McpServer; readonly prefix: string }[];

  constructor(settings: McpSettings, deps: McpServerDeps) {
    this.#servers = Object.entries(settings.servers).map(([name, server]) => ({
      server: new McpServer(name, server, deps),
      prefix: server.toolPrefix ?? prefixOf(name),
    }));
  }

  /**
   * The tools of all servers that are there, in a steady order and under names of ours. A server that is away offers
   * nothing; never throws. The first turn waits for servers to connect, some seconds at most.
   */
  async tools(): Promise<readonly Tool[]> {
    const lists = await Promise.all(
      this.#servers.map(async ({ server, prefix }) => {
        const listed = await server.listed();
        return listed.map((tool) => ({ ...tool, prefix, server }));
      }),
    );
    const all = lists.flat();
    const names = toolNames(
      all.map(({ server, prefix, tool }) => ({ server: server.name, prefix, tool })),
      this.#servers.map(({ prefix }) => prefix),
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

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#servers.map(({ server }) => server[Symbol.asyncDispose]()));
  }
}
