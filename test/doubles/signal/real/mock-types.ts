import type { Server as HttpsServer } from "node:https";

/** The parts of `@signalapp/mock-server` that are used, for it is not installed where the types are checked. */

export interface MockModule {
  readonly Server: new (options: Readonly<Record<string, unknown>>) => MockServer;
  readonly Proto: { readonly Envelope: { encode(envelope: Record<string, unknown>, writer?: unknown): unknown } };
}

export interface MockServer {
  /** Its own HTTPS server, once it listens. */
  readonly https: HttpsServer;
  listen(port: number, host: string): Promise<void>;
  close(): Promise<void>;
  address(): { readonly port: number };
  createPrimaryDevice(options: { readonly profileName: string }): Promise<MockPhone>;
  waitForProvision(): Promise<{ complete(scan: Readonly<Record<string, unknown>>): Promise<unknown> }>;
  getDeviceByServiceId(aci: string, deviceId: number): Promise<MockDevice | undefined>;
  removeDevice(number: string, deviceId: number): Promise<void>;
  auth(name: string, password: string): Promise<unknown>;
  getProvisioningResponse(id: string): Promise<{ readonly envelope: Uint8Array }>;
  rateLimit(pair: { readonly source: string; readonly target: string }): void;
  stopRateLimiting(pair: { readonly source: string; readonly target: string }): void;
  unregister(phone: MockPhone): void;
  register(phone: MockPhone): void;
  storeAttachmentOnCdn(cdn: number, key: string, blob: Uint8Array): Promise<void>;
}

export interface MockDevice {
  readonly aci: string;
  readonly number: string;
  popSingleUseKey(): Promise<unknown>;
}

export interface MockPhone {
  readonly device: MockDevice;
  readonly profileKey: { serialize(): Uint8Array };
  addSingleUseKey(device: MockDevice, key: unknown): Promise<void>;
  sendRaw(
    device: MockDevice,
    content: object,
    options: { readonly timestamp: number; sealed?: boolean },
  ): Promise<void>;
  sendText(device: MockDevice, text: string, options: { readonly timestamp: number; sealed?: boolean }): Promise<void>;
  waitForMessage(): Promise<{ readonly body: string; readonly dataMessage: Readonly<Record<string, unknown>> }>;
  waitForReceipt(): Promise<{ readonly receiptMessage: Readonly<Record<string, unknown>> }>;
  waitForEditMessage(): Promise<{ readonly editMessage: Readonly<Record<string, unknown>> }>;
  createGroup(options: { readonly title: string; readonly members: readonly MockPhone[] }): Promise<MockGroup>;
}

export interface MockGroup {
  readonly id: string;
  toContext(): object;
}

/** A file as it lies in Signal's storage, and what opens it. */
export interface MockAttachment {
  readonly key: Uint8Array;
  readonly blob: Uint8Array;
  readonly digest: Uint8Array;
  readonly size: number;
}

/** A request on the chat connection, and its answer. */
export interface ChatRequest {
  readonly verb: string;
  readonly path: string;
  readonly body?: Uint8Array | undefined;
  readonly headers: readonly string[];
}

export interface ChatResponse {
  readonly status: number;
  readonly headers: readonly string[];
  readonly body: Uint8Array;
}

export interface ConnectionClass {
  new (request: { readonly url: string }, socket: object, server: MockServer): ChatConnection;
  readonly prototype: ChatConnection;
}

export interface ChatConnection {
  handleRequest: (this: ChatConnection, request: ChatRequest) => Promise<ChatResponse>;
  handleProvision(id: string): Promise<void>;
  readonly server: MockServer;
  send(verb: string, path: string, content: { readonly body: Uint8Array }): Promise<unknown>;
  device: unknown;
  readonly router: { setIsAuthenticated(value: boolean): void };
}
