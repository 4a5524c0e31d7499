import { parseArgs } from "node:util";

/**
 * Stands in for the program `imsg`: a process of its own with real standard streams, whose mind is a `MessagesDouble`
 * at the other end of a socket:
 *
 *     bun test/doubles/imessage/fake-imsg.ts --socket FILE -- rpc
 *
 * Without a double it cannot read its database, and ends.
 */
const { values, positionals } = parseArgs({ allowPositionals: true, options: { socket: { type: "string" } } });

/** What the double tells it: say this, say that on standard error, end. */
export type Order = { readonly out: string } | { readonly err: string } | { readonly exit: number };

const over = Promise.withResolvers<number>();
const decoder = new TextDecoder();
let heard = "";

async function connect() {
  return Bun.connect({
    unix: values.socket!,
    socket: {
      data: (_socket, data) => {
        heard += decoder.decode(data, { stream: true });
        const lines = heard.split("\n");
        heard = lines.pop()!;
        for (const line of lines) obey(JSON.parse(line) as Order);
      },
      close: () => over.resolve(1),
    },
  });
}

function obey(order: Order): void {
  if ("out" in order) process.stdout.write(order.out);
  else if ("err" in order) process.stderr.write(order.err);
  else over.resolve(order.exit);
}

try {
  const socket = await connect();
  socket.write(`${JSON.stringify({ pid: process.pid, argv: positionals })}\n`);
  process.stdin.on("data", (data: Buffer) => socket.write(data));
  process.stdin.on("end", () => over.resolve(0));
} catch {
  process.stderr.write("there is no chat.db\n");
  over.resolve(1);
}
process.exit(await over.promise);
