import type { InboundMessage } from "../message.ts";
import type { Us } from "./mentions.ts";
import type { Place, Places } from "./places.ts";

/** What decoding knows beside the event itself, and what it gives. */

/** An event that is none of the house's business, and why. The reason holds nothing that people wrote. */
export interface Ignored {
  readonly ignored: string;
}

export type Decoded = InboundMessage | Ignored;

export interface Context {
  readonly us: Us;
  readonly places: Places;
  /** Where it happened, if that is known; a direct chat need not be. */
  readonly place: Place | undefined;
  /** Tells happenings apart that have no id of their own. */
  readonly eventId: string;
  readonly receivedAtMs: number;
}
