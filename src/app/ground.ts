import type { ConfigKeeper } from "../config/index.ts";
import type { Gateway } from "../gateway/index.ts";
import type { Workspaces } from "../exec/index.ts";
import type { Supervisor } from "../lib/index.ts";
import type { Database } from "../storage/index.ts";
import type { WayIn } from "../tailscale/index.ts";
import type { HouseOptions } from "./house-options.ts";

/** What the features stand on. */
export interface Ground {
  /** Its config is that of the moment. */
  readonly options: HouseOptions;
  readonly configKeeper: ConfigKeeper;
  readonly database: Database;
  readonly gateway: Gateway;
  readonly bootId: string;
  readonly uptimeMs: () => number;
  readonly workspaces: Workspaces;
  /** Keeps the loops of the house going. */
  readonly supervisor: Supervisor;
  /** Tailscale in front of the gateway. */
  readonly wayIn: WayIn;
}
