import http, { type ClientRequest, type IncomingMessage, type RequestOptions } from "node:http";
import https from "node:https";
import type { Readable } from "node:stream";
import { checkServerIdentity } from "node:tls";

/**
 * One HTTP/1.1 exchange with one address. No name is looked up here, no redirect followed, no proxy of the environment
 * used, no connection kept; the certificate is checked against the name that was asked for.
 */

/** Bytes of status line and headers of a response. */
export const headerBytesMax = 32 * 1024;
/** Answers of class 1xx before the real one. */
const interimsMax = 16;

export interface DialRequest {
  readonly isTls: boolean;
  /** The address that is connected to, exactly. */
  readonly address: string;
  readonly port: number;
  /** The name that the certificate must be for; an address when the URL has one. */
  readonly host: string;
  readonly isLiteral: boolean;
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  /** With `host`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array | undefined;
}

export interface DialResponse {
  readonly status: number;
  readonly header: (name: string) => string | undefined;
  /** Raw bytes as they come; read slowly, the server is slowed down. Destroyed by the signal. */
  readonly body: Readable;
  /** Ends the connection, whatever is still to come. */
  close(): void;
}

export interface DialWatch {
  /** Ends the exchange in any phase, the body included. */
  readonly signal: AbortSignal;
  /** Told once, when the connection stands and TLS is agreed. */
  readonly connected: () => void;
}

/** Resolves with the headers of the final response. Rejects with a DialError, or with the signal's reason. */
export type Dial = (request: DialRequest, watch: DialWatch) => Promise<DialResponse>;

/** `unreachable`: nothing was sent, so another address may do better. `tls`: it is not who it should be. */
export type DialFault = "unreachable" | "tls" | "broken";

export class DialError extends Error {
  override readonly name = "DialError";
  readonly fault: DialFault;

  constructor(fault: DialFault, message: string, cause?: unknown) {
    super(message, { cause });
    this.fault = fault;
  }
}

/** `ca` replaces the machine's authorities; for tests with a server of their own. */
export function makeDial({ ca }: { readonly ca?: string } = {}): Dial {
  return (request, watch) => {
    const { signal } = watch;
    if (signal.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const sent = open(request, ca);
      const phase = watchPhase(sent, request, watch);
      const end = () => sent.destroy();
      signal.addEventListener("abort", end, { once: true });
      // Both stay after the answer: a connection may fail later, and that is then told by the body.
      sent.on("error", (error) => reject(signal.aborted ? signal.reason : dialError(error, request, phase)));
      sent.once("close", () => {
        signal.removeEventListener("abort", end);
        reject(signal.aborted ? signal.reason : new DialError("broken", "the connection ended without an answer"));
      });
      limitInterims(sent);
      sent.once("upgrade", (_response, socket) => {
        socket.destroy();
        reject(new DialError("broken", "the server wants another protocol"));
      });
      sent.once("response", (response) => resolve(answer(sent, response)));
      sent.end(request.body);
    });
  };
}

interface Phase {
  isConnected: boolean;
  isSecure: boolean;
}

function watchPhase(sent: ClientRequest, { isTls }: DialRequest, watch: DialWatch): Phase {
  const phase: Phase = { isConnected: false, isSecure: false };
  sent.once("socket", (socket) => {
    socket.once("connect", () => {
      phase.isConnected = true;
      if (!isTls) watch.connected();
    });
    socket.once("secureConnect", () => {
      phase.isSecure = true;
      watch.connected();
    });
  });
  return phase;
}

/** Answers of class 1xx cost a server nothing, and are no progress. */
function limitInterims(sent: ClientRequest): void {
  let interims = 0;
  const count = () => {
    if (++interims > interimsMax) sent.destroy(new Error("too many interim answers"));
  };
  sent.on("continue", count);
  sent.on("information", count);
}

function open(request: DialRequest, ca: string | undefined): ClientRequest {
  const options: RequestOptions = {
    host: request.address,
    port: request.port,
    method: request.method,
    path: request.path,
    headers: { ...request.headers },
    agent: false,
    maxHeaderSize: headerBytesMax,
    // A name here would be looked up again, and could then lead elsewhere.
    lookup: (_name, _options, done) => done(new Error("a name was dialled"), "", 4),
  };
  if (!request.isTls) return http.request(options);
  return https.request({
    ...options,
    ...(request.isLiteral ? {} : { servername: request.host }),
    ...(ca === undefined ? {} : { ca }),
    // The environment can switch the default off.
    rejectUnauthorized: true,
    checkServerIdentity: (_dialled, certificate) => checkServerIdentity(request.host, certificate),
  });
}

function answer(sent: ClientRequest, response: IncomingMessage): DialResponse {
  // Whoever reads the body hears of it there; an error that nobody reads must not end the process.
  response.on("error", () => undefined);
  // A body without a length would otherwise look whole when a reset cuts it off.
  sent.on("error", (error) => response.destroy(error));
  return {
    status: response.statusCode ?? 0,
    header: (name) => {
      const value = response.headers[name];
      return Array.isArray(value) ? value.join(", ") : value;
    },
    body: response,
    close: () => {
      response.destroy();
      sent.destroy();
    },
  };
}

function dialError(
  error: Error & { readonly code?: string },
  { isTls }: DialRequest,
  phase: Readonly<Phase>,
): DialError {
  const code = error.code ?? error.name;
  if (!phase.isConnected) return new DialError("unreachable", `no connection (${code})`, error);
  const isReset = code === "ECONNRESET" || code === "EPIPE";
  if (isTls && !phase.isSecure && !isReset) return new DialError("tls", `no trusted connection (${code})`, error);
  return new DialError("broken", `the exchange broke off (${code})`, error);
}
