/** Tailscale as a way to the gateway: the machine's own command for it, and whom it vouches for. It admits nobody. */
export type { Peer } from "./answers.ts";
export { identityOf, peerLimits, Peers, type TailscaleIdentity, type Vouched } from "./peers.ts";
export { type Answer, type Exposure, Tailscale, tailscaleLimits } from "./tailscale.ts";
export { type TailscaleTrouble, troubleOf } from "./troubles.ts";
export { type Front, WayIn, wayInLimits, type WayInParts, type WayInState } from "./way-in.ts";
