import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { parseArgs } from "node:util";
import { readBody } from "./daemon-front.ts";

/**
 * A program that behaves as `signal-cli … daemon --http …` does towards who started it, with the double as its Signal:
 *
 *     bun test/doubles/signal/signal-cli.ts --hub http://127.0.0.1:1234 --config /folder --account +1555… daemon …
 *
 * As there, an event is gone for good once it was given to a listener and written to standard output, and the program
 * notices that a listener is gone only when it has something to tell it.
 */
const { values } = parseArgs({
  allowPositionals: true,
  options: {
    hub: { type: "string", default: "" },
    config: { type: "string" },
    account: { type: "string" },
    output: { type: "string" },
    http: { type: "string" },
    "trust-new-identities": { type: "string" },
    "receive-mode": { type: "string" },
    "no-receive-stdout": { type: "boolean", default: false },
  },
});

const hub = values.hub;
const single: Record<string, string> = values.account === undefined ? {} : { "x-double-single": "1" };
const listeners = new Set<ServerResponse>();
let isReceiving = false;

if (values.account !== undefined) {
  const answer = await fetch(`${hub}/double/linked`);
  if ((await answer.text()) !== "yes") {
    process.stderr.write(`User ${values.account} is not registered.\n`);
    process.exit(1);
  }
}

const [host, port] = values.http!.split(":");
createServer((request, response) => {
  serve(request, response).catch((error: unknown) => {
    process.stderr.write(`${String(error)}\n`);
    response.destroy();
  });
}).listen(Number(port), host, () => process.stderr.write(`INFO  HttpServerHandler - Started HTTP server\n`));

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.url?.startsWith("/api/v1/events")) return listen(response);
  const body = await readBody(request);
  const type = request.headers["content-type"];
  const answer = await fetch(`${hub}${request.url}`, {
    method: request.method ?? "GET",
    headers: { ...single, ...(type !== undefined && { "content-type": type }) },
    ...(request.method === "POST" && { body }),
    keepalive: false,
  });
  response.statusCode = answer.status;
  response.setHeader("content-type", answer.headers.get("content-type") ?? "text/plain");
  response.end(await answer.text());
}

function listen(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.flushHeaders();
  listeners.add(response);
  response.on("close", () => listeners.delete(response));
  if (!isReceiving) void receive();
}

/** From the first listener to the first event that nobody listened to. */
async function receive(): Promise<void> {
  isReceiving = true;
  const answer = await fetch(`${hub}/api/v1/events`, { headers: { ...single, "x-double-receipts": "1" } });
  let rest = "";
  for await (const part of answer.body!) {
    rest += Buffer.from(part).toString("utf8");
    const events = rest.split("\n\n");
    rest = events.pop()!;
    for (const event of events) await handOver(event);
    if (listeners.size === 0 && events.length > 0) break;
  }
  isReceiving = false;
}

async function handOver(event: string): Promise<void> {
  const [, id] = /^id:(\d+)$/m.exec(event) ?? [];
  const [, content] = /^data:(.*)$/m.exec(event) ?? [];
  if (id === undefined || content === undefined) return;
  for (const listener of listeners) listener.write(`event:receive\ndata:${content}\n\n`);
  if (!values["no-receive-stdout"]) process.stdout.write(`${content}\n`);
  await fetch(`${hub}/double/receipt?id=${id}`, { method: "POST", keepalive: false });
}
