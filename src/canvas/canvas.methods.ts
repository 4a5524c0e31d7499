import { Type } from "@sinclair/typebox";
import type { SetupDesk } from "../devices/index.ts";
import { coversScope, forbidden, invalidRequest, methodsFor, node, operator, shape } from "../protocol/index.ts";
import { A2uiRefused, type Json } from "./a2ui/message.ts";
import { messagesMax, readJsonLines } from "./a2ui/read-messages.ts";
import { boardIdPattern, type Boards, mainBoard } from "./boards.ts";
import type { BoardPages } from "./board-pages.ts";
import { plainCanvasPath } from "./canvas-paths.ts";
import { linkDurationMaxMs } from "./capabilities.ts";

const { arrayOf, closed, count, named, nonEmpty, oneOf, optional, recordOf, sessionKeyText, text, timeMs } = shape;

export interface CanvasLink {
  /** Behind the gateway's address. */
  readonly path: string;
  /** With the address that the gateway knows of itself. */
  readonly url: string;
  /** A view ends then; of a tab's link, the code that lets one browser in by itself. */
  readonly expiresAtMs?: number;
}

export interface TabLinkOptions {
  readonly boardId: string;
  readonly screen?: string;
  readonly name?: string;
  /** Lets one browser in as a screen, once, without a token. */
  readonly setup?: { readonly secret: string; readonly expiresAtMs: number };
}

interface Deps {
  readonly canvas: {
    readonly boards: Boards;
    readonly pages: BoardPages;
    viewLink(boardId: string, durationMs: number): CanvasLink;
    tabLink(options: TabLinkOptions): CanvasLink;
    /** A new address for a connection that has one; undefined for others. */
    renewUrl(connectionId: string): string | undefined;
  };
  readonly setup: Pick<SetupDesk, "codes">;
  readonly mainSessionKey: () => string;
}

const method = methodsFor<Deps>();

const board = () => optional(Type.String({ pattern: boardIdPattern, maxLength: 64 }));
const askMs = () => optional(Type.Integer({ minimum: 100, maximum: 120_000 }));
const askMsUsual = 20_000;
const jsonLinesCharsMax = 1_000_000;

const Pushed = named("CanvasPushed", {
  surfaces: arrayOf(nonEmpty(256), 64),
  /** Screens that were told. */
  screens: count(),
  /** What renderers complained of lately. */
  troubles: arrayOf(text(512), 16),
});

const BoardState = named("CanvasBoardState", {
  id: nonEmpty(64),
  surfaces: arrayOf(nonEmpty(256), 64),
  shows: optional(nonEmpty(2048)),
  screens: arrayOf(nonEmpty(256), 512),
});

export const canvasMethods = {
  "canvas.status": method({
    summary: "The boards of the canvas: their surfaces, what they show, and the screens that are open.",
    access: operator("read"),
    params: named("CanvasStatusParams", {}),
    result: closed({ boards: arrayOf(BoardState, 256) }),
    handle: (_params, { canvas: { boards, pages } }) => {
      const ids = [...new Set([mainBoard, ...boards.store.boardIds()])];
      return {
        boards: ids.map((id) => {
          const shows = boards.store.shows(id);
          return {
            id,
            surfaces: [...boards.surfaceIds(id)],
            ...(shows !== undefined && { shows }),
            screens: pages.screens(id).map(({ facts }) => facts.grant.holder?.displayName ?? facts.right),
          };
        }),
      };
    },
  }),
  "canvas.push": method({
    summary: "Draws A2UI messages on a board: checked, kept, and shown on every screen of it.",
    access: operator("write"),
    params: named("CanvasPushParams", {
      board: board(),
      messages: optional(arrayOf(Type.Unknown(), messagesMax)),
      jsonl: optional(text(jsonLinesCharsMax)),
      sessionKey: optional(sessionKeyText()),
    }),
    result: Pushed,
    errors: ["INVALID_REQUEST", "UNAVAILABLE"],
    handle: async ({ board: boardId = mainBoard, messages, jsonl, sessionKey }, { canvas, mainSessionKey }) => {
      const { surfaceIds, screenCount } = await told(() => {
        const given = messages ?? readJsonLines(jsonl ?? "");
        return canvas.boards.push(boardId, given as readonly Json[], sessionKey ?? mainSessionKey());
      });
      return { surfaces: [...surfaceIds], screens: screenCount, troubles: [...canvas.pages.takeTroubles()] };
    },
  }),
  "canvas.reset": method({
    summary: "Takes every surface off a board.",
    access: operator("write"),
    params: named("CanvasResetParams", { board: board() }),
    result: closed({ screens: count() }),
    errors: ["UNAVAILABLE"],
    handle: async ({ board: boardId = mainBoard }, { canvas }) => ({ screens: await canvas.boards.reset(boardId) }),
  }),
  "canvas.show": method({
    summary: "Shows a file of the canvas folder on a board's screens; without a path, its surfaces.",
    access: operator("write"),
    params: named("CanvasShowParams", { board: board(), path: optional(text(2048)) }),
    result: closed({ screens: count() }),
    errors: ["INVALID_REQUEST", "UNAVAILABLE"],
    handle: async ({ board: boardId = mainBoard, path }, { canvas }) => ({
      screens: await canvas.boards.show(boardId, path ? plainCanvasPath(path) : undefined),
    }),
  }),
  "canvas.eval": method({
    summary: "Runs JavaScript in the agent's page that a board's screen shows.",
    access: operator("admin"),
    params: named("CanvasEvalParams", { board: board(), javaScript: nonEmpty(100_000), timeoutMs: askMs() }),
    result: closed({ result: text(8_000_000) }),
    errors: ["UNAVAILABLE"],
    handle: async ({ board: boardId = mainBoard, javaScript, timeoutMs = askMsUsual }, { canvas }) => {
      const result = await canvas.pages.ask(boardId, "eval", { javaScript }, timeoutMs);
      return { result: typeof result === "string" ? result : JSON.stringify(result) };
    },
  }),
  "canvas.snapshot": method({
    summary: "A picture of what a board's screen shows.",
    access: operator("read"),
    params: named("CanvasSnapshotParams", {
      board: board(),
      format: optional(oneOf("png", "jpeg")),
      maxWidth: optional(Type.Integer({ minimum: 16, maximum: 4_096 })),
      quality: optional(Type.Number({ minimum: 0, maximum: 1 })),
      timeoutMs: askMs(),
    }),
    result: named("CanvasSnapshot", {
      format: oneOf("png", "jpeg"),
      base64: nonEmpty(12_000_000),
      width: count(),
      height: count(),
    }),
    errors: ["UNAVAILABLE"],
    handle: ({ board: boardId = mainBoard, timeoutMs = askMsUsual, ...params }, { canvas }) =>
      canvas.pages.picture(boardId, params, timeoutMs),
  }),
  "canvas.link": method({
    summary:
      "An address that makes a browser a screen (tab), or only shows a board until it expires (view). " +
      "With code (for admins) it lets one new screen in by itself, once, within five minutes.",
    access: operator("write"),
    params: named("CanvasLinkParams", {
      kind: oneOf("tab", "view"),
      board: board(),
      screen: optional(Type.String({ pattern: boardIdPattern, maxLength: 64 })),
      name: optional(nonEmpty(64)),
      durationMs: optional(Type.Integer({ minimum: 60_000, maximum: linkDurationMaxMs })),
      code: optional(Type.Literal(true)),
    }),
    result: named("CanvasLink", { path: nonEmpty(2048), url: nonEmpty(2048), expiresAtMs: optional(timeMs()) }),
    errors: ["INVALID_REQUEST", "FORBIDDEN", "UNAVAILABLE"],
    handle: ({ kind, board: boardId = mainBoard, ...rest }, { canvas, setup }, { principal }) => {
      const { screen, name, code, durationMs = linkDurationUsualMs } = rest;
      if (kind === "view" && code) throw invalidRequest("a view needs no code: it lets nobody in");
      if (kind === "view") return canvas.viewLink(boardId, durationMs);
      // Letting a device in is the owner's, as with device.pair.setupCode.
      if (code && !coversScope(principal.scopes, "operator.admin")) throw forbidden("missing scope: operator.admin");
      return canvas.tabLink({
        boardId,
        ...(screen && { screen }),
        ...(name && { name }),
        ...(code && { setup: setup.codes.make("node") }),
      });
    },
  }),
  "node.pluginSurface.refresh": method({
    summary: "A new address of the canvas for this connection.",
    access: node(),
    params: named("NodePluginSurfaceRefreshParams", { surface: nonEmpty(64) }),
    result: closed({ pluginSurfaceUrls: recordOf(nonEmpty(2048)) }),
    errors: ["INVALID_REQUEST"],
    handle: ({ surface }, { canvas }, call) => {
      const url = surface === "canvas" ? canvas.renewUrl(call.connectionId) : undefined;
      if (url === undefined) throw invalidRequest(`there is no surface ${surface}`);
      return { pluginSurfaceUrls: { canvas: url } };
    },
  }),
};

const linkDurationUsualMs = 24 * 3_600_000;

/** What was wrong with messages is for whoever wrote them. */
async function told<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof A2uiRefused) throw invalidRequest(error.message);
    throw error;
  }
}
