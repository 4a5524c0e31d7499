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
import { type Config, ConfigError, isSame } from "../config/index.ts";
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
  /** The settings are others now. Throws a ConfigError; ends what is not to be seen any more when all have followed. */
  follow(next: Config["canvasHost"], before: Config["canvasHost"]): () => void;
  /** A port that pages came by is another one now, or there is none; they are told. */
  moved(from: number | undefined, to: number | undefined): void;
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
  const linkKey = Buffer.from(hmacText(options.deviceTokenKey, "canvas view links"), "base64url");
  const capabilities = new Capabilities({ clock, ids, linkKey });
  const pages = new BoardPages({ clock, log });
  const boards = new Boards({ database, clock, pages });
  pages.hearActions(
    makePageActions({ boards, mainSessionKey: () => talk.sessions.mainKey, deliver: deliverer(talk, options) }),
  );
  const folder = new CanvasFolder(options, (root) => startLiveReload({ root, pages, clock, log }));
  const host = new CanvasHost({ pages, capabilities, files: folder, ownFiles: canvasFiles, log });
  const address = canvasAddress(ground);
  /** What a connection called us, and whose it is. */
  const held = new Map<string, { readonly baseUrl: string; readonly holder: CanvasHolder }>();
  const issue = ({ baseUrl, holder }: { readonly baseUrl: string; readonly holder: CanvasHolder }) =>
    `${baseUrl}${ownPrefix}/cap/${capabilities.issue(holder, "act")}`;
  const stop = new AbortController();
  void pages.keepAlive(stop.signal);
  return {
    boards,
    pages,
    host,
    capabilities,
    get root() {
      return folder.root;
    },
    follow: (next, before) => {
      const isAnother = folder.follow(next, before);
      return () => {
        if (!next.enabled) pages.closeAll("the canvas was switched off");
        // Whatever they show may be another file now.
        else if (isAnother) pages.tellAll({ type: "changed", paths: [] });
      };
    },
    moved: (from, to) => {
      if (from !== undefined && to !== undefined) pages.tellAll({ type: "moved", from, to });
    },
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
      folder[Symbol.dispose]();
      pages.closeAll();
      return Promise.resolve();
    },
  };
}

/** The folder of the agents' pages, as the config has it now, and whether open pages follow its files. */
class CanvasFolder implements Disposable {
  readonly #options: HouseOptions;
  readonly #watch: (root: string) => Disposable;
  #root: string | undefined;
  #reload: Disposable | undefined;

  constructor(options: HouseOptions, watch: (root: string) => Disposable) {
    this.#options = options;
    this.#watch = watch;
    this.#root = options.config.canvasHost.enabled ? makeRoot(options) : undefined;
    this.#reload = this.#watched();
  }

  get root(): string | undefined {
    return this.#root;
  }

  get isLive(): boolean {
    return this.#root !== undefined && this.#options.config.canvasHost.liveReload;
  }

  /** True when pages show something else now. Throws a ConfigError. */
  follow(next: Config["canvasHost"], before: Config["canvasHost"]): boolean {
    const isSameFolder = isSame([next.enabled, next.root], [before.enabled, before.root]);
    if (isSameFolder && next.liveReload === before.liveReload) return false;
    if (!isSameFolder) this.#root = next.enabled ? makeRoot(this.#options) : undefined;
    this[Symbol.dispose]();
    this.#reload = this.#watched();
    return true;
  }

  [Symbol.dispose](): void {
    this.#reload?.[Symbol.dispose]();
    this.#reload = undefined;
  }

  #watched(): Disposable | undefined {
    return this.isLive && this.#root !== undefined ? this.#watch(this.#root) : undefined;
  }
}

/** What is pressed on a screen goes the way of everything that the owner's clients say. */
function deliverer(talk: CanvasTalk, options: HouseOptions): Parameters<typeof makePageActions>[0]["deliver"] {
  return async ({ sessionKey, text, key, principal }) => {
    const { ownChat, runs, sessions, messaging } = talk;
    const { run } = await ownChat.say({
      identity: { principal, method: "canvas.action", key, body: { text } },
      sessionKey: sessions.canonical(sessionKey),
      input: { text, imageCount: 0, thinkingLevel: undefined, extraSystemPrompt: undefined },
      images: [],
      timeoutMs: options.config.agents.runTimeoutSeconds * 1000,
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

/** The folder, made with a page in it when it was not there. */
function makeRoot(options: HouseOptions): string | undefined {
  const root = canvasRoot(options);
  if (root === undefined || identityOf(root) !== undefined) return root;
  makePrivateFolder(root);
  writePrivateFile(joinPath(root, "index.html"), welcomePage);
  return root;
}

/** Where it is. Throws a ConfigError for one that holds our own files. */
export function canvasRoot(options: HouseOptions): string | undefined {
  const stateDir = stateFolder(options);
  const { root: written } = options.config.canvasHost;
  if (written === undefined && stateDir === undefined) return undefined;
  const home = options.environment?.["HOME"];
  if (written?.startsWith("~/") && home === undefined) {
    throw new ConfigError(`canvasHost.root ${written}: there is no home folder; write a full path`);
  }
  const root = written === undefined ? joinPath(stateDir!, "canvas") : written.replace(/^~/, home ?? "");
  if (written !== undefined && stateDir !== undefined) refuseOverState(root, stateDir);
  return root;
}

function refuseOverState(root: string, stateDir: string): void {
  const folder = identityOf(root)?.realPath ?? root;
  const state = identityOf(stateDir)?.realPath ?? stateDir;
  if (isInside(folder, joinPath(state, "canvas"))) return;
  if (!isInside(folder, state) && !isInside(state, folder)) return;
  throw new ConfigError(`canvasHost.root ${root} holds the gateway's own files; choose a folder beside ${stateDir}`);
}
