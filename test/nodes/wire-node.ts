import { expect } from "bun:test";
import type { DeviceSigner } from "../../src/client/index.ts";
import type { Greeting } from "../gateway/greeting.ts";
import { WireClient, type WireFrame } from "../gateway/wire-client.ts";
import { newDevice, type OpenHouse, ownerToken } from "../open-house.ts";

/** Nodes as the real apps are on the wire: who they say they are, in which frames, in which words. */

export interface Kind {
  readonly greeting: Omit<Greeting, "signer" | "auth">;
  /** Apple's apps put JSON into binary frames. */
  readonly isBinary: boolean;
}

const canvas = ["present", "hide", "navigate", "eval", "snapshot", "a2ui.push", "a2ui.pushJSONL", "a2ui.reset"];
const canvasCommands = canvas.map((verb) => `canvas.${verb}`);
const camera = ["camera.list", "camera.snap", "camera.clip"];

const kindOf = (
  client: Readonly<Record<string, string>>,
  offer: { readonly caps: readonly string[]; readonly commands: readonly string[] } & Readonly<Record<string, unknown>>,
  { protocol, text, isBinary = false }: { readonly protocol: 3 | 4; readonly text: 2 | 3; readonly isBinary?: boolean },
): Kind => ({
  greeting: {
    range: [protocol, protocol],
    client: { version: "2026.1.24", mode: "node", ...client },
    role: "node",
    scopes: [],
    text,
    more: offer,
  },
  isBinary,
});

/** Section 10.6 of the wire document. */
export const kinds = {
  iphone: kindOf(
    { id: "moltbot-ios", platform: "iOS 18.1.0", deviceFamily: "iPhone", displayName: "Alice's iPhone" },
    {
      caps: ["canvas", "screen", "camera", "voiceWake", "location"],
      commands: [...canvasCommands, "screen.record", "system.notify", "system.run", ...camera, "location.get"],
    },
    { protocol: 3, text: 2, isBinary: true },
  ),
  android: kindOf(
    { id: "clawdbot-android", platform: "android", deviceFamily: "Android", modelIdentifier: "google Pixel 9" },
    {
      caps: ["canvas", "screen", "camera", "sms"],
      commands: [...canvasCommands, "screen.record", "camera.snap", "camera.clip", "location.get", "sms.send"],
    },
    { protocol: 3, text: 2 },
  ),
  mac: kindOf(
    { id: "clawdbot-macos", platform: "macOS 15.2.0", deviceFamily: "Mac", displayName: "studio" },
    {
      caps: ["canvas", "screen", "camera"],
      commands: [...canvasCommands, "screen.record", "system.notify", "system.which", "system.run", ...camera],
      permissions: { screenRecording: true, camera: false },
    },
    { protocol: 3, text: 2, isBinary: true },
  ),
  headless: kindOf(
    { id: "node-host", platform: "linux", deviceFamily: "Linux", displayName: "attic", version: "2026.9.6" },
    { caps: ["system"], commands: ["system.run", "system.which", "system.execApprovals.get"], pathEnv: "/usr/bin" },
    { protocol: 4, text: 3 },
  ),
} as const satisfies Record<string, Kind>;

export function commandsOf({ greeting }: Kind): readonly string[] {
  return greeting.more?.["commands"] as readonly string[];
}

export interface InvokeRequest {
  readonly id: string;
  readonly nodeId: string;
  readonly command: string;
  readonly paramsJSON?: string;
  readonly timeoutMs?: number;
  readonly idempotencyKey?: string;
}

const isRequest = ({ event }: WireFrame): boolean => event === "node.invoke.request";

export class WireNode implements Disposable {
  readonly wire: WireClient;
  readonly id: string;
  readonly #isBinary: boolean;
  #calls = 0;
  #taken = 0;

  private constructor(wire: WireClient, id: string, isBinary: boolean) {
    this.wire = wire;
    this.id = id;
    this.#isBinary = isBinary;
  }

  /** On this host, so that its pairing needs nobody; what it offers does. */
  static async connect(
    { port }: Pick<OpenHouse, "port">,
    kind: Kind,
    {
      signer = newDevice(),
      more,
      token = ownerToken,
    }: { readonly signer?: DeviceSigner; readonly more?: object; readonly token?: string } = {},
  ): Promise<WireNode> {
    const wire = await new WireClient({ port }).answered();
    const { greeting } = kind;
    const auth = { token };
    const answer = await wire.greet({ ...greeting, signer, auth, more: { ...greeting.more, ...more } });
    expect(answer.error).toBeUndefined();
    return new WireNode(wire, signer.deviceId, kind.isBinary);
  }

  async call(method: string, params?: unknown): Promise<WireFrame> {
    const id = `n-${++this.#calls}`;
    const text = JSON.stringify({ type: "req", id, method, ...(params !== undefined && { params }) });
    if (this.#isBinary) this.wire.sendBinary(text);
    else this.wire.sendText(text);
    return this.wire.response(id);
  }

  /** The next thing that it is asked for. */
  async asked(): Promise<InvokeRequest> {
    const nth = this.#taken++;
    const frame = await this.wire.next((one) => this.wire.frames.filter(isRequest).indexOf(one) === nth);
    return frame.payload as unknown as InvokeRequest;
  }

  result(id: string, more: Readonly<Record<string, unknown>>): Promise<WireFrame> {
    return this.call("node.invoke.result", { id, nodeId: this.id, ok: true, ...more });
  }

  /** Takes the next request and answers it so. */
  async answers(more: Readonly<Record<string, unknown>>): Promise<InvokeRequest> {
    const request = await this.asked();
    await this.result(request.id, more);
    return request;
  }

  tells(event: string, payload: unknown): Promise<WireFrame> {
    return this.call("node.event", { event, payloadJSON: JSON.stringify(payload) });
  }

  [Symbol.dispose](): void {
    this.wire[Symbol.dispose]();
  }
}
