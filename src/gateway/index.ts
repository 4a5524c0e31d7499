/** The socket: frames, connections, dispatch, broadcast, plain HTTP. It names no feature but in its two tables. */
export { tailnetAddresses } from "./approach.ts";
export type { Door, Entry, SocketApproach } from "./driver.ts";
export { type Events, events } from "./events.ts";
export { connectionsMax, Gateway } from "./gateway.ts";
export type { Outside } from "./gateway-parts.ts";
export type { GatewaySettings } from "./gateway-settings.ts";
export type { SideDoor } from "./side-door.ts";
export { listedMethods, type MethodHouse, type Methods, methods } from "./methods.ts";
