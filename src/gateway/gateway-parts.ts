import type { Clock, Ids, Log, Supervisor } from "../lib/index.ts";
import type { FindDoor } from "../protocol/index.ts";
import type { Vouched } from "../tailscale/index.ts";
import type { GatewaySettings } from "./gateway-settings.ts";
import type { SideDoor } from "./side-door.ts";
import type { WebhookParts } from "./webhooks.ts";

/** What the gateway is made of, and what it asks of the house. */

/** What plain HTTP asks of the house. */
export interface Outside {
  /** Why the house accepts nothing new; undefined while it does. For strangers: it names no path. */
  readonly trouble: () => string | undefined;
  /** What is wrong though it does; undefined while nothing is. For strangers as well. */
  readonly recovering: () => string | undefined;
  readonly webhook: WebhookParts["find"];
  readonly door: FindDoor;
  readonly sideDoor: SideDoor;
  /** Who is at an address of the tailnet. */
  readonly vouch: (address: string) => Promise<Vouched>;
  /** Where the root of the side door's own port leads. */
  readonly sideHome: string;
}

export interface GatewayParts {
  readonly settings: GatewaySettings;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly checksResults: boolean;
  readonly supervisor: Supervisor;
}
