import { type ApproachPolicy, judgeApproach } from "./approach.ts";
import { refusal } from "./http.ts";

/** Paths of the port, and a port of their own, that belong to somebody beside the protocol; lent by the house. */

export interface SideRequest {
  readonly method: string;
  readonly url: URL;
  readonly header: (name: string) => string | null;
  readonly approach: {
    /** From this machine, under a name of this machine, through no proxy. */
    readonly isNear: boolean;
    /** none: no browser's page asks. own: a page of this very origin. opaque: one whose origin is nobody's. */
    readonly origin: "none" | "own" | "opaque" | "foreign";
  };
}

export interface SidePort {
  send(text: string): void;
  bufferedBytes(): number;
  ping(): void;
  close(code: number, reason: string): void;
}

/** One open socket. */
export interface SideEnd {
  received(text: string): void;
  heard(): void;
  closed(): void;
}

export interface SideDoor {
  isOwn(pathname: string): boolean;
  answer(request: SideRequest): Promise<Response>;
  socket(request: SideRequest): { open(port: SidePort): SideEnd } | Response;
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

export interface SideFacts {
  readonly method: string;
  readonly url: URL;
  readonly header: (name: string) => string | null;
  readonly remoteAddress: string;
  readonly policy: ApproachPolicy;
}

/** Host and proxies are judged as everywhere; who may come from which page, the door decides by the kind of origin. */
export function sideRequest({ method, url, header, remoteAddress, policy }: SideFacts): SideRequest | Response {
  const withoutOrigin = (name: string) => (name.toLowerCase() === "origin" ? null : header(name));
  const verdict = judgeApproach({ remoteAddress, header: withoutOrigin, policy });
  if (verdict.kind === "refused") return refusal(verdict.status, verdict.code, verdict.message);
  const origin = originOf(header("origin"), header("host") ?? "");
  return { method, url, header, approach: { isNear: verdict.isLocal, origin } };
}

function originOf(origin: string | null, host: string): SideRequest["approach"]["origin"] {
  if (origin === null) return "none";
  if (origin === "null") return "opaque";
  const own = host.toLowerCase();
  return [`http://${own}`, `https://${own}`].includes(origin.toLowerCase()) ? "own" : "foreign";
}
