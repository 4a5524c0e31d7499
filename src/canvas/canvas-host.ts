import { type Log, unreachable } from "../lib/index.ts";
import { FileRefused, openServed } from "../net/index.ts";
import { boardIdPattern, mainBoard } from "./boards.ts";
import type { BoardPages } from "./board-pages.ts";
import type { OpenPage, PagePort } from "./open-page.ts";
import { canvasHeaders, canvasRefusal, expiredPage, expiredWords, fileAnswer, pagePolicy } from "./canvas-answers.ts";
import { type CanvasAddress, ownPrefix, readCanvasPath } from "./canvas-paths.ts";
import type { Capabilities, CanvasGrant } from "./capabilities.ts";

/** The canvas over HTTP: the agent's files, our page that shows surfaces, and the sockets of both. */

/** How a request came in, judged by the server. */
export interface CanvasApproach {
  /** From this machine, under a name of this machine, through no proxy. */
  readonly isNear: boolean;
  /** none: no browser's page asks. own: a page of this very origin. opaque: an agent's page. */
  readonly origin: "none" | "own" | "opaque" | "foreign";
}

export interface CanvasRequest {
  readonly method: string;
  readonly url: URL;
  readonly header: (name: string) => string | null;
  readonly approach: CanvasApproach;
}

/** A file of our own page, from the build. */
export interface OwnFile {
  readonly path: string;
  readonly type: string;
  readonly body: string;
  readonly isImmutable: boolean;
}

export interface CanvasHostParts {
  readonly pages: BoardPages;
  readonly capabilities: Capabilities;
  /** As they are now. Without a root there is no folder, so there are no files. */
  readonly files: { readonly root: string | undefined; readonly isLive: boolean };
  readonly ownFiles: readonly OwnFile[];
  readonly log: Log;
}

/** What the server does with a socket. */
export interface CanvasSocket {
  open(port: PagePort): OpenPage;
}

export class CanvasHost {
  readonly #parts: CanvasHostParts;
  readonly #ownFiles: ReadonlyMap<string, OwnFile>;
  /** For this machine's browser: an agent's page asks for its own files from an origin that is nobody's. */
  readonly #nearFiles: string;

  constructor(parts: CanvasHostParts) {
    this.#parts = parts;
    this.#ownFiles = new Map(parts.ownFiles.map((file) => [file.path, file]));
    this.#nearFiles = parts.capabilities.issueLocal("files");
  }

  isOwn(pathname: string): boolean {
    return readCanvasPath(pathname) !== undefined;
  }

  async answer(request: CanvasRequest): Promise<Response> {
    const address = readCanvasPath(request.url.pathname)!;
    if (request.method !== "GET" && request.method !== "HEAD") {
      return canvasRefusal(405, "method_not_allowed", "only GET and HEAD", { allow: "GET, HEAD" });
    }
    const { path } = address;
    if (path.kind === "tab") return this.#answerOwn(path.name, "tab.html", request, false);
    const grant = this.#grantFor(address, request);
    if (!grant) return this.#refusal(address);
    switch (path.kind) {
      case "file":
        return this.#answerFile(address, path.parts, request);
      case "page":
        return this.#answerOwn(path.name, "a2ui.html", request, address.capability !== undefined);
      case "socket":
        return canvasRefusal(426, "upgrade_required", "a WebSocket is here", { upgrade: "websocket" });
      case "malformed":
        return notFound();
      default:
        return unreachable(path);
    }
  }

  /** A socket that may be opened, or the refusal. */
  socket(request: CanvasRequest): CanvasSocket | Response {
    const address = readCanvasPath(request.url.pathname)!;
    if (request.approach.origin === "foreign") {
      return canvasRefusal(403, "origin_not_allowed", "pages of another origin may not connect");
    }
    const grant = this.#grantFor(address, request);
    if (!grant) return this.#refusal(address);
    const boardId = request.url.searchParams.get("board") ?? mainBoard;
    if (address.path.kind !== "socket" || !new RegExp(boardIdPattern).test(boardId)) return notFound();
    const { pages, capabilities } = this.#parts;
    if (!pages.hasRoom) return canvasRefusal(503, "busy", "too many pages are open", { "retry-after": "5" });
    // An agent's page knows the address that it was loaded from; it is told of changes and nothing else.
    const right = request.approach.origin === "opaque" ? "files" : grant.right;
    return {
      open: (port) => {
        const filesBase = right === "files" ? "" : this.#filesBase(grant, capabilities);
        return pages.open(port, { boardId, right, grant, filesBase });
      },
    };
  }

  /** Whoever holds a link whose time is over reads that, on a page when it is one. */
  #refusal({ capability, path }: CanvasAddress): Response {
    if (capability === undefined || !this.#parts.capabilities.isOver(capability)) return unauthorized();
    return path.kind === "page" && path.name === "" ? expiredPage() : canvasRefusal(401, "expired", expiredWords);
  }

  /** Where a page finds the files: under a secret of their own, since an agent's page sees its own address. */
  #filesBase(grant: CanvasGrant, capabilities: Capabilities): string {
    const secret = grant.holder ? capabilities.issue(grant.holder, "files") : this.#nearFiles;
    return `${ownPrefix}/cap/${secret}${ownPrefix}/canvas/`;
  }

  #grantFor(address: CanvasAddress, request: CanvasRequest): CanvasGrant | undefined {
    if (address.capability !== undefined) return this.#parts.capabilities.judge(address.capability);
    // Without a capability: this machine's own browser, by a person's hand or a page of ours, may look.
    const site = request.header("sec-fetch-site");
    const isOwnDoing = site === null || site === "none" || site === "same-origin";
    const isPage = request.approach.origin === "none" || request.approach.origin === "own";
    return request.approach.isNear && isOwnDoing && isPage ? { right: "view", holder: undefined } : undefined;
  }

  async #answerFile(address: CanvasAddress, parts: readonly string[], request: CanvasRequest): Promise<Response> {
    const { files, log } = this.#parts;
    const { root, isLive } = files;
    const { pathname, search } = request.url;
    if (parts.length === 1 && parts[0] === "" && !pathname.endsWith("/")) return moved(`${pathname}/${search}`);
    const isBrowser = request.header("sec-fetch-mode") !== null;
    if (address.capability === undefined && isBrowser) {
      const inside = pathname.slice(address.base.length);
      return moved(`${ownPrefix}/cap/${this.#nearFiles}${ownPrefix}${inside}${search}`);
    }
    if (root === undefined) return notFound();
    const names = parts.at(-1) === "" ? [...parts.slice(0, -1), "index.html"] : parts;
    try {
      return await fileAnswer(await openServed(root, names), {
        method: request.method,
        header: request.header,
        name: names.at(-1)!,
        script: isLive ? `${address.base}/a2ui/frame.js` : undefined,
        isShared: address.capability !== undefined,
      });
    } catch (error) {
      if (!(error instanceof FileRefused)) throw error;
      log.debug("canvas-file.refused", { reason: error.reason });
      return notFound();
    }
  }

  #answerOwn(name: string, home: string, { url, method }: CanvasRequest, isShared: boolean): Response {
    if (name === "" && !url.pathname.endsWith("/")) return moved(`${url.pathname}/${url.search}`);
    const file = this.#ownFiles.get(name === "" ? home : name);
    if (!file) return notFound();
    const headers = {
      ...canvasHeaders(pagePolicy),
      "content-type": file.type,
      // The browser itself asks the person; frames of agents' pages get none of it.
      ...(home === "tab.html" && { "permissions-policy": tabPermissions }),
      // Scripts of the frame are fetched from an origin that is nobody's.
      ...(isShared && { "access-control-allow-origin": "*", "cross-origin-resource-policy": "cross-origin" }),
      ...(file.isImmutable && { "cache-control": "private, max-age=31536000, immutable" }),
    };
    return new Response(method === "HEAD" ? null : file.body, { headers });
  }
}

const tabPermissions =
  "camera=(self), microphone=(self), geolocation=(self), fullscreen=(self), screen-wake-lock=(self)";

function unauthorized(): Response {
  return canvasRefusal(401, "unauthorized", "open the canvas by a link: clawdia canvas link");
}

function notFound(): Response {
  return canvasRefusal(404, "not_found", "nothing is here");
}

/** Relative to the host, so that a proxy in front need not know. */
function moved(path: string): Response {
  return canvasRefusal(302, "moved", "see the address", { location: path });
}
