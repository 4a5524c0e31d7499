import type { IncomingMessage, ServerResponse } from "node:http";
import { isoTime } from "../../../src/lib/index.ts";
import type { CallLog } from "./call-log.ts";
import type { Fault, FaultAction, Faults } from "./faults.ts";
import type { Upload } from "./messages.ts";
import { type Asked, type Desk, type Route, routeOf } from "./routes.ts";
import { isJson, type Json, Refusal, refusals, type WireUser } from "./wire.ts";

export interface RestFrontOptions {
  readonly desk: Desk;
  readonly faults: Faults;
  readonly log: CallLog;
  readonly userOf: (token: string) => WireUser | undefined;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly gone: AbortSignal;
}

type Outcome =
  | { readonly status: number; readonly json: unknown }
  | { readonly status: 200; readonly bytes: Uint8Array; readonly mimeType: string };

/** HTTP: the REST API below `/api/v10`, and files below `/attachments`. */
export class RestFront {
  readonly #options: RestFrontOptions;

  constructor(options: RestFrontOptions) {
    this.#options = options;
  }

  readonly serve = (request: IncomingMessage, response: ServerResponse): void => {
    const gone = new AbortController();
    response.on("close", () => gone.abort());
    const exchange = { request, response, gone: gone.signal };
    this.#serve(exchange).catch((error: unknown) => {
      if (!gone.signal.aborted) void this.#send(exchange, { status: 500, json: { code: 0, message: String(error) } });
    });
  };

  async #serve(exchange: Exchange): Promise<void> {
    const { request } = exchange;
    const url = new URL(request.url ?? "/", "http://double");
    const body = await readBody(request);
    const [, fileId] = /^\/attachments\/(\d+)\//.exec(url.pathname) ?? [];
    if (fileId !== undefined) {
      return this.#run(exchange, { name: "download", params: { id: fileId } }, () => this.#file(fileId));
    }
    const path = /^\/api\/v10\/(.+)$/.exec(url.pathname)?.[1];
    const route = path === undefined ? undefined : routeOf(request.method ?? "GET", path);
    if (!route) return void (await this.#send(exchange, refusalOf(refusals.notFound())));
    const { json, uploads } = await parseBody(body, request.headers["content-type"] ?? "");
    const files = uploads.map(({ fileName, bytes }) => ({ fileName, bytes: bytes.byteLength }));
    const params = { ...(isJson(json) ? json : { body: json }), ...(files.length > 0 && { files }) };
    const asked = { body: json, query: url.searchParams, uploads };
    const about = { name: route.name, channel: route.channel, params };
    await this.#run(exchange, about, () => this.#perform(route, request, asked));
  }

  async #run(
    exchange: Exchange,
    about: { readonly name: string; readonly channel?: string | undefined; readonly params: Json },
    perform: () => Outcome,
  ): Promise<void> {
    const { log, faults, desk } = this.#options;
    const { name: method, channel, params } = about;
    const seq = log.begin({ atMs: desk.world.clock.nowMs(), method, channel, params });
    const fault = faults.take(method, channel);
    const does = fault?.rule.does;
    if (does?.kind === "refuse") {
      log.add(seq, { applied: false, status: does.status });
      return log.add(seq, { answered: await this.#send(exchange, scripted(does), headersOf(does)) });
    }
    if (fault && (await isCutBefore(exchange, fault))) return log.add(seq, { applied: false, answered: false });
    const outcome = attempt(perform);
    log.add(seq, { applied: outcome.status < 400, status: outcome.status });
    if (does?.kind === "drop-answer") {
      exchange.request.socket.destroy();
      return log.add(seq, { answered: false });
    }
    if (fault && does?.kind === "hold-answer") await fault.held(exchange.gone);
    log.add(seq, { answered: await this.#send(exchange, outcome) });
  }

  #perform(route: Route, request: IncomingMessage, asked: Omit<Asked, "user">): Outcome {
    const token = (request.headers.authorization ?? "").replace(/^Bot /, "");
    const user = this.#options.userOf(token);
    if (!user && !route.isUnsigned) throw refusals.unauthorized();
    const json = route.run({ ...asked, user: user ?? nobody }, this.#options.desk);
    return { status: json === undefined ? 204 : 200, json };
  }

  #file(id: string): Outcome {
    const file = this.#options.desk.world.files.get(id);
    if (!file) throw refusals.notFound();
    return { status: 200, bytes: file.bytes, mimeType: file.attachment.content_type };
  }

  /** True once all of it was handed to a connection that still stood. */
  #send({ response, gone }: Exchange, outcome: Outcome, headers: Headers = {}): Promise<boolean> {
    if (gone.aborted) return Promise.resolve(false);
    response.statusCode = outcome.status;
    response.setHeader("date", isoTime(this.#options.desk.world.clock.nowMs()));
    const isFile = "bytes" in outcome;
    if (outcome.status !== 204) response.setHeader("content-type", isFile ? outcome.mimeType : "application/json");
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    return new Promise((resolve) => {
      gone.addEventListener("abort", () => resolve(response.writableFinished), { once: true });
      const json = isFile ? undefined : outcome.json;
      const content = isFile ? outcome.bytes : typeof json === "string" ? json : JSON.stringify(json);
      response.end(outcome.status === 204 ? undefined : content, () => resolve(true));
    });
  }
}

type Headers = Readonly<Record<string, string>>;

const nobody: WireUser = { id: "0", username: "nobody", global_name: null, discriminator: "0", avatar: null };

function attempt(perform: () => Outcome): Outcome {
  try {
    return perform();
  } catch (error) {
    if (error instanceof Refusal) return refusalOf(error);
    throw error;
  }
}

function refusalOf({ status, code, message }: Refusal): Outcome {
  return { status, json: { code, message } };
}

/** Cuts a dropped call, and holds a hanging one until it is released or its client gave up. */
async function isCutBefore({ request, gone }: Exchange, fault: Fault): Promise<boolean> {
  if (fault.rule.does.kind === "hang") {
    await fault.held(gone);
    return gone.aborted;
  }
  if (fault.rule.does.kind !== "drop") return false;
  request.socket.destroy();
  return true;
}

type Refuse = FaultAction & { readonly kind: "refuse" };

function scripted({ status, code = 0, words, body, retryAfterMs = 1000, isGlobal = false }: Refuse): Outcome {
  if (body !== undefined) return { status, json: body };
  if (status !== 429) return { status, json: { code, message: words ?? `${status}: as scripted` } };
  return {
    status,
    json: { message: "You are being rate limited.", retry_after: retryAfterMs / 1000, global: isGlobal },
  };
}

function headersOf({ status, retryAfterMs = 1000, isGlobal = false, body }: Refuse): Headers {
  return {
    ...(body !== undefined && { "content-type": "text/html" }),
    ...(status === 429 && {
      "retry-after": String(retryAfterMs / 1000),
      "x-ratelimit-scope": isGlobal ? "global" : "user",
      ...(isGlobal && { "x-ratelimit-global": "true" }),
    }),
  };
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

async function parseBody(body: Buffer, contentType: string): Promise<{ json: unknown; uploads: readonly Upload[] }> {
  if (body.byteLength === 0) return { json: {}, uploads: [] };
  if (!contentType.startsWith("multipart/form-data")) {
    return { json: JSON.parse(body.toString("utf8")) as unknown, uploads: [] };
  }
  const form = await new Response(new Uint8Array(body), { headers: { "content-type": contentType } }).formData();
  const payload = form.get("payload_json");
  const uploads: Upload[] = [];
  for (const [name, value] of form.entries() as Iterable<[string, string | File]>) {
    if (typeof value === "string" || !/^files\[\d+\]$/.test(name)) continue;
    const mimeType = value.type || "application/octet-stream";
    uploads.push({ fileName: value.name, mimeType, bytes: new Uint8Array(await value.arrayBuffer()) });
  }
  return { json: typeof payload === "string" ? (JSON.parse(payload) as unknown) : {}, uploads };
}
