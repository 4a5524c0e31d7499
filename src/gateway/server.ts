import { wireLimits } from "../protocol/index.ts";
import type { ApproachPolicy } from "./approach.ts";
import { judgeApproach } from "./approach.ts";
import type { Driver, SocketApproach } from "./driver.ts";
import { answerHttp, hasSecretQuery, type HttpState, refusal } from "./http.ts";
import type { SocketPort } from "./outgoing.ts";
import { answerWebhook, type WebhookParts } from "./webhooks.ts";
import type { Place, WaitingRoom } from "./waiting-room.ts";

/** `Bun.serve`, and nothing above it has heard of Bun: sockets become drivers, callbacks become calls on them. */

export interface ServerParts {
  readonly hostname: string;
  readonly port: number;
  /** PEM; undefined speaks plainly. */
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  readonly policy: () => ApproachPolicy;
  readonly http: HttpState;
  readonly webhooks: WebhookParts;
  readonly waitingRoom: WaitingRoom;
  /** Connections there may be at the same time. */
  readonly hasRoom: () => boolean;
  readonly drive: (approach: SocketApproach, socket: SocketPort, handshakeOver: () => void) => Driver;
  readonly onEnded: (driver: Driver) => void;
  readonly onFault: (error: unknown) => void;
  readonly onRefused: (refused: Refused) => void;
}

/** A request that was turned away, for the log. */
export interface Refused {
  readonly address: string;
  readonly status: number;
  /** Why an upgrade was refused; undefined for plain HTTP, where the status says it. */
  readonly code: string | undefined;
  readonly host: string | undefined;
  readonly origin: string | undefined;
}

interface SocketState {
  readonly approach: SocketApproach;
  readonly place: Place;
  driver: Driver | undefined;
}

type Socket = Bun.ServerWebSocket<SocketState>;
type Server = Bun.Server<SocketState>;

/** Bytes that Bun may hold for one socket: the largest reply on top of a full buffer of events. */
const bunBufferMax = wireLimits.replyBytesMax * 2 + wireLimits.bufferedBytesMax;

export function serve(parts: ServerParts): Server {
  return Bun.serve<SocketState>({
    hostname: parts.hostname,
    port: parts.port,
    ...(parts.tls && { tls: { ...parts.tls } }),
    fetch: (request, server) => answer(request, server, parts),
    error: (error) => {
      parts.onFault(error);
      return refusal(500, "internal", "a fault of the gateway; see its log");
    },
    websocket: {
      maxPayloadLength: wireLimits.frameBytesMax,
      backpressureLimit: bunBufferMax,
      idleTimeout: wireLimits.idleTimeoutSeconds,
      sendPings: false,
      perMessageDeflate: false,
      open: (socket) => {
        const { approach, place } = socket.data;
        const driver = parts.drive(approach, new BunSocket(socket), () => parts.waitingRoom.leave(place));
        socket.data.driver = driver;
        place.evict = () => driver.close(1013, "make room");
        driver.start();
      },
      message: (socket, frame) => socket.data.driver?.message(frame),
      pong: (socket) => socket.data.driver?.heard(),
      drain: (socket) => socket.data.driver?.outgoing.drained(),
      close: (socket) => {
        parts.waitingRoom.leave(socket.data.place);
        const { driver } = socket.data;
        if (!driver) return;
        driver.ended();
        parts.onEnded(driver);
      },
    },
  });
}

function answer(
  request: Request,
  server: Server,
  parts: ServerParts,
): Response | undefined | Promise<Response | undefined> {
  const url = new URL(request.url);
  const remoteAddress = server.requestIP(request)?.address ?? "";
  const { headers } = request;
  const verdict = judgeApproach({ remoteAddress, header: (name) => headers.get(name), policy: parts.policy() });
  const told = (response: Response, code?: string): Response => {
    const facts = { host: headers.get("host") ?? undefined, origin: headers.get("origin") ?? undefined };
    if (response.status >= 400) parts.onRefused({ address: remoteAddress, status: response.status, code, ...facts });
    return response;
  };
  const refuse = (status: number, code: string, message: string) => told(refusal(status, code, message), code);
  if (verdict.kind === "refused") return refuse(verdict.status, verdict.code, verdict.message);
  if (headers.get("upgrade")?.toLowerCase() !== "websocket") {
    const webhook = answerWebhook(request, url, parts.webhooks);
    return webhook ? webhook.then(told) : told(answerHttp(request, url, parts.http));
  }
  if (hasSecretQuery(url))
    return refuse(401, "secret_in_query", "credentials belong into `connect`, not into the address");
  const approach = { ...verdict, host: headers.get("host") ?? "" };
  const take = (free: Place) => upgrade(request, server, { approach, place: free, driver: undefined }, parts);
  const takeOrRefuse = (free: Place | undefined) => (free ? take(free) : told(busy(), "busy"));
  if (!parts.hasRoom()) return told(busy(), "busy");
  const place = parts.waitingRoom.enter(verdict.address);
  return place instanceof Promise ? place.then(takeOrRefuse) : takeOrRefuse(place);
}

function upgrade(request: Request, server: Server, data: SocketState, parts: ServerParts): Response | undefined {
  if (server.upgrade(request, { data })) return undefined;
  parts.waitingRoom.leave(data.place);
  return refusal(400, "bad_upgrade", "this is no WebSocket handshake");
}

function busy(): Response {
  return refusal(503, "busy", "too many connections are being opened; try again", { "retry-after": "1" });
}

/** Our words for Bun's socket. One field and no closures: there may be ten thousand. */
class BunSocket implements SocketPort {
  readonly #socket: Socket;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  send(text: string): number {
    return this.#socket.send(text);
  }

  bufferedBytes(): number {
    return this.#socket.getBufferedAmount();
  }

  cork(write: () => void): void {
    this.#socket.cork(write);
  }

  pauseReading(): void {
    this.#socket.pause();
  }

  resumeReading(): void {
    this.#socket.resume();
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  ping(): void {
    this.#socket.ping();
  }

  terminate(): void {
    this.#socket.terminate();
  }
}
