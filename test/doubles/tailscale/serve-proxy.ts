import {
  request as plainRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type OutgoingHttpHeaders,
} from "node:http";
import { createServer, request as tlsRequest } from "node:https";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { type Certificate, selfSigned } from "../certificate.ts";
import type { FakeTailscale } from "./tailscale.ts";

/**
 * Stands in for the proxy of `tailscale serve` and `tailscale funnel`: TLS for the machine's name, and behind it what
 * the daemon's config says, with the headers that the real one sets and without those that it takes away.
 */
export interface ServeProxy extends AsyncDisposable {
  readonly port: number;
  readonly certificate: Certificate;
  readonly url: string;
  /** From where, in the tailnet or through the funnel, everybody comes from now on. */
  visitor: Visitor;
}

export interface Visitor {
  readonly address: string;
  /** Through Tailscale's ingress from the internet. */
  readonly isFunneled?: boolean;
}

/** Taken off whatever the client sends, as Go's reverse proxy and Tailscale's own code do. */
const takenOff = new RegExp(
  "^(tailscale-(user-(login|name|profile-pic)|funnel-request|headers-info|app-capabilities)|" +
    "forwarded|x-forwarded-(for|host|proto))$",
  "i",
);

export async function openServeProxy(tailscale: FakeTailscale): Promise<ServeProxy> {
  const certificate = selfSigned(tailscale.mind.name);
  const sockets = new Set<Duplex>();
  const keep = (socket: Duplex) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
  };
  const server = createServer({ cert: certificate.cert, key: certificate.key });
  server.on("connection", keep);
  server.on("tlsClientError", () => undefined);
  server.on("request", (incoming, outgoing) => {
    const behind = ask(incoming, proxy.visitor, tailscale);
    if (!behind) {
      outgoing.writeHead(404).end();
      return;
    }
    behind.on("response", (response) => {
      outgoing.writeHead(response.statusCode!, response.headers);
      response.pipe(outgoing);
    });
    behind.on("error", () => outgoing.writeHead(502).end());
    incoming.pipe(behind);
  });
  server.on("upgrade", (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
    const behind = ask(incoming, proxy.visitor, tailscale);
    if (!behind) {
      socket.end("HTTP/1.1 404 Not Found\r\n\r\n");
      return;
    }
    behind.on("upgrade", (response, other: Socket, first: Buffer) => {
      keep(other);
      socket.write(headOf(response));
      socket.write(first);
      other.write(head);
      socket.pipe(other).pipe(socket);
      socket.on("close", () => other.destroy());
      other.on("close", () => socket.destroy());
    });
    behind.on("response", (response) => {
      socket.write(headOf(response));
      response.pipe(socket);
    });
    behind.on("error", () => socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n"));
    behind.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  const proxy: ServeProxy = {
    port,
    certificate,
    url: `wss://127.0.0.1:${port}`,
    visitor: { address: "100.64.0.7" },
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
  return proxy;
}

/** Undefined where nothing is served to such a visitor. */
function ask(incoming: IncomingMessage, visitor: Visitor, tailscale: FakeTailscale) {
  const { name, config } = tailscale.mind;
  const target = config.Web?.[`${name}:443`]?.Handlers["/"]?.Proxy;
  if (target === undefined) return undefined;
  if (visitor.isFunneled && config.AllowFunnel?.[`${name}:443`] !== true) return undefined;
  const url = new URL(target.replace("https+insecure", "https"));
  const send = url.protocol === "https:" ? tlsRequest : plainRequest;
  return send({
    host: url.hostname,
    port: url.port,
    method: incoming.method,
    path: incoming.url,
    headers: headersFor(incoming.headers, visitor, tailscale),
    rejectUnauthorized: false,
  });
}

/** The test's clients reach the double by its port; they mean the machine's name. */
function headersFor(given: IncomingHttpHeaders, visitor: Visitor, tailscale: FakeTailscale): OutgoingHttpHeaders {
  const { name, peers } = tailscale.mind;
  const kept = Object.fromEntries(Object.entries(given).filter(([header]) => !takenOff.test(header)));
  const peer = peers.find(({ address }) => address === visitor.address);
  const isNamed = peer && !peer.tags && !visitor.isFunneled;
  return {
    ...kept,
    host: name,
    "x-forwarded-host": name,
    "x-forwarded-proto": "https",
    "x-forwarded-for": visitor.address,
    ...(visitor.isFunneled && { "tailscale-funnel-request": "?1" }),
    ...(isNamed && {
      "tailscale-user-login": encoded(peer.login),
      "tailscale-user-name": encoded(peer.displayName ?? peer.login),
      "tailscale-user-profile-pic": "",
      "tailscale-headers-info": "https://tailscale.com/s/serve-headers",
    }),
  };
}

/** RFC 2047, Q encoding, for what is not ASCII. */
function encoded(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text;
  const bytes = [...Buffer.from(text, "utf8")];
  const words = bytes.map((byte) => {
    const letter = String.fromCharCode(byte);
    if (letter === " ") return "_";
    return /[A-Za-z0-9!*+/@.-]/.test(letter) && byte < 128
      ? letter
      : `=${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  });
  return `=?utf-8?q?${words.join("")}?=`;
}

function headOf({ statusCode, statusMessage, rawHeaders }: IncomingMessage): string {
  const lines = [`HTTP/1.1 ${statusCode} ${statusMessage}`];
  for (let index = 0; index < rawHeaders.length; index += 2)
    lines.push(`${rawHeaders[index]}: ${rawHeaders[index + 1]}`);
  return `${lines.join("\r\n")}\r\n\r\n`;
}
