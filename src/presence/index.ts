/** Who is connected. It opens and closes no connections. */
export { goneMax, Presence, presenceIntervalMs, presenceLifeMs, presenceMax } from "./presence.ts";
