import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import type { Certificate } from "../doubles/certificate.ts";

/** A server that answers what a test says, byte by byte, and keeps what it was sent. */
export class RawServer implements AsyncDisposable {
  /** The requests as they came, one text each. */
  readonly requests: string[] = [];
  /** Connections that were opened, whatever came over them. */
  connections = 0;
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;

  private constructor(answer: Answer, certificate: Certificate | undefined) {
    const take = (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
      socket.on("error", () => socket.destroy());
      let request = "";
      const onData = (bytes: Buffer) => {
        request += bytes.toString("latin1");
        if (!isWhole(request)) return;
        socket.off("data", onData);
        this.requests.push(request);
        answer(socket, request);
      };
      socket.on("data", onData);
    };
    this.#server = certificate ? createTlsServer({ cert: certificate.cert, key: certificate.key }) : createServer();
    this.#server.on("connection", () => this.connections++);
    this.#server.on(certificate ? "secureConnection" : "connection", take);
    this.#server.on("tlsClientError", () => undefined);
  }

  static async open(answer: Answer, certificate?: Certificate): Promise<RawServer> {
    const server = new RawServer(answer, certificate);
    await new Promise<void>((resolve) => server.#server.listen(0, "127.0.0.1", resolve));
    return server;
  }

  get port(): number {
    return (this.#server.address() as { port: number }).port;
  }

  /** Connections that are open. */
  get open(): number {
    return this.#sockets.size;
  }

  [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }
}

export type Answer = (socket: Socket, request: string) => void;

/** An answer with a length. */
export function reply(
  status: string,
  headers: Readonly<Record<string, string>> = {},
  body: string | Buffer = "",
): Answer {
  return (socket) => {
    const lines = Object.entries({ ...headers, "Content-Length": Buffer.byteLength(body) });
    socket.write(`HTTP/1.1 ${status}\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`);
    socket.end(body);
  };
}

/** Sends the head, then this piece again and again for as long as the other side takes it. */
export function endless(head: string | readonly (string | Buffer)[], piece: string | Buffer): Answer {
  return (socket) => {
    for (const part of typeof head === "string" ? [head] : head) if (part.length > 0) socket.write(part);
    const go = () => {
      while (!socket.destroyed) {
        if (socket.write(piece)) continue;
        socket.once("drain", go);
        return;
      }
    };
    go();
  };
}

export function headerOf(request: string, name: string): string | undefined {
  return new RegExp(`^${name}: (.*)\r$`, "im").exec(request)?.[1];
}

function isWhole(request: string): boolean {
  const end = request.indexOf("\r\n\r\n");
  return end !== -1 && request.length - end - 4 >= Number(headerOf(request, "content-length") ?? 0);
}
