/** Builds the house and starts it as a process. It decides nothing: the parts do. */
export { buildHouse, type House, type HouseOptions } from "./house.ts";
export { startGateway, type StartedGateway } from "./start.ts";
export { commit, version } from "./version.ts";
export { realWorld, type World } from "./world.ts";
