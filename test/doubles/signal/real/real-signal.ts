import { mkdirSync, readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import type { ChatResponse, ConnectionClass, MockAttachment, MockModule, MockPhone, MockServer } from "./mock-types.ts";
import { Uploads } from "./uploads.ts";

/**
 * Signal's own test server with what a real signal-cli needs besides: chat calls by plain HTTPS, answers to calls that
 * the server does not know, uploads, and envelopes with the fields that signal-cli reads.
 */

const packages = join(import.meta.dir, "node_modules");
const home = join(packages, "@signalapp/mock-server");
const load = createRequire(join(import.meta.dir, "package.json"));

/** Paths that Signal's clients also ask for by HTTPS, and the server knows on its WebSocket only. */
const chatPath = /^\/v[1-4]\/(devices|keys|messages|profile|certificate|accounts|config|challenge|attachments\/form)/;

export class RealSignal implements AsyncDisposable {
  readonly server: MockServer;
  readonly url: string;
  readonly #connection: ConnectionClass;
  readonly #uploads = new Uploads();

  private constructor(server: MockServer, connection: ConnectionClass) {
    this.server = server;
    this.#connection = connection;
    this.url = `https://127.0.0.1:${server.address().port}`;
    const [handle] = server.https.listeners("request");
    server.https.removeAllListeners("request");
    server.https.on("request", (request: IncomingMessage, response: ServerResponse) => {
      void this.#serve(request, response, handle as (request: IncomingMessage, response: ServerResponse) => void);
    });
    const [upgrade] = server.https.listeners("upgrade");
    server.https.removeAllListeners("upgrade");
    server.https.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer<ArrayBuffer>) => {
      void this.#admit(request, socket, () => upgrade!.call(server.https, request, socket, head));
    });
  }

  static async start(folder: string): Promise<RealSignal> {
    const { Server, Proto } = load("@signalapp/mock-server") as MockModule;
    const { Connection } = load(join(home, "src/server/ws/connection.js")) as { Connection: ConnectionClass };
    const protos = load(join(home, "protos/compiled.js")) as {
      signalservice: { ProvisioningUuid: { encode(value: object): { finish(): Uint8Array } } };
    };
    completeEnvelopes(Proto);
    provisionWithoutAnswers(Connection, (uuid) => protos.signalservice.ProvisioningUuid.encode({ uuid }).finish());
    answerUnknownCalls(Connection);
    const certificate = (name: string) => readFileSync(join(home, "certs", name));
    const cdn3Path = join(folder, "cdn3");
    mkdirSync(cdn3Path, { recursive: true });
    const server = new Server({
      https: { key: certificate("key.pem"), cert: certificate("full-cert.pem") },
      trustRoot: JSON.parse(certificate("trust-root.json").toString()),
      zkParams: JSON.parse(certificate("zk-params.json").toString()),
      cdn3Path,
    });
    await server.listen(0, "127.0.0.1");
    return new RealSignal(server, Connection);
  }

  phone(profileName: string): Promise<MockPhone> {
    return this.server.createPrimaryDevice({ profileName });
  }

  /** The phone scans a code; resolves once the new device is there. */
  async scan(phone: MockPhone, provisionURL: string): Promise<void> {
    const provision = await this.server.waitForProvision();
    await provision.complete({ provisionURL, primaryDevice: phone });
  }

  /** Puts a file where phones put it, and gives what a message names it by. */
  async store(bytes: Uint8Array, contentType: string, fileName: string): Promise<object> {
    const { encryptAttachment } = load(join(home, "src/crypto.js")) as {
      encryptAttachment: (bytes: Buffer) => MockAttachment;
    };
    const { blob, key, digest, size } = encryptAttachment(Buffer.from(bytes));
    const cdnKey = crypto.randomUUID();
    this.#uploads.put(cdnKey, Buffer.from(blob));
    return { cdnKey, cdnNumber: 3, contentType, key, digest, size, fileName };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server.close();
  }

  /** Signal refuses the connection of a device that it does not know; the test server only ends it. */
  async #admit(request: IncomingMessage, socket: Duplex, pass: () => void): Promise<void> {
    const { authorization } = request.headers;
    if (authorization === undefined || (await this.#deviceOf(authorization)) !== undefined) return pass();
    socket.end("HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n");
  }

  #deviceOf(authorization: string): Promise<unknown> {
    const basic = Buffer.from(authorization.replace(/^Basic /, ""), "base64").toString();
    const [name = "", password = ""] = basic.split(/:(.*)/s);
    return this.server.auth(name, password);
  }

  async #serve(
    request: IncomingMessage,
    response: ServerResponse,
    pass: (request: IncomingMessage, response: ServerResponse) => void,
  ): Promise<void> {
    // signal-cli ends the address of a group's state with a slash, which the test server does not know.
    request.url = (request.url ?? "/").replace(/\/groups\/$/, "/groups");
    const path = request.url;
    if (!chatPath.test(path) && !this.#uploads.takes(path)) return pass(request, response);
    const body = await bodyOf(request);
    if (this.#uploads.takes(path)) return this.#uploads.serve(request, body, response);
    const { status, headers, body: content } = await this.#chat(request, body);
    response.writeHead(status, Object.fromEntries(headers.map((line) => line.split(/:(.*)/s).slice(0, 2))));
    response.end(content);
  }

  /** As if it had come on the WebSocket. */
  async #chat(request: IncomingMessage, body: Buffer): Promise<ChatResponse> {
    const url = request.url ?? "/";
    const silent = { on: () => undefined, once: () => undefined, send: () => undefined, close: () => undefined };
    const connection = new this.#connection({ url }, silent, this.server);
    const { authorization } = request.headers;
    const isKnown = authorization !== undefined && !url.includes("/devices/link");
    const device = isKnown ? await this.#deviceOf(authorization) : undefined;
    if (device !== undefined) {
      connection.device = device;
      connection.router.setIsAuthenticated(true);
    }
    const headers = Object.entries(request.headers).map(([key, value]) => `${key}:${String(value)}`);
    const content = body.length > 0 ? { body } : {};
    return connection.handleRequest({ verb: request.method ?? "GET", path: url, headers, ...content });
  }
}

/** signal-cli reads an id and a time of the server in every envelope. */
function completeEnvelopes({ Envelope }: MockModule["Proto"]): void {
  const encode = Envelope.encode.bind(Envelope);
  Envelope.encode = (envelope, writer) => {
    const { serverGuid, serverTimestamp, timestamp } = envelope;
    const complete = { serverGuid: serverGuid || crypto.randomUUID(), serverTimestamp: serverTimestamp ?? timestamp };
    return encode({ ...envelope, ...complete }, writer);
  };
}

/** signal-cli does not answer what is sent to a device that is being linked. */
function provisionWithoutAnswers({ prototype }: ConnectionClass, uuidMessage: (id: string) => Uint8Array): void {
  prototype.handleProvision = async function handleProvision(id) {
    void this.send("PUT", "/v1/address", { body: uuidMessage(id) });
    const { envelope } = await this.server.getProvisioningResponse(id);
    void this.send("PUT", "/v1/message", { body: envelope });
  };
}

/** Calls that are refused for their shape or are not known, and whose answer signal-cli only looks at for success. */
function answerUnknownCalls({ prototype }: ConnectionClass): void {
  const handle = prototype.handleRequest;
  prototype.handleRequest = async function handleRequest(request) {
    const { verb, path } = request;
    if (verb === "GET" && path === "/v1/devices") return ok({ devices: [{ id: 1, created: 1, lastSeen: 1 }] });
    if (verb === "PUT" && path.startsWith("/v1/accounts/attributes")) return ok({});
    try {
      return await handle.call(this, request);
    } catch (error) {
      if (verb === "PUT" && path.startsWith("/v2/keys")) return ok({});
      throw error;
    }
  };
}

function ok(answer: object): ChatResponse {
  return { status: 200, headers: [`X-Signal-Timestamp:${Date.now()}`], body: Buffer.from(JSON.stringify(answer)) };
}

export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of request) parts.push(part as Uint8Array);
  return Buffer.concat(parts);
}
