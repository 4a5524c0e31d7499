import {
  BoardPages,
  Boards,
  Capabilities,
  type CanvasHolder,
  CanvasHost,
  makePageActions,
  ownPrefix,
  startLiveReload,
  welcomePage,
} from "../canvas/index.ts";
import { ConfigError } from "../config/index.ts";
import type { SetupCodes } from "../devices/index.ts";
import type { Entry } from "../gateway/index.ts";
import type { OwnChat } from "../inbox/index.ts";
import { hmacText, identityOf, isInside, joinPath, makePrivateFolder, writePrivateFile } from "../lib/index.ts";
import type { Principal } from "../protocol/index.ts";
import { replyTarget, type Runs } from "../runs/index.ts";
import type { Sessions } from "../sessions/index.ts";
import { canvasAddress } from "./canvas-address.ts";
import { canvasFiles } from "./canvas-page.ts";
import { canvasLinks, type CanvasLinks } from "./canvas-links.ts";
import { stateFolder } from "./command-room.ts";
import type { Ground } from "./ground.ts";
import type { HouseOptions } from "./house-options.ts";
import type { Messaging } from "./messaging.ts";

/** The canvas and everything around it, built from the ground up. */
export interface CanvasDesk extends AsyncDisposable, CanvasLinks {
  readonly boards: Boards;
  readonly pages: BoardPages;
  readonly host: CanvasHost;
  readonly capabilities: Capabilities;
  /** Undefined: there is none. */
  readonly root: string | undefined;
  /** For a client that has screens of its own; undefined for all others. */
  urlFor(entry: Entry, principal: Principal): string | undefined;
  renewUrl(connectionId: string): string | undefined;
  /** The connection is gone. */
  released(connectionId: string): void;
}

export interface CanvasTalk {
  readonly runs: Runs;
  readonly sessions: Sessions;
  readonly ownChat: OwnChat;
  readonly messaging: Pick<Messaging, "accounts">;
  readonly setupCodes: SetupCodes;
}

export function buildCanvas(ground: Ground, talk: CanvasTalk): CanvasDesk {
  const { options, database } = ground;
  const { clock, ids, log: logs } = options.world;
  const { canvasHost } = options.config;
  const log = logs.for("canvas");
  const root = canvasHost.enabled ? makeRoot(options) : undefined;
  const linkKey = Buffer.from(hmacText(options.deviceTokenKey, "canvas view links"), "base64url");
  const capabilities = new Capabilities({ clock, ids, linkKey });
  const pages = new BoardPages({ clock, log });
  const boards = new Boards({ database, clock, pages });
  pages.hearActions(
    makePageActions({ boards, mainSessionKey: () => talk.sessions.mainKey, deliver: deliverer(talk, options) }),
  );
  const isLive = root !== undefined && canvasHost.liveReload;
  const host = new CanvasHost({ pages, capabilities, root, isLive, ownFiles: canvasFiles, log });
  const address = canvasAddress(ground);
  /** What a connection called us, and whose it is. */
  const held = new Map<string, { readonly baseUrl: string; readonly holder: CanvasHolder }>();
  const issue = ({ baseUrl, holder }: { readonly baseUrl: string; readonly holder: CanvasHolder }) =>
    `${baseUrl}${ownPrefix}/cap/${capabilities.issue(holder, "act")}`;
  const stop = new AbortController();
  void pages.keepAlive(stop.signal);
  const reload = isLive ? startLiveReload({ root, pages, clock, log }) : undefined;
  return {
    boards,
    pages,
    host,
    capabilities,
    root,
    urlFor: ({ connectionId, params, approach }, principal) => {
      const hasScreen = principal.role === "node" || params.client.mode === "ui";
      if (!canvasHost.enabled || !hasScreen) return undefined;
      const { displayName, deviceId } = principal;
      const known = {
        baseUrl: address.forClient(approach),
        holder: { connectionId, deviceId, displayName },
      };
      held.set(connectionId, known);
      return issue(known);
    },
    ...canvasLinks({ capabilities, setupCodes: talk.setupCodes, address }),
    renewUrl: (connectionId) => {
      const known = held.get(connectionId);
      return known && issue(known);
    },
    released: (connectionId) => {
      held.delete(connectionId);
      capabilities.release(connectionId);
      pages.closeOf(connectionId);
    },
    [Symbol.asyncDispose]: () => {
      stop.abort();
      reload?.[Symbol.dispose]();
      pages.closeAll();
      return Promise.resolve();
    },
  };
}

/** What is pressed on a screen goes the way of everything that the owner's clients say. */
function deliverer(talk: CanvasTalk, options: HouseOptions): Parameters<typeof makePageActions>[0]["deliver"] {
  const timeoutMs = options.config.agents.runTimeoutSeconds * 1000;
  return async ({ sessionKey, text, key, principal }) => {
    const { ownChat, runs, sessions, messaging } = talk;
    const { run } = await ownChat.say({
      identity: { principal, method: "canvas.action", key, body: { text } },
      sessionKey: sessions.canonical(sessionKey),
      input: { text, imageCount: 0, thinkingLevel: undefined, extraSystemPrompt: undefined },
      images: [],
      timeoutMs,
      // Where the conversation goes on in a chat, the answer is said there too.
      delivery: replyTarget({ deliver: true }, sessions.find(sessionKey)?.delivery, messaging.accounts),
    });
    const isOk = runs.ended(run).then(
      ({ state }) => state === "ok",
      () => false,
    );
    return { ended: isOk };
  };
}

/** The folder, made with a page in it when it was not there. Throws a ConfigError for one that holds our own files. */
function makeRoot(options: HouseOptions): string | undefined {
  const stateDir = stateFolder(options);
  const { root: written } = options.config.canvasHost;
  if (written === undefined && stateDir === undefined) return undefined;
  const home = options.environment?.["HOME"];
  if (written?.startsWith("~/") && home === undefined) {
    throw new ConfigError(`canvasHost.root ${written}: there is no home folder; write a full path`);
  }
  const root = written === undefined ? joinPath(stateDir!, "canvas") : written.replace(/^~/, home ?? "");
  if (written !== undefined && stateDir !== undefined) refuseOverState(root, stateDir);
  if (identityOf(root) !== undefined) return root;
  makePrivateFolder(root);
  writePrivateFile(joinPath(root, "index.html"), welcomePage);
  return root;
}

function refuseOverState(root: string, stateDir: string): void {
  const folder = identityOf(root)?.realPath ?? root;
  const state = identityOf(stateDir)?.realPath ?? stateDir;
  if (isInside(folder, joinPath(state, "canvas"))) return;
  if (!isInside(folder, state) && !isInside(state, folder)) return;
  throw new ConfigError(`canvasHost.root ${root} holds the gateway's own files; choose a folder beside ${stateDir}`);
}
