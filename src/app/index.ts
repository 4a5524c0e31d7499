/** Builds the house and starts it as a process. It decides nothing: the parts do. */
export { buildHouse, type House } from "./house.ts";
export type { HouseOptions } from "./house-options.ts";
export { startGateway, type StartedGateway } from "./start.ts";
export { commit, version } from "./version.ts";
export { realWorld, type World } from "./world.ts";
