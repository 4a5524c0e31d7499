/** The agent over plain HTTP, for programs that speak OpenAI's API, and single calls of its tools. It keeps nothing. */
export { apiDoors } from "./api.ts";
export type { ApiParts } from "./api-parts.ts";
export { type BearerDoor, bearerDoor, type BearerParts } from "./bearer-door.ts";
