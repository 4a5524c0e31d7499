import type { Ports } from "../provider.ts";
import type { Abilities } from "./abilities.ts";
import type { Ground } from "./attachments.ts";
import type { Chats } from "./chats.ts";
import type { Ledger } from "./ledger.ts";
import type { Rpc } from "./rpc.ts";
import type { IMessageSettings } from "./settings.ts";

/** A running imsg that was greeted, and all that its users share. */
export interface Session {
  readonly rpc: Rpc;
  readonly abilities: Abilities;
  readonly chats: Chats;
  readonly ledger: Ledger;
  readonly ground: Ground;
  readonly settings: IMessageSettings;
  readonly ports: Ports;
  readonly accountId: string;
  /** By the wall clock. */
  readonly openedAtMs: number;
  /**
   * A send was given up before imsg told its end. It may still do it, so imsg is ended before anybody looks whether it
   * did.
   */
  readonly gaveUp: () => void;
}

/** For what only reads. The first answers may wait for a person who is asked by macOS. */
export const readTimeMs = 20_000;
/** AppleScript takes its time: Messages may have to be started. */
export const sendTimeMs = 90_000;
