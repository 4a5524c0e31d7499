import { createHash, X509Certificate } from "node:crypto";
import { connect, type DetailedPeerCertificate } from "node:tls";
import { realClock, slept } from "../lib/index.ts";
import { parseAddress } from "./addresses.ts";
import { fingerprintOf, pemOf } from "./certificate.ts";

/**
 * A WebSocket that speaks only with the one certificate of a fingerprint. The certificate is learned by a handshake
 * that carries no data and compared with the pin; the connection then trusts exactly that certificate. So neither a
 * credential nor a request ever reaches another server, also not one that was put in between the two.
 */

/** Another certificate than the pinned one; nothing was sent. */
export class PinMismatch extends Error {
  override readonly name = "PinMismatch";
  readonly found: string;

  constructor(found: string) {
    super(`the server's certificate is another one: ${found}`);
    this.found = found;
  }
}

/** There was no handshake to look at. */
export class ServerAway extends Error {
  override readonly name = "ServerAway";
}

const probeTimeoutMs = 5_000;

/** 64 hex digits of what a person wrote: colons and the words before it in other tools' output are left out. */
export function fingerprintIn(written: string): string | undefined {
  const pin = written
    .replace(/^.*=/, "")
    .replace(/^\s*sha-?256:/i, "")
    .replaceAll(":", "")
    .trim()
    .toLowerCase();
  return /^[0-9a-f]{64}$/.test(pin) ? pin : undefined;
}

/** For `openSocket` of the client library. Throws a `PinMismatch` or a `ServerAway`. */
export async function openPinned(url: string, pin: string): Promise<WebSocket> {
  const certificate = await probe(new URL(url));
  const found = fingerprintOf(certificate);
  if (found !== pin) throw new PinMismatch(found);
  return openWith(url, {
    ca: pemOf(certificate),
    checkServerIdentity: (_host: string, peer: DetailedPeerCertificate) =>
      peer.fingerprint256.replaceAll(":", "").toLowerCase() === pin ? undefined : new Error("wrong fingerprint"),
  });
}

/** What browsers pin: SHA-256 of the certificate's public key, in base64. Throws as `openPinned` does. */
export async function pinnedKey(url: string, pin: string): Promise<string> {
  const certificate = await probe(new URL(url));
  const found = fingerprintOf(certificate);
  if (found !== pin) throw new PinMismatch(found);
  const key = new X509Certificate(certificate).publicKey.export({ type: "spki", format: "der" });
  return createHash("sha256").update(key).digest("base64");
}

/** The DOM's constructor type knows no options; the runtime's does. */
export function openWith(url: string, tls: Readonly<Record<string, unknown>>): WebSocket {
  return Reflect.construct(WebSocket, [url, { tls }]) as WebSocket;
}

function probe({ hostname, port }: URL): Promise<Uint8Array> {
  const host = hostname.replace(/^\[|\]$/g, "");
  // A server name in the handshake must be a name, never an address.
  const servername = parseAddress(host) ? "" : host;
  return new Promise((resolve, fail) => {
    const reject = (error: Error) => fail(new ServerAway(error.message, { cause: error }));
    const socket = connect({ host, port: Number(port || 443), servername, rejectUnauthorized: false }, () => {
      const { raw } = socket.getPeerCertificate(true);
      socket.destroy();
      if (raw) resolve(new Uint8Array(raw));
      else reject(new Error("the server shows no certificate"));
    });
    socket.on("error", reject);
    const over = new AbortController();
    socket.on("close", () => over.abort());
    void slept(realClock, probeTimeoutMs, over.signal).then((isLate) => {
      if (isLate) socket.destroy(new Error("the TLS handshake timed out"));
    });
  });
}
