/**
 * The least that a gateway on `Bun.serve` could do: parse, one check, a reply of the same size; and an event to every
 * subscriber. `bench.ts` runs it beside the gateway in the same run. The last argument may be a port; `--version` ends
 * at once, which is the least that any command costs.
 */
const replies = new Map<string, string>();
const sockets = new Set<Bun.ServerWebSocket>();

if (process.argv.at(-1) === "--version") process.exit(0);

const server = Bun.serve({
  hostname: "127.0.0.1",
  port: Number(process.argv.at(-1)) || 0,
  fetch: (request, self) => (self.upgrade(request, { data: undefined }) ? undefined : new Response("ok")),
  websocket: {
    perMessageDeflate: false,
    open: (socket) => {
      sockets.add(socket);
    },
    close: (socket) => {
      sockets.delete(socket);
    },
    message: (socket, raw) => {
      const frame = JSON.parse(String(raw)) as {
        type?: unknown;
        id?: unknown;
        method?: unknown;
        params?: { bytes?: number };
      };
      if (frame.type !== "req" || typeof frame.id !== "string") {
        socket.close(1008);
        return;
      }
      if (frame.method === "fanout") fanOut(frame.params?.bytes ?? 200);
      socket.send(
        `{"type":"res","id":"${frame.id}","ok":true,"payload":${payloadOf(String(frame.method), frame.params?.bytes)}}`,
      );
    },
  },
});

/** One event to everyone, each with a number of its own. */
function fanOut(bytes: number): void {
  const head = `{"type":"event","event":"chat","payload":${payloadOf("fanout", bytes)},"seq":`;
  let seq = 0;
  for (const socket of sockets) socket.send(`${head}${++seq}}`);
}

function payloadOf(method: string, bytes = 2): string {
  const key = `${method} ${bytes}`;
  const known = replies.get(key);
  if (known !== undefined) return known;
  const made = JSON.stringify("x".repeat(Math.max(0, bytes - 2)));
  replies.set(key, made);
  return made;
}

process.stdout.write(`${server.port}\n`);
