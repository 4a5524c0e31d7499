/** The socket: frames, connections, dispatch, broadcast, plain HTTP. It names no feature but in its two tables. */
export { tailnetAddresses } from "./approach.ts";
export type { Door, Entry, SocketApproach } from "./driver.ts";
export { type Events, events } from "./events.ts";
export { connectionsMax, Gateway, type Outside } from "./gateway.ts";
export type { GatewaySettings } from "./gateway-settings.ts";
export type { SideDoor } from "./side-door.ts";
export { listedMethods, type MethodHouse, type Methods, methods } from "./methods.ts";
