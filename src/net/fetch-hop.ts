import { addressText } from "./addresses.ts";
import { FetchRefused } from "./fetch-errors.ts";
import { checkHeaders, type FetchHeaders, headersForStrangers, headersWithoutBody } from "./fetch-headers.ts";
import { place, readTarget, type Target, type TargetRules } from "./fetch-target.ts";
import type { DialRequest, DialResponse } from "./http-dialer.ts";
import { acceptedEncodings } from "./read-body.ts";

/** One request on the way to the answer, decided without io. */
export interface Hop {
  readonly target: Target;
  readonly method: string;
  readonly headers: FetchHeaders;
  readonly body: Uint8Array | undefined;
}

export interface HopRequest {
  readonly method: string;
  readonly headers: FetchHeaders;
  readonly body: string | Uint8Array | undefined;
}

export function firstHop(url: string, { method, headers, body }: HopRequest, rules: TargetRules): Hop {
  return {
    target: readTarget(url, rules),
    method,
    headers: checkHeaders(headers),
    body: typeof body === "string" ? Buffer.from(body) : body,
  };
}

/** The request that a redirect asks for, judged like the first; undefined when the response is the answer. */
export function nextHop(hop: Hop, response: DialResponse, rules: TargetRules): Hop | undefined {
  const location = response.header("location");
  if (![301, 302, 303, 307, 308].includes(response.status) || location === undefined) return undefined;
  const target = readTarget(resolved(location, hop.target), rules);
  const isSameOrigin = target.url.origin === hop.target.url.origin;
  const headers = isSameOrigin ? hop.headers : headersForStrangers(hop.headers);
  const isSeeOther = response.status === 303 && hop.method !== "HEAD";
  if (isSeeOther || (response.status < 303 && hop.method === "POST")) {
    return { target, method: "GET", headers: headersWithoutBody(headers), body: undefined };
  }
  if (!isSameOrigin && hop.body) {
    const [from, to] = [place(hop.target), place(target)];
    throw new FetchRefused("redirects", `${from} sends what was posted on to ${to}: that is not followed`);
  }
  return { target, method: hop.method, headers, body: hop.body };
}

/** The hop as one exchange with one of its judged addresses. */
export function dialRequest({ target, method, headers, body }: Hop, address: Uint8Array): DialRequest {
  const { url, isTls, port, host, literal } = target;
  const length = body && { "content-length": String(body.length) };
  return {
    isTls,
    address: addressText(address),
    port,
    host,
    isLiteral: literal !== undefined,
    method,
    path: `${url.pathname}${url.search}`,
    headers: { host: hostHeader(target), ...headers, ...length, "accept-encoding": acceptedEncodings },
    body,
  };
}

function resolved(location: string, from: Target): string {
  const url = URL.parse(location, from.url);
  if (!url) throw new FetchRefused("url", `${place(from)} leads to something that is no URL`);
  return url.href;
}

/** As in the URL, but for the dot that makes a name absolute, and without a port that goes without saying. */
function hostHeader({ url, host }: Target): string {
  const name = host.includes(":") ? `[${host}]` : host;
  return url.port === "" ? name : `${name}:${url.port}`;
}
