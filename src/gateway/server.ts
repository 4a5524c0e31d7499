import { wireLimits } from "../protocol/index.ts";
import { type ApproachPolicy, type ApproachVerdict, judgeApproach } from "./approach.ts";
import type { Driver, SocketApproach } from "./driver.ts";
import type { TlsPair } from "./gateway-settings.ts";
import { answerAtDoor, type DoorParts } from "./doors.ts";
import { answerHttp, hasSecretQuery, type HttpState, refusal } from "./http.ts";
import type { SocketPort } from "./outgoing.ts";
import { type Refused, type SideDoor, sideRequest } from "./side-door.ts";
import { identityOf, type TailscaleIdentity, type Vouched } from "../tailscale/index.ts";
import { sideAnswer, sideSocket, type SideSocketState } from "./side-server.ts";
import { answerWebhook, type WebhookParts } from "./webhooks.ts";
import type { Place, WaitingRoom } from "./waiting-room.ts";

/** `Bun.serve`, and nothing above it has heard of Bun: sockets become drivers, callbacks become calls on them. */

export interface ServerParts {
  readonly hostname: string;
  readonly port: number;
  /** PEM; undefined speaks plainly. */
  readonly tls: TlsPair | undefined;
  readonly policy: () => ApproachPolicy;
  readonly http: HttpState;
  readonly webhooks: WebhookParts;
  readonly doors: DoorParts;
  readonly sideDoor: SideDoor;
  /** Who is at an address of the tailnet. */
  readonly vouch: (address: string) => Promise<Vouched>;
  readonly waitingRoom: WaitingRoom;
  /** Connections there may be at the same time. */
  readonly hasRoom: () => boolean;
  readonly drive: (approach: SocketApproach, socket: SocketPort, handshakeOver: () => void) => Driver;
  readonly onEnded: (driver: Driver) => void;
  readonly onFault: (error: unknown) => void;
  readonly onRefused: (refused: Refused) => void;
}

interface ProtocolState {
  readonly approach: SocketApproach;
  readonly place: Place;
  driver: Driver | undefined;
}

type SocketState = ProtocolState | SideSocketState;
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
        const { data } = socket;
        if (isSide(data)) return sideSocket.open(data, socket);
        const { approach, place } = data;
        const driver = parts.drive(approach, new BunSocket(socket), () => parts.waitingRoom.leave(place));
        data.driver = driver;
        place.evict = () => driver.close(1013, "make room");
        driver.start();
      },
      message: (socket, frame) => {
        const { data } = socket;
        if (isSide(data)) sideSocket.message(data, socket, frame);
        else data.driver?.message(frame);
      },
      pong: ({ data }) => (isSide(data) ? sideSocket.pong(data) : data.driver?.heard()),
      drain: ({ data }) => (isSide(data) ? undefined : data.driver?.outgoing.drained()),
      close: ({ data }) => {
        if (isSide(data)) return sideSocket.close(data);
        parts.waitingRoom.leave(data.place);
        if (!data.driver) return;
        data.driver.ended();
        parts.onEnded(data.driver);
      },
    },
  });
}

/** Whether a gateway answers there. Any answer will do: it may have trouble of its own. */
export async function isReached({ hostname, port, tls }: Pick<ServerParts, "hostname" | "port" | "tls">) {
  const name = hostname === "0.0.0.0" ? "127.0.0.1" : hostname === "::" ? "::1" : hostname;
  const url = `${tls ? "https" : "http"}://${name.includes(":") ? `[${name}]` : name}:${port}/healthz`;
  try {
    await fetch(url, { tls: { rejectUnauthorized: false }, signal: AbortSignal.timeout(reachPatienceMs) });
    return true;
  } catch {
    return false;
  }
}

const reachPatienceMs = 2_000;

function isSide(data: SocketState): data is SideSocketState {
  return "end" in data;
}

function answer(
  request: Request,
  server: Server,
  parts: ServerParts,
): Response | undefined | Promise<Response | undefined> {
  const url = new URL(request.url);
  const remoteAddress = server.requestIP(request)?.address ?? "";
  const { headers } = request;
  const header = (name: string) => headers.get(name);
  const told = (response: Response, code?: string): Response => {
    const facts = { host: headers.get("host") ?? undefined, origin: headers.get("origin") ?? undefined };
    if (response.status >= 400) parts.onRefused({ address: remoteAddress, status: response.status, code, ...facts });
    return response;
  };
  if (parts.sideDoor.isOwn(url.pathname)) {
    if (hasSecretQuery(url)) return told(refusal(401, "secret_in_query", "credentials have no place in an address"));
    const facts = { method: request.method, url, header, remoteAddress, policy: parts.policy() };
    const found = sideRequest(facts);
    if (found instanceof Response) return told(found);
    return sideAnswer(found, parts.sideDoor, (data) => server.upgrade(request, { data }), told);
  }
  const verdict = judgeApproach({ remoteAddress, header, policy: parts.policy() });
  if (verdict.kind === "refused") return told(refusal(verdict.status, verdict.code, verdict.message), verdict.code);
  const arrival = { request, server, url, verdict, told };
  if (verdict.through !== "serve") return admit(arrival, parts);
  return parts.vouch(verdict.address).then((vouched) => {
    if (vouched.kind === "stranger") return told(stranger(), "proxy_attribution_required");
    if (vouched.kind === "unknown") return told(unvouched(), "unavailable");
    return admit({ ...arrival, tailscale: identityOf(vouched.peer, header("tailscale-user-login")) }, parts);
  });
}

/** A request that may come in. */
interface Arrival {
  readonly request: Request;
  readonly server: Server;
  readonly url: URL;
  readonly verdict: Extract<ApproachVerdict, { kind: "allowed" }>;
  readonly told: (response: Response, code?: string) => Response;
  readonly tailscale?: TailscaleIdentity | undefined;
}

/** Only a socket is told who its user is at Tailscale: plain HTTP has no device to approve. */
function admit(arrival: Arrival, parts: ServerParts): Response | undefined | Promise<Response | undefined> {
  const { request, server, url, verdict, told, tailscale } = arrival;
  const { headers } = request;
  if (headers.get("upgrade")?.toLowerCase() !== "websocket") {
    const door = parts.doors.find(url.pathname);
    if (door) {
      // Answers of agents take their time, and each of them has a limit of its own.
      server.timeout(request, 0);
      const visit = { ...verdict, url, headers, signal: request.signal };
      return answerAtDoor(request, door, visit, parts.doors).then((response) => told(response));
    }
    const webhook = answerWebhook(request, url, parts.webhooks);
    return webhook ? webhook.then(told) : told(answerHttp(request, url, parts.http));
  }
  if (hasSecretQuery(url)) {
    const message = "credentials belong into `connect`, not into the address";
    return told(refusal(401, "secret_in_query", message), "secret_in_query");
  }
  const baseUrl = baseUrlOf(url, (name) => headers.get(name));
  const isForwarded = headers.get("x-forwarded-for") !== null;
  const approach = { ...verdict, isForwarded, host: headers.get("host") ?? "", baseUrl, tailscale };
  const take = (free: Place) => upgrade(request, server, { approach, place: free, driver: undefined }, parts);
  const takeOrRefuse = (free: Place | undefined) => (free ? take(free) : told(busy(), "busy"));
  if (!parts.hasRoom()) return told(busy(), "busy");
  const place = parts.waitingRoom.enter(verdict.address);
  return place instanceof Promise ? place.then(takeOrRefuse) : takeOrRefuse(place);
}

function stranger(): Response {
  return refusal(403, "proxy_attribution_required", "Tailscale knows nobody at the address that was forwarded");
}

function unvouched(): Response {
  const message = "Tailscale cannot be asked who this is; try again";
  return refusal(503, "unavailable", message, { "retry-after": "5" });
}

/** By what the client called us: forwarding headers are there only from a trusted proxy. */
function baseUrlOf(url: URL, header: (name: string) => string | null): string {
  const scheme = (header("x-forwarded-proto") ?? url.protocol).startsWith("https") ? "https" : "http";
  return `${scheme}://${header("x-forwarded-host") ?? header("host") ?? url.host}`;
}

function upgrade(request: Request, server: Server, data: ProtocolState, parts: ServerParts): Response | undefined {
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
