import { randomBytes } from "node:crypto";
import type { BinaryNode } from "@whiskeysockets/baileys";
import { type Clock, realClock } from "../../../src/lib/index.ts";
import type { Account, Device, Group } from "./accounts.ts";
import { Connection } from "./connection.ts";
import type { SendFault } from "./faults.ts";
import { childOf, childrenOf, deviceOf, server } from "./nodes.ts";
import type { Shown } from "./seen.ts";
import { Person, type PersonOptions } from "./person.ts";
import { downloadFile } from "../../../src/providers/whatsapp/media.ts";
import { Relay } from "./relay.ts";

/**
 * A WhatsApp that is not WhatsApp's: the server between real clients. It pairs devices, routes what they encrypt for
 * each other, keeps what waits for them and the files that they store, and can go wrong in every way that it is told.
 * The humans are the official client. Our account is the one with `number`.
 */
export interface DoubleOptions {
  readonly number?: string;
  readonly name?: string;
  readonly port?: number;
  readonly hostname?: string;
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  readonly clock?: Pick<Clock, "nowMs">;
  /** As the network names the host of files; the double itself unless it plays another name. */
  readonly mediaHost?: string;
}

interface SocketData {
  connection: Connection | undefined;
}

export class WhatsAppDouble implements AsyncDisposable {
  readonly relay: Relay;
  /** Of our account. */
  readonly number: string;
  readonly #people: Person[] = [];
  readonly #media = new Map<string, Uint8Array>();
  readonly #options: DoubleOptions;
  readonly #server: Bun.Server<SocketData>;
  /** People need no certificate, and a door of their own stays open. */
  readonly #peoplesServer: Bun.Server<SocketData>;
  #isDown = false;
  #contacts = 0;
  downloads = 0;
  uploads = 0;
  /** The media host answers nothing well. */
  mediaStatus = 200;

  private constructor(options: DoubleOptions) {
    this.#options = options;
    this.number = options.number ?? "15550001111";
    const clock = options.clock ?? realClock;
    this.relay = new Relay(
      () => clock.nowMs(),
      (ms) => realClock.sleep(ms),
    );
    this.relay.accounts.of(this.number, options.name ?? "Clawdia");
    const { port = 0, hostname = "127.0.0.1", tls, mediaHost } = options;
    this.#server = this.#serve({ port, hostname, isForPeople: false, ...(tls && { tls }) });
    this.#peoplesServer = this.#serve({ port: 0, hostname: "127.0.0.1", isForPeople: true });
    this.relay.mediaHost = mediaHost ?? `${hostname}:${this.#server.port}`;
  }

  static start(options: DoubleOptions = {}): Promise<WhatsAppDouble> {
    return Promise.resolve(new WhatsAppDouble(options));
  }

  get webSocketUrl(): string {
    return `${this.#options.tls ? "wss" : "ws"}://${this.#address}/ws/chat`;
  }

  get mediaUrl(): string {
    return `${this.#options.tls ? "https" : "http"}://${this.#address}`;
  }

  get #address(): string {
    return `${this.#options.hostname ?? "127.0.0.1"}:${this.#server.port}`;
  }

  /** Where the clients of people connect. */
  get peoplesUrl(): string {
    return `ws://127.0.0.1:${this.#peoplesServer.port}/ws/chat`;
  }

  get jid(): string {
    return `${this.number}@${server}`;
  }

  get account(): Account {
    return this.relay.accounts.of(this.number);
  }

  /** The newest device of our account that is not a person's: the gateway's. */
  get device(): Device | undefined {
    return [...this.account.devices.values()].findLast(({ isPerson }) => !isPerson);
  }

  /** How often anybody but the people turned to the network in any way. */
  get contacts(): number {
    return this.#contacts + this.nodes().length;
  }

  /** Somebody who is at WhatsApp with a phone and a linked client. */
  async person(options: PersonOptions): Promise<Person> {
    const person = await Person.join(this, options);
    this.#people.push(person);
    return person;
  }

  /** A group with our account in it. */
  group(
    subject: string,
    members: readonly { readonly number: string }[],
    addressing: Group["addressing"] = "pn",
  ): Group {
    const jid = `1203630${this.relay.groups.size}${randomBytes(4).readUInt32BE()}@g.us`;
    const group = { jid, subject, addressing, members: [this.number, ...members.map(({ number }) => number)] };
    this.relay.groups.set(jid, group);
    return group;
  }

  /** Our owner scans the code with the phone, or types one into it. */
  scan(qr: string): Device {
    return this.relay.phones.scan(qr, this.number);
  }

  types(code: string): Promise<void> {
    return this.relay.phones.types(code, this.number);
  }

  /** Our owner takes the gateway off the phone's list of devices. */
  removeDevice(): void {
    const { device } = this;
    if (device) this.relay.phones.remove(this.account, device.id);
  }

  fault(fault: SendFault): void {
    this.relay.faults.add(this.number, fault);
  }

  /** Ends the gateway's stream with a code, as the server does. */
  streamError(code: number): void {
    this.device?.connection?.streamError(code);
  }

  /** Brings the gateway's last message once more, as after a receipt that was lost. */
  bringsAgain(): void {
    this.device!.connection!.send(this.relay.lastMessage!);
  }

  cutConnections(): void {
    for (const connection of this.relay.connections) if (!connection.device?.isPerson) connection.cut();
  }

  /** Cuts the connections of all but the people, and lets nobody in. */
  goDown(): void {
    this.#isDown = true;
    this.cutConnections();
  }

  comeBack(): void {
    this.#isDown = false;
  }

  /** Nodes that the gateway sent, of one kind where a tag is given. */
  nodes(tag?: string): readonly BinaryNode[] {
    const people = new Set(
      this.account.devices
        .values()
        .filter(({ isPerson }) => isPerson)
        .map(({ id }) => `${this.number}:${id}`),
    );
    const own = this.relay.heardNodes.filter(({ from }) => from.startsWith(`${this.number}:`) && !people.has(from));
    return own.flatMap(({ node }) => (tag === undefined || node.tag === tag ? [node] : []));
  }

  /** Ids of messages that the gateway said it has, by delivery (no type) or as read. */
  receipts(...types: readonly (string | undefined)[]): readonly string[] {
    return this.nodes("receipt").flatMap(({ attrs }) => (types.includes(attrs["type"]) ? [attrs["id"]!] : []));
  }

  hasMessage(messageId: string): boolean {
    return this.relay.messageIds.has(messageId);
  }

  /** Whether the gateway said that it has this message. */
  hasReceipt(messageId: string): boolean {
    return this.relay.receiptIds.has(messageId);
  }

  /** Whether a message was encrypted for this device of our account. */
  wasFor(messageId: string, deviceId: number): boolean {
    return this.relay.heardNodes.some(
      ({ node: one }) =>
        one.tag === "message" &&
        one.attrs["id"] === messageId &&
        childrenOf(childOf(one, "participants"), "to").some(({ attrs }) => deviceOf(attrs["jid"]!) === deviceId),
    );
  }

  until<T>(find: () => T | undefined | false): Promise<T> {
    return this.relay.watch.until(() => find() || undefined);
  }

  /** Stores bytes as they lie at the network: encrypted. Gives their path. */
  putMedia(sealed: Uint8Array): string {
    const path = `/v/t62/${randomBytes(12).toString("hex")}`;
    this.#media.set(path, sealed);
    return path;
  }

  /** The file of a message, as the client of a person opens it. */
  async openMedia({ file }: Shown): Promise<Uint8Array> {
    const { mediaKey, directPath } = file!.file;
    const kept = {
      mediaType: file!.mediaType,
      directPath: directPath!,
      mediaKey: Buffer.from(mediaKey!).toString("base64"),
    };
    const place = { mediaUrl: this.mediaUrl };
    return (await downloadFile(kept, place, 200_000_000, new AbortController().signal)).bytes;
  }

  /** Turns a bit in every file that lies here. */
  spoilMedia(): void {
    for (const bytes of this.#media.values()) bytes[0]! ^= 1;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const person of this.#people) await person.leaves();
    for (const connection of this.relay.connections) connection.cut();
    await this.#server.stop(true);
    await this.#peoplesServer.stop(true);
  }

  #serve({ isForPeople, ...listen }: Listen): Bun.Server<SocketData> {
    return Bun.serve<SocketData>({
      ...listen,
      fetch: (request, bun) => (isForPeople ? this.#upgrade(request, bun) : this.#request(request, bun)),
      websocket: {
        open: (socket) => {
          socket.data.connection = new Connection(this.relay, {
            send: (bytes) => void socket.sendBinary(bytes),
            terminate: () => socket.terminate(),
          });
        },
        message: (socket, bytes) => {
          if (typeof bytes !== "string") socket.data.connection?.received(bytes);
        },
        close: (socket) => socket.data.connection?.over(),
      },
    });
  }

  #upgrade(request: Request, bun: Bun.Server<SocketData>): Response | undefined {
    return bun.upgrade(request, { data: { connection: undefined } }) ? undefined : new Response("", { status: 400 });
  }

  async #request(request: Request, bun: Bun.Server<SocketData>): Promise<Response | undefined> {
    const { pathname } = new URL(request.url);
    if (pathname === "/ws/chat") {
      if (this.#isDown) return new Response("down", { status: 503 });
      this.#contacts++;
      return this.#upgrade(request, bun);
    }
    const status = this.#isDown ? 503 : this.mediaStatus;
    if (status !== 200) return new Response("", { status });
    if (request.method === "POST") {
      this.uploads++;
      const path = this.putMedia(await request.bytes());
      return Response.json({ url: `https://media.example${path}`, direct_path: path });
    }
    const found = this.#media.get(pathname);
    this.downloads++;
    return found ? new Response(Uint8Array.from(found)) : new Response("", { status: 404 });
  }
}

interface Listen {
  readonly port: number;
  readonly hostname: string;
  readonly tls?: { readonly cert: string; readonly key: string };
  readonly isForPeople: boolean;
}
