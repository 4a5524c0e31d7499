import type { Server } from "@modelcontextprotocol/sdk/server/index.js";
import * as web from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import { makeMcpServer } from "./mcp-server.ts";

/** The MCP server double over streamable HTTP, on any free port, with sessions and a header that it wants to see. */
export class McpHttpServer implements AsyncDisposable {
  readonly #sessions = new Map<string, web.WebStandardStreamableHTTPServerTransport>();
  readonly #wantedKey: string;
  /** Sessions that a client ended politely. */
  farewells = 0;
  /** What happens to the answer of a `tools/call`. */
  spoils: "nothing" | "ends early" | "is endless" = "nothing";
  readonly #http: Bun.Server<undefined>;
  readonly port: number;

  constructor(wantedKey = "open-sesame", port = 0) {
    this.#wantedKey = wantedKey;
    this.#http = Bun.serve({ hostname: "127.0.0.1", port, idleTimeout: 0, fetch: (request) => this.#answer(request) });
    this.port = this.#http.port!;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/mcp`;
  }

  get sessionCount(): number {
    return this.#sessions.size;
  }

  /** As after a restart: nobody's session is known. */
  forgetSessions(): void {
    this.#sessions.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#http.stop(true);
  }

  async #answer(request: Request): Promise<Response> {
    if (request.headers.get("x-key") !== this.#wantedKey) return new Response("who are you?", { status: 401 });
    if (new URL(request.url).pathname === "/moved") {
      return new Response(null, { status: 307, headers: { location: "http://example.invalid/mcp" } });
    }
    if (request.method === "DELETE") this.farewells++;
    const id = request.headers.get("mcp-session-id");
    if (id !== null) {
      const session = this.#sessions.get(id);
      if (!session) return new Response("no such session", { status: 404 });
      const isCall = request.method === "POST" && (await request.clone().text()).includes('"tools/call"');
      return isCall && this.spoils !== "nothing" ? this.#spoiled() : session.handleRequest(request);
    }
    const transport = new web.WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => `session-${this.#sessions.size + 1}`,
      onsessioninitialized: (made) => void this.#sessions.set(made, transport),
      onsessionclosed: (closed) => void this.#sessions.delete(closed),
    });
    const server: Server = makeMcpServer();
    await server.connect(transport);
    return transport.handleRequest(request);
  }

  #spoiled(): Response {
    const how = this.spoils;
    const chunk = new TextEncoder().encode(`data: ${"x".repeat(1024 * 1024)}\n`);
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        if (how === "is endless") return controller.enqueue(chunk);
        controller.enqueue(new TextEncoder().encode(": one moment\n\n"));
        controller.close();
      },
    });
    return new Response(body, { headers: { "content-type": "text/event-stream" } });
  }
}
