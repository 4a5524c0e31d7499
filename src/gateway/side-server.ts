import type { ApproachPolicy } from "./approach.ts";
import type { TlsPair } from "./gateway-settings.ts";
import { refusal } from "./http.ts";
import {
  type Refused,
  type SideDoor,
  type SideEnd,
  type SidePort,
  type SideRequest,
  sideRequest,
} from "./side-door.ts";

/** A port of its own for what is behind a side door: pages there have an origin that is not the gateway's. */

export interface SideServerParts {
  readonly hostname: string;
  readonly port: number;
  readonly tls: TlsPair | undefined;
  readonly policy: () => ApproachPolicy;
  readonly door: SideDoor;
  /** Where `/` leads. */
  readonly home: string;
  readonly onFault: (error: unknown) => void;
  readonly onRefused: (refused: Refused) => void;
}

export interface SideSocketState {
  readonly open: (port: SidePort) => SideEnd;
  end: SideEnd | undefined;
}

type BareSocket = Pick<Bun.ServerWebSocket<unknown>, "send" | "getBufferedAmount" | "ping" | "close">;

/** The largest frame of a page: a picture of itself. */
const frameBytesMax = 16 * 1024 * 1024;
const bufferBytesMax = 32 * 1024 * 1024;
const idleTimeoutSeconds = 180;

export function serveSide(parts: SideServerParts): Bun.Server<SideSocketState> {
  return Bun.serve<SideSocketState>({
    hostname: parts.hostname,
    port: parts.port,
    ...(parts.tls && { tls: { ...parts.tls } }),
    error: (error) => {
      parts.onFault(error);
      return refusal(500, "internal", "a fault of the gateway; see its log");
    },
    fetch: async (request, server) => {
      const address = server.requestIP(request)?.address ?? "";
      const url = new URL(request.url);
      const header = (name: string) => request.headers.get(name);
      const found = sideRequest({
        method: request.method,
        url,
        header,
        remoteAddress: address,
        policy: parts.policy(),
      });
      const told = (response: Response) => {
        if (response.status < 400) return response;
        const facts = { host: header("host") ?? undefined, origin: header("origin") ?? undefined };
        parts.onRefused({ address, status: response.status, code: undefined, ...facts });
        return response;
      };
      if (found instanceof Response) return told(found);
      if (url.pathname === "/") return new Response(null, { status: 302, headers: { location: parts.home } });
      if (!parts.door.isOwn(url.pathname)) return told(refusal(404, "not_found", "nothing is here"));
      return sideAnswer(found, parts.door, (data) => server.upgrade(request, { data }), told);
    },
    websocket: {
      maxPayloadLength: frameBytesMax,
      backpressureLimit: bufferBytesMax,
      idleTimeout: idleTimeoutSeconds,
      sendPings: false,
      perMessageDeflate: false,
      open: (socket) => sideSocket.open(socket.data, socket),
      message: (socket, frame) => sideSocket.message(socket.data, socket, frame),
      pong: (socket) => sideSocket.pong(socket.data),
      close: (socket) => sideSocket.close(socket.data),
    },
  });
}

/** The answer, or undefined when the request became a socket. */
export async function sideAnswer(
  request: SideRequest,
  door: SideDoor,
  upgrade: (data: SideSocketState) => boolean,
  told: (response: Response) => Response,
): Promise<Response | undefined> {
  if (request.header("upgrade")?.toLowerCase() !== "websocket") return told(await door.answer(request));
  const socket = door.socket(request);
  if (socket instanceof Response) return told(socket);
  const state: SideSocketState = { open: (port) => socket.open(port), end: undefined };
  return upgrade(state) ? undefined : told(refusal(400, "bad_upgrade", "this is no WebSocket handshake"));
}

/** What a server does with such sockets, beside others that it may have. */
export const sideSocket = {
  open: (state: SideSocketState, socket: BareSocket): void => {
    state.end = state.open({
      send: (text) => void socket.send(text),
      bufferedBytes: () => socket.getBufferedAmount(),
      ping: () => void socket.ping(),
      close: (code, reason) => socket.close(code, reason),
    });
  },
  message: (state: SideSocketState, socket: BareSocket, frame: string | Uint8Array): void => {
    if (typeof frame === "string" && frame.length <= frameBytesMax) state.end?.received(frame);
    else socket.close(1009, "frame too large, or no text");
  },
  pong: (state: SideSocketState): void => state.end?.heard(),
  close: (state: SideSocketState): void => state.end?.closed(),
};
