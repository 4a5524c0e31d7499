import { errorFields, type Log, unlessAborted } from "../lib/index.ts";
import { type PipedChild, startPiped, StartError } from "../programs/index.ts";
import { failed } from "./failure.ts";
import type { Machine } from "./machine.ts";
import { desktopEnvironment } from "./program.ts";

/**
 * One running Chromium and its first page, over the DevTools protocol. The protocol goes through a pipe: no port that
 * another user of the machine could reach, and Chromium ends when this process does.
 */

export interface BrowserOptions {
  /** A whole path. */
  readonly program: string;
  /** Emptied before: what a page left behind does not outlive the browser. */
  readonly profileFolder: string;
  readonly isVisible: boolean;
  readonly args?: readonly string[];
  /** Beside what the desktop needs. */
  readonly environment?: Readonly<Record<string, string>>;
}

/** A message of DevTools: an answer has an id, an event has a method. */
interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message?: string };
  readonly sessionId?: string;
}

type Hear = (params: Readonly<Record<string, unknown>>) => void;

/** One answer or event of DevTools; a picture of a large screen is some megabytes. */
const messageBytesMax = 128 * 1024 * 1024;
export const windowSize = { width: 1280, height: 800 } as const;

const quiet = [
  "--no-first-run",
  "--no-default-browser-check",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-default-apps",
  "--disable-extensions",
  "--disable-sync",
  "--disable-features=Translate,MediaRouter,OptimizationHints",
  "--deny-permission-prompts",
  "--metrics-recording-only",
  "--no-service-autorun",
  "--password-store=basic",
  "--use-mock-keychain",
];

export class Browser {
  readonly #child: PipedChild;
  readonly #log: Log;
  readonly #waiting = new Map<number, PromiseWithResolvers<Readonly<Record<string, unknown>>>>();
  readonly #listeners = new Map<string, Set<Hear>>();
  #pieces: Uint8Array[] = [];
  #held = 0;
  #nextId = 1;
  #session: string | undefined;
  #target: string | undefined;
  #isGone = false;

  private constructor(child: PipedChild, log: Log) {
    this.#child = child;
    this.#log = log;
    child.onData((piece) => this.#take(piece));
    void child.ended.then((how) => this.#end(how));
  }

  /** Rejects with a NodeFailure when it does not come up. */
  static async start(machine: Machine, options: BrowserOptions, signal: AbortSignal): Promise<Browser> {
    const args = [
      ...(options.isVisible ? ["--app=about:blank"] : ["--headless=new", "--hide-scrollbars", "--mute-audio"]),
      "--remote-debugging-pipe",
      `--user-data-dir=${options.profileFolder}`,
      `--window-size=${windowSize.width},${windowSize.height}`,
      // Chromium has no sandbox as root, and says so by not starting.
      ...(machine.isRoot ? ["--no-sandbox"] : []),
      ...quiet,
      ...(options.args ?? []),
      ...(options.isVisible ? [] : ["about:blank"]),
    ];
    const child = started(machine, options, args);
    const browser = new Browser(child, machine.log);
    try {
      await unlessAborted(browser.#attach(), signal);
      return browser;
    } catch (error) {
      browser.kill();
      throw error;
    }
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  /** Of the page. */
  get targetId(): string {
    return this.#target ?? "";
  }

  /** Resolves when it ended. */
  get ended(): Promise<unknown> {
    return this.#child.ended;
  }

  /** A command for the page. Rejects with a NodeFailure when the browser refuses or is gone. */
  page(method: string, params: object = {}): Promise<Readonly<Record<string, unknown>>> {
    return this.#send(method, params, this.#session);
  }

  /** A command for the browser itself. */
  whole(method: string, params: object = {}): Promise<Readonly<Record<string, unknown>>> {
    return this.#send(method, params, undefined);
  }

  /** Hears an event until the returned function is called. */
  on(method: string, hear: Hear): () => void {
    const listeners = this.#listeners.get(method) ?? new Set();
    this.#listeners.set(method, listeners.add(hear));
    return () => void listeners.delete(hear);
  }

  kill(): void {
    this.#child.hangUp();
    this.#child.kill();
  }

  async #attach(): Promise<void> {
    await this.whole("Target.setDiscoverTargets", { discover: true });
    const { targetInfos } = (await this.whole("Target.getTargets")) as { targetInfos: TargetInfo[] };
    const page = targetInfos.find(({ type }) => type === "page");
    if (!page) throw failed("CANVAS_UNAVAILABLE", "the browser came up without a page");
    this.#target = page.targetId;
    // Windows that a page opens are nobody's: they are closed.
    this.on("Target.targetCreated", ({ targetInfo }) => {
      const { targetId, type } = targetInfo as TargetInfo;
      if (type !== "page" || targetId === this.#target) return;
      void this.whole("Target.closeTarget", { targetId }).catch((error: unknown) => this.#note(error));
    });
    const attached = await this.whole("Target.attachToTarget", { targetId: page.targetId, flatten: true });
    this.#session = String(attached["sessionId"]);
    await this.whole("Browser.setDownloadBehavior", { behavior: "deny" });
    await Promise.all(["Page.enable", "Runtime.enable", "Inspector.enable"].map((method) => this.page(method)));
    this.on("Inspector.targetCrashed", () => this.kill());
    // A question of a page would hold up everything else.
    this.on("Page.javascriptDialogOpening", () => {
      void this.page("Page.handleJavaScriptDialog", { accept: false }).catch((error: unknown) => this.#note(error));
    });
  }

  #send(method: string, params: object, sessionId: string | undefined): Promise<Readonly<Record<string, unknown>>> {
    if (this.#isGone) return Promise.reject(failed("CANVAS_UNAVAILABLE", "the browser has ended; ask again"));
    const id = this.#nextId++;
    const waiting = Promise.withResolvers<Readonly<Record<string, unknown>>>();
    this.#waiting.set(id, waiting);
    this.#child.write(`${JSON.stringify({ id, method, params, ...(sessionId !== undefined && { sessionId }) })}\0`);
    return waiting.promise;
  }

  /** Messages end with a zero byte. */
  #take(chunk: Uint8Array): void {
    let start = 0;
    for (let end = chunk.indexOf(0); end !== -1; end = chunk.indexOf(0, start)) {
      this.#hear(Buffer.concat([...this.#pieces, chunk.subarray(start, end)]).toString("utf8"));
      this.#pieces = [];
      this.#held = 0;
      start = end + 1;
    }
    if (start === chunk.length) return;
    this.#pieces.push(chunk.slice(start));
    this.#held += chunk.length - start;
    if (this.#held > messageBytesMax) this.kill();
  }

  #hear(text: string): void {
    const message = JSON.parse(text) as Message;
    if (message.id === undefined) {
      const isOurs = message.sessionId === undefined || message.sessionId === this.#session;
      if (isOurs) for (const hear of this.#listeners.get(message.method ?? "") ?? []) hear(message.params ?? {});
      return;
    }
    const waiting = this.#waiting.get(message.id);
    this.#waiting.delete(message.id);
    if (message.error) waiting?.reject(failed("CANVAS_UNAVAILABLE", message.error.message ?? "the browser refused"));
    else waiting?.resolve(message.result ?? {});
  }

  #end(how: string): void {
    this.#isGone = true;
    const words = this.#child.lastWords().split("\n").at(-1) ?? "";
    this.#log.info("browser.ended", { how, words });
    for (const { reject } of this.#waiting.values()) reject(failed("CANVAS_UNAVAILABLE", `the browser ended ${how}`));
    this.#waiting.clear();
  }

  #note(error: unknown): void {
    this.#log.debug("browser.refused", errorFields(error));
  }
}

function started(machine: Machine, { program, environment }: BrowserOptions, args: readonly string[]): PipedChild {
  try {
    const whole = { ...desktopEnvironment(machine), ...environment };
    return startPiped({ program, args, folder: machine.folder, environment: whole });
  } catch (error) {
    throw error instanceof StartError ? failed("CANVAS_UNAVAILABLE", error.message, error) : error;
  }
}

interface TargetInfo {
  readonly targetId: string;
  readonly type: string;
}
