import {
  type Capabilities,
  DeliveryError,
  type InboundMessage,
  type Peer,
  type Ports,
} from "../../src/providers/index.ts";
import type { ProcessClock } from "./sim-time.ts";

/** What goes through a simulated network, and what its records hold. */

/** Somebody said something. */
export interface Said {
  readonly text: string;
  readonly peer: Peer;
  readonly senderId: string;
  readonly messageId: string;
  /** By the network's clock, and in world time. */
  readonly sentAtMs: number;
  readonly saidAtMs: number;
  readonly hasImage: boolean;
  /** When the gateway said that it has it. */
  takenAtMs: number | undefined;
}

/** What people see in a chat. */
export interface Shown {
  readonly id: string;
  readonly peerId: string;
  readonly sendId: string;
  readonly atMs: number;
  text: string;
}

/** How the network behaves now. */
export interface Conduct {
  isUp: boolean;
  /** Connections stay, and nothing goes through. */
  isDeaf: boolean;
  /** Until then every send is refused, with the time to wait. */
  limitedUntilMs: number;
  /** Share of sends whose answer is lost after they arrived. */
  lossShare: number;
}

/** One connection of the gateway's. */
export interface OpenLink {
  readonly clock: ProcessClock;
  readonly ports: Ports;
  /** Requests on their way; each is told when the connection breaks. */
  readonly pending: Set<(error: DeliveryError) => void>;
  isGone: boolean;
  /** A message is being handed over. */
  isHanding: boolean;
}

/** The head of a picture, which is all that anybody looks at. */
export const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]);

export function inbound(said: Said): InboundMessage {
  const isDirect = said.peer.kind === "direct";
  return {
    ref: { peer: said.peer, messageId: said.messageId },
    event: { kind: "message", id: "" },
    sender: { id: said.senderId, name: `Person ${said.senderId}` },
    sentAtMs: said.sentAtMs,
    text: said.text,
    media: said.hasImage ? [{ kind: "image", handle: said.messageId, bytes: png.length }] : [],
    mentionsSelf: isDirect || said.text.startsWith("w"),
    ...(!isDirect && { chatTitle: "Family" }),
  };
}

export function capabilities(identity: Capabilities["identity"]): Capabilities {
  return {
    verbs: ["edit", "typing", "download", ...(identity === "reconcilable" ? ["reconcile" as const] : [])],
    dialect: "plain",
    textCharsMax: 2_000,
    captionCharsMax: 1_024,
    countedIn: "utf16",
    mediaOutBytesMax: 1_000_000,
    mediaInBytesMax: 1_000_000,
    identity,
    hasThreads: false,
    hasButtons: false,
    hasVoice: false,
    tellsMentions: true,
    editIntervalMs: { direct: 1_000, group: 3_000 },
    typingIntervalMs: 4_000,
  };
}

export function certain(text: string): DeliveryError {
  return new DeliveryError(text, { isCertain: true, isPermanent: false });
}

export function uncertain(text: string): DeliveryError {
  return new DeliveryError(text, { isCertain: false, isPermanent: false });
}
