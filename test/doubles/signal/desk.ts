import type { Watch } from "../watch.ts";
import type { Chats } from "./chats.ts";
import type { Crabline } from "./crabline.ts";
import type { EventQueue } from "./event-queue.ts";
import type { Moments } from "./faults.ts";
import type { Json } from "./wire.ts";

/** What the daemon's methods and the people work with. */
export interface Desk {
  readonly us: Us;
  readonly watch: Watch;
  readonly moments: Moments;
  readonly crabline: Crabline;
  readonly chats: Chats;
  readonly queue: EventQueue;
  /** Everybody whom Signal knows, by ACI. */
  readonly people: Map<string, Face>;
  readonly groups: Map<string, GroupFace>;
  /** Attachments that came in, by the daemon's id. */
  readonly files: Map<string, Uint8Array>;
  /** Codes that were made, and what became of them. */
  readonly codes: Map<string, PromiseWithResolvers<"scanned" | "too old">>;
}

export interface Us {
  readonly number: string;
  readonly aci: string;
  /** False before a phone scanned a code, and after it unlinked us. */
  isLinked: boolean;
}

export interface Face {
  readonly aci: string;
  number: string | undefined;
  readonly name: string;
  isRegistered: boolean;
}

export interface GroupFace {
  readonly id: string;
  readonly title: string;
}

/** The frame around what somebody sends. */
export function envelopeOf(face: Face, sentAtMs: number, content: Json): Json {
  const { aci, number, name } = face;
  return {
    source: number ?? aci,
    sourceNumber: number ?? null,
    sourceUuid: aci,
    sourceName: name,
    sourceDevice: 1,
    timestamp: sentAtMs,
    serverReceivedTimestamp: sentAtMs,
    serverDeliveredTimestamp: sentAtMs,
    ...content,
  };
}
