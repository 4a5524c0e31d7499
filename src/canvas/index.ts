/** The canvas: the agent's pages and surfaces, and who may open them. It knows no socket and renders nothing. */
export { type A2uiChecker, a2uiChecker } from "./a2ui/check.ts";
export { A2uiRefused, basicCatalogId, type Json, type JsonObject } from "./a2ui/message.ts";
export { readJsonLines, stepsOf } from "./a2ui/read-messages.ts";
export { applied, messagesOf, type Surface } from "./a2ui/surface.ts";
