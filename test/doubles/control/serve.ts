import { isJson } from "../telegram/wire.ts";
import { decode, encode } from "./wire.ts";

export interface ControlOptions {
  readonly commands: object;
  readonly adminToken: string;
  readonly port?: number | undefined;
  readonly hostname?: string | undefined;
}

/** A double's commands for other processes: `POST <url>/<command>`, the admin token as bearer, parameters as JSON. */
export function serveCommands({ commands, adminToken, port = 0, hostname = "127.0.0.1" }: ControlOptions) {
  const named = new Map<string, unknown>(Object.entries(commands));
  return Bun.serve({
    port,
    hostname,
    // Some commands wait for what a gateway does much later.
    idleTimeout: 0,
    fetch: async (request) => {
      if (request.headers.get("authorization") !== `Bearer ${adminToken}`) return new Response(null, { status: 401 });
      const command = named.get(new URL(request.url).pathname.slice(1));
      if (typeof command !== "function") return new Response(null, { status: 404 });
      const asked = decode(await request.text());
      try {
        return new Response(encode({ result: await command(isJson(asked) ? asked : {}) }));
      } catch (error) {
        return new Response(encode({ error: String(error) }), { status: 500 });
      }
    },
  });
}

export function known<T>(found: T | undefined, what: string): T {
  if (found === undefined) throw new Error(`the double knows no ${what}`);
  return found;
}
