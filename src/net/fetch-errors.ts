/** Why a guarded fetch did not give what was asked for. Callers may switch on it; the message is for people. */
export const fetchRefusals = [
  "url",
  "scheme",
  "userinfo",
  "header",
  "port",
  "own-port",
  "name",
  "address",
  "redirects",
  "too-large",
  "too-slow",
  "encoding",
  "unreachable",
  "tls",
  "broken",
] as const;
export type FetchRefusal = (typeof fetchRefusals)[number];

/**
 * A fetch that was refused or failed. The message says what, why and the cure, and holds neither path nor query of the
 * URL, which may carry a secret.
 */
export class FetchRefused extends Error {
  override readonly name = "FetchRefused";
  readonly reason: FetchRefusal;

  constructor(reason: FetchRefusal, message: string, cause?: unknown) {
    super(message, { cause });
    this.reason = reason;
  }
}
