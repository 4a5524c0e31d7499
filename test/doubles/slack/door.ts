import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";

export interface DoorOptions {
  readonly port: number;
  readonly hostname: string;
  /** PEM; without it the door speaks plain HTTP. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  readonly serve: (request: IncomingMessage, response: ServerResponse) => void;
  readonly upgrade: (request: IncomingMessage, socket: Socket) => void;
}

/** The one port of the double, for calls and for sockets. It can cut all of them, go down and come back. */
export class Door {
  readonly #options: DoorOptions;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #port: number;

  private constructor(options: DoorOptions) {
    this.#options = options;
    this.#port = options.port;
  }

  static async open(options: DoorOptions): Promise<Door> {
    const door = new Door(options);
    await door.up();
    return door;
  }

  /** `127.0.0.1:4003` */
  get host(): string {
    return `${this.#options.hostname}:${this.#port}`;
  }

  async up(): Promise<void> {
    if (this.#server) return;
    const { tls, serve, upgrade, hostname } = this.#options;
    const server = tls ? createTlsServer(tls, serve) : createServer(serve);
    // An idle connection is never closed from here: that would be a fault that nobody asked for.
    server.keepAliveTimeout = 0;
    server.requestTimeout = 0;
    server.on("upgrade", (request, socket) => upgrade(request, socket as Socket));
    server.on(tls ? "secureConnection" : "connection", (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on("close", () => this.#sockets.delete(socket));
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(this.#port, hostname, resolve);
    });
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** Refuses new connections and cuts the old ones. */
  down(): void {
    this.#server?.close();
    this.#server = undefined;
    this.cut();
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }
}
