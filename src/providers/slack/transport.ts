import { MediaError } from "../errors.ts";
import { attempt, readBody, TransportError } from "../transport.ts";

/**
 * HTTP as Slack needs it: every request says whether it can have left, and no answer is longer than its limit. The
 * token goes to the host that it is meant for, and to no other one that this host sends us to.
 */

/** More than two hundred of the longest messages. */
const answerBytesMax = 16 * 1024 * 1024;

/** These make something: a kept connection that died unnoticed would look like a message that may have left. */
const makes = /\/(chat\.|files\.complete)\w+$/;

/** What Slack's client is given for its calls. All of the answer is here before it is handed on. */
export async function fetchAnswer(address: string, init: RequestInit, signal: AbortSignal): Promise<Response> {
  const response = await attempt(address, { ...init, signal, redirect: "error", keepalive: !makes.test(address) });
  const bytes = await readBody(response, answerBytesMax);
  const { status, statusText, headers } = response;
  if (status === 200 && !isObject(bytes)) throw new TransportError("it answered in other words than Slack's", true);
  const plain = plainHeaders(headers);
  // The client cannot do without a time.
  if (status === 429 && !/^\d+$/.test(plain.get("retry-after") ?? "")) plain.set("retry-after", usualPauseSeconds);
  return new Response(bytes, { status, statusText, headers: plain });
}

const usualPauseSeconds = "30";
const isObject = (bytes: Uint8Array) => /^\s*\{/.test(new TextDecoder().decode(bytes.subarray(0, 64)));

/** The body is unpacked by now. */
function plainHeaders(headers: Headers): Headers {
  const kept = new Headers(headers);
  for (const name of ["content-encoding", "content-length", "transfer-encoding"]) kept.delete(name);
  return kept;
}

/** Brings bytes to an address that Slack gave out for them. It needs no token. */
export async function putFile(address: string, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
  const response = await attempt(address, {
    method: "POST",
    headers: { "content-type": "application/octet-stream" },
    body: bytes as Uint8Array<ArrayBuffer>,
    signal,
  });
  await response.body?.cancel();
  if (!response.ok) throw new TransportError(`it answered ${response.status} to the file`, false);
}

export interface FileLimits {
  readonly bytesMax: number;
  /** The file is a page itself, so a page is no sign that Slack wants a login. */
  readonly isPage: boolean;
  readonly signal: AbortSignal;
}

export interface FetchedFile {
  readonly bytes: Uint8Array;
  readonly mimeType: string | undefined;
}

const redirectsMax = 4;

/** A file behind the token. Rejects with a MediaError, a TransportError or the signal's reason. */
export async function fetchFile(address: string, token: string, limits: FileLimits): Promise<FetchedFile> {
  const home = new URL(address);
  let place = home;
  for (let hop = 0; hop <= redirectsMax; hop++) {
    const headers = place.origin === home.origin ? { authorization: `Bearer ${token}` } : undefined;
    const response = await attempt(place.href, {
      redirect: "manual",
      signal: limits.signal,
      ...(headers && { headers }),
    });
    const next = nextPlace(response, place);
    if (next === undefined) return readFile(response, limits);
    await response.body?.cancel();
    if (next.protocol !== home.protocol) throw new MediaError("the file is behind an address that is not https", true);
    place = next;
  }
  throw new MediaError("the file is behind too many redirects", true);
}

function nextPlace(response: Response, from: URL): URL | undefined {
  const location = response.status >= 300 && response.status < 400 ? response.headers.get("location") : null;
  return location === null ? undefined : (URL.parse(location, from.href) ?? undefined);
}

async function readFile(response: Response, { bytesMax, isPage }: FileLimits): Promise<FetchedFile> {
  const tooLarge = () => new MediaError(`the file is larger than ${bytesMax} bytes`, true);
  const isTooLarge = Number(response.headers.get("content-length") ?? 0) > bytesMax;
  const refusal = refusalOf(response, isPage) ?? (isTooLarge ? tooLarge() : undefined);
  if (refusal) {
    await response.body?.cancel();
    throw refusal;
  }
  const mimeType = response.headers.get("content-type") ?? undefined;
  return { bytes: await readBody(response, bytesMax, tooLarge), mimeType };
}

function refusalOf({ status, headers }: Response, isPage: boolean): MediaError | undefined {
  if (status === 404 || status === 410) return new MediaError("the file is gone from Slack", true);
  if (status === 401 || status === 403) return new MediaError("Slack does not hand the file to this app", true);
  if (status !== 200) return new MediaError(`Slack answered ${status} for the file`, false);
  // Without a right to the file Slack shows its login page, and calls that a success.
  const isLogin = !isPage && /^text\/html/i.test(headers.get("content-type") ?? "");
  return isLogin ? new MediaError("Slack shows its login page instead of the file", false) : undefined;
}
