import { Store } from "../shared/store.ts";
import { FrameHost } from "./frame-host.ts";
import { newId } from "./new-id.ts";
import { Notice } from "./notice.ts";
import { PageSocket } from "./page-socket.ts";
import { type FromGateway, type Json, type Params, wordsAt } from "./page-words.ts";
import { Pressed } from "./pressed.ts";
import { Surfaces } from "./surfaces.ts";

/** What the tab shows: the board's surfaces, or one of the agent's pages. */

export interface StageView {
  readonly isOnline: boolean;
  readonly isEmpty: boolean;
  readonly updatedAtMs: number | undefined;
  /** What the agent sees of the person right now, in words. */
  readonly watched: string | undefined;
  /** What the agent asks the person at this screen. */
  readonly question: string | undefined;
  /** What a page wants to say to the agent. */
  readonly wish: string | undefined;
}

const askMs = 20_000;
const watchedMs = 2_000;

export class Stage {
  readonly view = new Store<StageView>({
    isOnline: false,
    isEmpty: true,
    updatedAtMs: undefined,
    watched: undefined,
    question: undefined,
    wish: undefined,
  });
  readonly #surfacesRoot: HTMLElement;
  readonly #frame: FrameHost;
  readonly #surfaces: Surfaces;
  readonly #pressed: Pressed;
  readonly #pushes = new Map<string, PromiseWithResolvers<Json>>();
  #socket: PageSocket | undefined;
  #base = "";
  #files = "";
  #path: string | undefined;
  #consent: PromiseWithResolvers<boolean> | undefined;
  #watchedTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(surfacesRoot: HTMLElement, frame: HTMLIFrameElement, notice: HTMLElement) {
    this.#surfacesRoot = surfacesRoot;
    this.#pressed = new Pressed(new Notice(notice), () => this.#socket);
    this.#frame = new FrameHost(frame, { asksToSay: (wish) => this.view.update((view) => ({ ...view, wish })) });
    this.#surfaces = new Surfaces(surfacesRoot, {
      act: (action) => this.#pressed.press(action),
      trouble: (text) => this.#socket?.send({ type: "trouble", text }),
      changed: () => this.#drawn(),
    });
  }

  /** The tab is connected (again): `base` is the canvas's address for this connection. */
  connect(base: string, board: string): void {
    this.#base = new URL(base, location.href).pathname;
    this.#board = board;
    this.#socket?.close();
    this.#socket = new PageSocket(() => `${this.#base}/__openclaw__/ws?board=${encodeURIComponent(this.#board)}`, {
      hear: (message) => this.#hear(message),
      online: (isOnline) => this.view.update((view) => ({ ...view, isOnline })),
    });
  }

  disconnect(): void {
    this.#socket?.close();
    this.#socket = undefined;
    this.view.update((view) => ({ ...view, isOnline: false }));
  }

  /** The person lets the page say it, or not. */
  decide(isLetThrough: boolean): void {
    const { wish } = this.view.value;
    this.view.update((view) => ({ ...view, wish: undefined }));
    if (isLetThrough && wish !== undefined) this.#pressed.say(wish);
  }

  /** A file of the canvas; nothing shows the surfaces. Resolves when it is there. */
  async show(path: string | undefined): Promise<void> {
    if (path === undefined) {
      this.#path = undefined;
      this.#toggle();
      return;
    }
    if (/^[a-z][a-z0-9+.-]*:|^\/\//i.test(path)) {
      throw new Error("INVALID_REQUEST: a browser tab shows files of the canvas folder, for instance index.html");
    }
    const plain = path.replace(/^\/?(__[a-z]+__\/canvas\/)?/, "");
    await this.#ready.promise;
    this.#path = plain;
    this.#toggle();
    await this.#frame.load(this.#files + plain.split("/").map(encodePart).join("/"));
    this.#touched();
  }

  async evaluate(javaScript: string): Promise<string> {
    if (this.#path === undefined) throw new Error("UNAVAILABLE: surfaces run no scripts; show a page first");
    const value = await this.#frame.ask("eval", { javaScript }, askMs);
    return typeof value === "string" ? value : JSON.stringify(value);
  }

  async snapshot(params: Params): Promise<Json> {
    this.watched("your agent looks at this screen");
    if (this.#path !== undefined) return this.#frame.ask("snapshot", params, askMs);
    const { takePicture } = await import("./picture.ts");
    return { ...(await takePicture(this.#surfacesRoot, params)) };
  }

  /** What the tab was asked to draw goes to the gateway, which keeps it and tells every screen. */
  async push(messages: readonly Json[]): Promise<Json> {
    await this.#ready.promise;
    const id = newId();
    const done = Promise.withResolvers<Json>();
    this.#pushes.set(id, done);
    const timer = setTimeout(() => done.reject(new Error("the gateway did not answer in time")), askMs);
    this.#socket?.send({ type: "push", id, messages });
    try {
      return await done.promise;
    } finally {
      clearTimeout(timer);
      this.#pushes.delete(id);
    }
  }

  get surfaceIds(): readonly string[] {
    return this.#surfaces.ids;
  }

  readonly #ready = Promise.withResolvers<void>();
  #board = "main";

  #hear(message: FromGateway): void {
    switch (message.type) {
      case "welcome":
        this.#files = message.files;
        this.#surfaces.filesAt(message.files);
        return this.#ready.resolve();
      case "a2ui":
        if (message.replay) return this.#surfaces.replay(message.messages);
        this.#path = undefined;
        this.#toggle();
        return this.#surfaces.apply(message.messages);
      case "show":
        void this.show(message.path ?? undefined).catch((error: unknown) => {
          this.#socket?.send({ type: "trouble", text: textOf(error) });
        });
        return undefined;
      case "ask":
        return void this.#answer(message.id, message.what, message.params);
      case "status":
        return this.#status(message);
      case "moved":
      case "changed":
        return undefined;
    }
  }

  #status(message: Extract<FromGateway, { type: "status" }>): void {
    const push = this.#pushes.get(message.id);
    if (!push) return this.#pressed.hear(message);
    if (message.state === "done") push.resolve({ ok: true, surfaces: message.surfaces ?? [] });
    else if (message.state === "refused") push.reject(new Error(`INVALID_REQUEST: ${message.error ?? "refused"}`));
  }

  async #answer(id: string, what: "eval" | "snapshot", params: Params): Promise<void> {
    try {
      const value = what === "eval" ? await this.evaluate(wordsAt(params, "javaScript")) : await this.snapshot(params);
      this.#socket?.send({ type: "answer", id, ok: true, value });
    } catch (error) {
      this.#socket?.send({ type: "answer", id, ok: false, error: textOf(error) });
    }
  }

  #toggle(): void {
    const isPage = this.#path !== undefined;
    this.#frame.element.hidden = !isPage;
    this.#surfacesRoot.hidden = isPage;
    // A page that is not shown does not go on running.
    if (!isPage && this.#frame.element.src !== "") this.#frame.element.removeAttribute("src");
    this.#drawn();
  }

  #drawn(): void {
    const isEmpty = this.#path === undefined && this.#surfaces?.ids.length === 0;
    this.view.update((view) => ({ ...view, isEmpty }));
    this.#touched();
  }

  #touched(): void {
    this.view.update((view) => ({ ...view, updatedAtMs: Date.now() }));
  }

  /** The person sees that the agent looks. */
  readonly watched = (words: string, forMs = 0): void => {
    clearTimeout(this.#watchedTimer);
    this.view.update((view) => ({ ...view, watched: words }));
    const over = () => this.view.update((view) => ({ ...view, watched: undefined }));
    this.#watchedTimer = setTimeout(over, watchedMs + forMs);
  };

  /** Asks the person at the screen; a newer question takes the place of one that nobody answered. */
  readonly consent = (question: string): Promise<boolean> => {
    this.#consent?.resolve(false);
    this.#consent = Promise.withResolvers<boolean>();
    this.view.update((view) => ({ ...view, question }));
    return this.#consent.promise;
  };

  /** By a press, so that the browser's own question may follow. */
  answerConsent(isYes: boolean): void {
    this.view.update((view) => ({ ...view, question: undefined }));
    this.#consent?.resolve(isYes);
    this.#consent = undefined;
  }
}

/** A question mark or a hash in the path is the page's own. */
function encodePart(part: string): string {
  return part.replaceAll(/[^A-Za-z0-9._~!$&'()*+,;=:@%?#-]/g, encodeURIComponent);
}

export function textOf(error: unknown): string {
  if (error instanceof Error) return error.message;
  return typeof error === "string" ? error : "the browser refused without saying why";
}
