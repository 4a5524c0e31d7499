/** The canvas: the agent's pages and surfaces, and who may open them. It knows no socket and renders nothing. */
export { type A2uiChecker, a2uiChecker } from "./a2ui/check.ts";
export { A2uiRefused, basicCatalogId, type Json, type JsonObject } from "./a2ui/message.ts";
export { readJsonLines, stepsOf } from "./a2ui/read-messages.ts";
export { applied, messagesOf, type Surface } from "./a2ui/surface.ts";
export { BoardPages, type PageActions } from "./board-pages.ts";
export type { OpenPage, PagePort } from "./open-page.ts";
export { boardIdPattern, Boards, mainBoard } from "./boards.ts";
export { type CanvasApproach, CanvasHost, type CanvasRequest, type CanvasSocket } from "./canvas-host.ts";
export { ownPrefix, plainCanvasPath, readCanvasPath } from "./canvas-paths.ts";
export { Capabilities, type CanvasHolder, graceMs } from "./capabilities.ts";
export { startLiveReload } from "./live-reload.ts";
export { makePageActions } from "./page-actions.ts";
export { welcomePage } from "./welcome-page.ts";
export type { CanvasLink, TabLinkOptions } from "./canvas.methods.ts";
