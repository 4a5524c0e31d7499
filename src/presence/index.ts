/** Who is connected. It opens and closes no connections. */
export { Presence, presenceIntervalMs, presenceLifeMs, presenceMax } from "./presence.ts";
