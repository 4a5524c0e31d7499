import { FetchRefused } from "./fetch-errors.ts";

/** Headers of a guarded fetch: which a caller may set, which cross to another origin, which come back. */

export const headersMax = 64;
const valueCharsMax = 8192;
const tokenPattern = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;

/** These are the fetch's own, or would change what the connection is. */
const ownHeaders = [
  "accept-encoding",
  "connection",
  "content-length",
  "expect",
  "host",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

/** What another origin may see after a redirect. Anything else may be a secret, whatever its name. */
const harmlessHeaders = ["accept", "accept-language", "user-agent"];

/** What callers get of a response. */
const keptHeaders = [
  "cache-control",
  "content-disposition",
  "content-language",
  "content-length",
  "content-type",
  "date",
  "etag",
  "expires",
  "last-modified",
  "link",
  "location",
  "retry-after",
  "www-authenticate",
] as const;

export type FetchHeaders = Readonly<Record<string, string>>;

/** Lower-case names, checked: no header can end early or be smuggled in. */
export function checkHeaders(given: FetchHeaders): FetchHeaders {
  const entries = Object.entries(given).map(([name, value]) => [name.toLowerCase(), value.trim()] as const);
  if (entries.length > headersMax) throw new FetchRefused("header", `more than ${headersMax} headers: leave some out`);
  for (const [name, value] of entries) {
    if (!tokenPattern.test(name)) throw new FetchRefused("header", "a header's name has a character that names lack");
    if (ownHeaders.includes(name) || name.startsWith("proxy-")) {
      throw new FetchRefused("header", `the header ${name} is set by the gateway: leave it out`);
    }
    if (value.length > valueCharsMax || !/^[\t\u0020-\u007e\u0080-\u00ff]*$/.test(value)) {
      throw new FetchRefused(
        "header",
        `the header ${name} is too long, or holds a control character or one beyond Latin-1`,
      );
    }
  }
  return { accept: "*/*", "user-agent": "clawdia", ...Object.fromEntries(entries) };
}

/** What is left of the headers when a redirect leaves the origin. They do not come back on a later hop. */
export function headersForStrangers(headers: FetchHeaders): FetchHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => harmlessHeaders.includes(name)));
}

/** What is left of the headers when a redirect turns the request into a GET. */
export function headersWithoutBody(headers: FetchHeaders): FetchHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !name.startsWith("content-")));
}

export function keepHeaders(header: (name: string) => string | undefined): FetchHeaders {
  return Object.fromEntries(
    keptHeaders.flatMap((name) => {
      const value = header(name);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}
