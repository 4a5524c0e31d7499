import { connect, type DetailedPeerCertificate } from "node:tls";
import { ConnectError } from "../client/index.ts";
import { sha256Bytes } from "../lib/index.ts";
import { exitCodes } from "./exit-codes.ts";
import { Failure, UsageError } from "./failure.ts";

/**
 * A WebSocket that speaks only with the one certificate of a fingerprint. The certificate is learned by a handshake
 * that carries no data and compared with the pin; the connection then trusts exactly that certificate. So neither a
 * credential nor a request ever reaches another server, also not one that was put in between the two.
 */

const probeTimeoutMs = 5_000;

/** 64 hex digits; colons and the prefix of openssl's output are left out. */
export function parseFingerprint(written: string): string {
  const pin = written.replace(/^.*=/, "").replaceAll(":", "").trim().toLowerCase();
  if (/^[0-9a-f]{64}$/.test(pin)) return pin;
  throw new UsageError(
    "--tls-fingerprint: give the certificate's SHA-256 as 64 hex digits " +
      "(openssl x509 -in CERTIFICATE -noout -fingerprint -sha256)",
  );
}

export async function openPinned(url: string, pin: string): Promise<WebSocket> {
  const certificate = await probe(new URL(url));
  const found = sha256Bytes(certificate);
  if (found !== pin) throw pinMismatch(url, `it shows ${found}`);
  return openWith(url, {
    ca: pemOf(certificate),
    checkServerIdentity: (_host: string, peer: DetailedPeerCertificate) =>
      peer.fingerprint256.replaceAll(":", "").toLowerCase() === pin ? undefined : new Error("wrong fingerprint"),
  });
}

/** The DOM's constructor type knows no options; the runtime's does. */
export function openWith(url: string, tls: Readonly<Record<string, unknown>>): WebSocket {
  return Reflect.construct(WebSocket, [url, { tls }]) as WebSocket;
}

export function pinMismatch(url: string, why: string): Failure {
  return new Failure(
    `${new URL(url).host} is not the gateway that --tls-fingerprint names: ${why}; nothing was sent to it`,
    {
      exitCode: exitCodes.refused,
      code: "TLS_PIN_MISMATCH",
      next: "compare the fingerprint with the certificate on the gateway's machine, and find out who answers here",
    },
  );
}

function probe({ hostname, port }: URL): Promise<Uint8Array> {
  const host = hostname.replace(/^\[|\]$/g, "");
  // A server name in the handshake must be a name, never an address.
  const servername = /^[\d.:a-f]+$/i.test(host) && /[.:]/.test(host) && !/[g-z]/i.test(host) ? "" : host;
  return new Promise((resolve, fail) => {
    // As for every other connection: a server that is away is no refusal.
    const reject = (error: Error) => fail(new ConnectError(error.message, 1006));
    const socket = connect({ host, port: Number(port || 443), servername, rejectUnauthorized: false }, () => {
      const { raw } = socket.getPeerCertificate(true);
      socket.destroy();
      if (raw) resolve(new Uint8Array(raw));
      else reject(new Error("the server shows no certificate"));
    });
    socket.on("error", reject);
    socket.setTimeout(probeTimeoutMs, () => socket.destroy(new Error("the TLS handshake timed out")));
  });
}

function pemOf(certificate: Uint8Array): string {
  const lines =
    Buffer.from(certificate)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}
