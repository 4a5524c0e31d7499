import { createHash } from "node:crypto";
import { createServer, type Socket } from "node:net";

/** A gateway that says its lines, one a frame it hears, and hears no goodbye. */
export async function openDeafGateway(lines: readonly object[]): Promise<AsyncDisposable & { readonly url: string }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    const left = [...lines];
    const say = () => left.length > 0 && socket.write(frameOf(left.shift()!));
    socket.once("data", (request: Buffer) => {
      socket.write(welcomeTo(request.toString()));
      say();
      socket.on("data", say);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `ws://127.0.0.1:${(server.address() as { port: number }).port}`,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}

function welcomeTo(request: string): string {
  const key = /^sec-websocket-key: (.*)\r$/im.exec(request)![1]!;
  const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
  const head = ["HTTP/1.1 101 Switching Protocols", "Upgrade: websocket", "Connection: Upgrade"];
  return `${[...head, `Sec-WebSocket-Accept: ${accept}`].join("\r\n")}\r\n\r\n`;
}

/** A text frame without a mask, up to 65,535 bytes. */
function frameOf(value: object): Buffer {
  const body = Buffer.from(JSON.stringify(value));
  const head = body.length < 126 ? [0x81, body.length] : [0x81, 126, body.length >> 8, body.length & 255];
  return Buffer.concat([Buffer.from(head), body]);
}
