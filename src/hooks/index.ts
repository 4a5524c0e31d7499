/** Requests of other programs that wake the agent, give it work, or have a message delivered. It executes nothing. */
export { hookDoors, type HookDoorParts } from "./hook-door.ts";
export { Hooks, type HooksParts } from "./hooks.ts";
