import { connect, createServer as createPlainServer, type Socket } from "node:net";
import { createServer, type Server, type TLSSocket } from "node:tls";
import type { Certificate } from "./certificate.ts";

/** TLS in front of a plain port, as a reverse proxy is: it decrypts and hands the bytes on. */
export interface TlsProxy extends AsyncDisposable {
  readonly url: string;
  /** Bytes of application data that clients sent, over all connections. */
  readonly received: () => string;
  readonly connections: () => number;
}

export interface TlsProxyOptions {
  /** The certificate of the nth connection (from 0). */
  readonly certificateFor: (connection: number) => Certificate;
  readonly port: number;
}

export async function openTlsProxy({ certificateFor, port }: TlsProxyOptions): Promise<TlsProxy> {
  let count = 0;
  let received = "";
  const sockets = new Set<Socket | TLSSocket>();
  const keep = (socket: Socket | TLSSocket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
  };
  const serverFor = (certificate: Certificate): Server => {
    const server = createServer({ cert: certificate.cert, key: certificate.key }, (socket) => {
      const behind = connect(port, "127.0.0.1");
      keep(socket);
      keep(behind);
      socket.on("data", (bytes: Buffer) => (received += bytes.toString("latin1")));
      socket.pipe(behind).pipe(socket);
      socket.on("close", () => behind.destroy());
    });
    server.on("tlsClientError", () => undefined);
    return server;
  };
  // A plain listener chooses the TLS server, so that each connection may meet another certificate.
  const inner: Server[] = [];
  const outer = createPlainServer((socket) => {
    keep(socket);
    const server = serverFor(certificateFor(count++));
    inner.push(server);
    server.listen(0, "127.0.0.1", () => {
      const tunnel = connect((server.address() as { port: number }).port, "127.0.0.1");
      keep(tunnel);
      socket.pipe(tunnel).pipe(socket);
      socket.on("close", () => tunnel.destroy());
      tunnel.on("close", () => socket.destroy());
    });
  });
  await new Promise<void>((resolve) => outer.listen(0, "127.0.0.1", resolve));
  return {
    url: `wss://127.0.0.1:${(outer.address() as { port: number }).port}`,
    received: () => received,
    connections: () => count,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      for (const server of [outer, ...inner]) server.close();
    },
  };
}
