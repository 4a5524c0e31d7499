import type { IncomingMessage, ServerResponse } from "node:http";
import { parseParams, readBody } from "../telegram/bot-request.ts";
import { isJson, type Json } from "../telegram/wire.ts";
import type { CallLog, CallRecord } from "./call-log.ts";
import type { Answer } from "./emulator.ts";
import type { Fault, FaultAction, Faults } from "./faults.ts";
import type { SocketSide } from "./socket-side.ts";
import { perform } from "./web-methods.ts";
import { type Workspace } from "./workspace.ts";

export interface WebFrontOptions {
  readonly appToken: string;
  readonly workspace: Workspace;
  readonly sockets: SocketSide;
  readonly faults: Faults;
  readonly log: CallLog;
  /** What the app is granted; Slack tells it with every answer. */
  readonly scopes: readonly string[];
  readonly urls: Urls;
}

/** Where people find the parts of Slack. */
export interface Urls {
  readonly web: string;
  readonly files: string;
  readonly sockets: string;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Aborted when the connection is gone. */
  readonly gone: AbortSignal;
}

/** An answer as it goes out. */
interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body: Uint8Array | string;
}

const loginPage = "<!DOCTYPE html><html><title>Sign in | Slack</title><body>Sign in to your workspace</body></html>";

/** Slack's HTTP side: who may call, what goes wrong on purpose, what is remembered, and what is answered. */
export class WebFront {
  readonly #options: WebFrontOptions;
  #loss: string | undefined;
  #redirect: string | undefined;

  constructor(options: WebFrontOptions) {
    this.#options = options;
  }

  /** From now on the tokens are refused with this word. */
  refuseTokens(error: string | undefined): void {
    this.#loss = error;
  }

  /** Files are behind another address, as those of other workspaces are. */
  redirectFiles(to: string | undefined): void {
    this.#redirect = to;
  }

  readonly serve = (request: IncomingMessage, response: ServerResponse): void => {
    const gone = new AbortController();
    response.on("close", () => gone.abort());
    const exchange = { request, response, gone: gone.signal };
    this.#serve(exchange).catch((error: unknown) => {
      if (!gone.signal.aborted) void send(exchange, { status: 500, body: `the double failed: ${String(error)}` });
    });
  };

  async #serve(exchange: Exchange): Promise<void> {
    const { request } = exchange;
    const url = new URL(request.url ?? "/", "http://double");
    const body = await readBody(request);
    const method = /^\/api\/([\w.]+)$/.exec(url.pathname)?.[1];
    if (method !== undefined) {
      const { params } = parseParams(body, request.headers["content-type"] ?? "", url.searchParams);
      const asked = withJson(params);
      return this.#run(exchange, { method, params: asked, act: () => this.#answer(exchange, method, asked) });
    }
    if (url.pathname.startsWith("/upload/")) {
      const type = request.headers["content-type"] ?? "application/octet-stream";
      const act = () => this.#upload(url.pathname, body, type);
      return this.#run(exchange, { method: "upload", params: { path: url.pathname, bytes: body.length }, act });
    }
    const act = () => this.#download(exchange, url);
    return this.#run(exchange, { method: "download", params: { path: url.pathname }, act });
  }

  async #run(exchange: Exchange, call: Call): Promise<void> {
    const { log, faults, workspace } = this.#options;
    const { method, params } = call;
    const seq = log.begin({ atMs: workspace.clock.nowMs(), method, params, token: this.#tokenOf(exchange) });
    const fault = faults.take(method, undefined);
    const refused = fault && refusalOf(fault.rule.does);
    if (refused) {
      log.add({ seq, applied: false, error: refused.error });
      return this.#send(exchange, seq, refused.reply);
    }
    if (fault && (await this.#isCutBefore(exchange, fault))) return log.add({ seq, applied: false, answered: false });
    const { reply, about } = await call.act();
    log.add({ seq, ...about });
    if (fault?.rule.does.kind === "drop-answer") {
      exchange.request.socket.destroy();
      return log.add({ seq, answered: false });
    }
    if (fault?.rule.does.kind === "hold-answer") await fault.held(exchange.gone);
    await this.#send(exchange, seq, reply);
  }

  async #isCutBefore({ request, gone }: Exchange, fault: Fault): Promise<boolean> {
    if (fault.rule.does.kind === "hang") {
      await fault.held(gone);
      return gone.aborted;
    }
    if (fault.rule.does.kind !== "drop") return false;
    request.socket.destroy();
    return true;
  }

  async #answer(exchange: Exchange, method: string, params: Json): Promise<Done> {
    const { workspace, urls, scopes } = this.#options;
    const refused = this.#refusal(exchange, method);
    const answer = refused ?? (await this.#perform(method, params));
    const text = JSON.stringify(answer).replaceAll(workspace.emulator.url, urls.files);
    const ts = answer["ts"] ?? (isJson(answer["message"]) ? answer["message"]["ts"] : undefined);
    return {
      reply: {
        status: 200,
        headers: { "content-type": "application/json; charset=utf-8", "x-oauth-scopes": scopes.join(",") },
        body: text,
      },
      about: {
        applied: answer.ok,
        ...(typeof answer["error"] === "string" && { error: answer["error"] }),
        ...(typeof ts === "string" && { ts }),
      },
    };
  }

  async #perform(method: string, params: Json): Promise<Answer> {
    const { workspace, sockets, urls } = this.#options;
    if (method !== "apps.connections.open") return perform(method, params, workspace);
    return { ok: true, url: `${urls.sockets}/link/?ticket=${sockets.ticket()}&app_id=A0CLAWDIA` };
  }

  #refusal(exchange: Exchange, method: string): Answer | undefined {
    const token = this.#tokenOf(exchange);
    if (token === "none") return { ok: false, error: "not_authed" };
    if (token === "unknown") return { ok: false, error: "invalid_auth" };
    if (this.#loss !== undefined) return { ok: false, error: this.#loss };
    const wanted = method === "apps.connections.open" ? "app" : "bot";
    return token === wanted ? undefined : { ok: false, error: "not_allowed_token_type" };
  }

  #tokenOf({ request }: Exchange): CallRecord["token"] {
    const given = request.headers.authorization?.replace(/^Bearer /, "");
    if (given === undefined) return "none";
    if (given === this.#options.workspace.bot.token) return "bot";
    return given === this.#options.appToken ? "app" : "unknown";
  }

  async #upload(path: string, body: Uint8Array, type: string): Promise<Done> {
    const headers = { "content-type": type };
    const { emulator } = this.#options.workspace;
    const response = await emulator.raw(path, { method: "POST", headers, body: body as Uint8Array<ArrayBuffer> });
    return { reply: { status: response.status, body: await response.text() }, about: { applied: response.ok } };
  }

  /** Who brings no token is shown a page where one can log in, and that is called a success. */
  async #download(exchange: Exchange, url: URL): Promise<Done> {
    const { emulator, bot } = this.#options.workspace;
    if (this.#redirect !== undefined) {
      return { reply: { status: 302, headers: { location: this.#redirect }, body: "" }, about: { applied: true } };
    }
    if (this.#tokenOf(exchange) !== "bot" || this.#loss !== undefined) {
      const headers = { "content-type": "text/html; charset=utf-8" };
      return { reply: { status: 200, headers, body: loginPage }, about: { applied: false, error: "login page" } };
    }
    const response = await emulator.raw(url.pathname, { headers: { authorization: `Bearer ${bot.token}` } });
    const type = response.headers.get("content-type") ?? "application/octet-stream";
    const body = new Uint8Array(await response.arrayBuffer());
    return { reply: { status: response.status, headers: { "content-type": type }, body }, about: { applied: true } };
  }

  async #send(exchange: Exchange, seq: number, reply: Reply): Promise<void> {
    this.#options.log.add({ seq, answered: await send(exchange, reply) });
  }
}

interface Done {
  readonly reply: Reply;
  readonly about: Partial<CallRecord>;
}

interface Call {
  readonly method: string;
  readonly params: Json;
  readonly act: () => Promise<Done>;
}

/** What forms carry as JSON text. */
function withJson(params: Json): Json {
  const decoded = Object.entries(params).map(([name, value]) => {
    const isEncoded = ["blocks", "files", "metadata"].includes(name) && typeof value === "string";
    return [name, isEncoded ? JSON.parse(value) : value] as const;
  });
  return Object.fromEntries(decoded);
}

function refusalOf(does: FaultAction): { readonly reply: Reply; readonly error: string } | undefined {
  const json = { "content-type": "application/json; charset=utf-8" };
  switch (does.kind) {
    case "refuse": {
      const { error, needed } = does;
      const body = JSON.stringify({ ok: false, error, ...(needed !== undefined && { needed, provided: "none" }) });
      return { reply: { status: 200, headers: json, body }, error };
    }
    case "limit": {
      const { retryAfterSeconds: seconds } = does;
      const headers = { ...json, ...(seconds !== undefined && { "retry-after": String(seconds) }) };
      const body = JSON.stringify({ ok: false, error: "ratelimited" });
      return { reply: { status: 429, headers, body }, error: "ratelimited" };
    }
    case "page": {
      const { status, body } = does;
      return { reply: { status, headers: { "content-type": "text/html" }, body }, error: String(status) };
    }
    default:
      return undefined;
  }
}

/** True once all of it was handed to a connection that still stood. */
function send({ response, gone }: Exchange, { status, headers = {}, body }: Reply): Promise<boolean> {
  if (gone.aborted) return Promise.resolve(false);
  response.statusCode = status;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  return new Promise((resolve) => {
    gone.addEventListener("abort", () => resolve(response.writableFinished), { once: true });
    response.end(body, () => resolve(true));
  });
}
