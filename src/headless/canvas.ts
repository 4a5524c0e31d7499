import type { Config } from "../config/index.ts";
import { type Clock, emptyFolder, joinPath, slept, unlessAborted } from "../lib/index.ts";
import { Browser, windowSize } from "./browser.ts";
import type { Job } from "./command.ts";
import { failed, NodeFailure } from "./failure.ts";
import type { Machine } from "./machine.ts";

/**
 * The page that agents show here. Chromium is started when it is first needed, and ends when nobody asked for anything
 * for a while and nobody sees it; the next command starts it again where it was.
 */

export interface CanvasParts {
  readonly machine: Machine;
  readonly settings: Config["node"]["canvas"];
  /** Chromium's whole path. */
  readonly program: string;
  readonly isVisible: boolean;
  /** The public key of the gateway whose certificate is pinned; see `HeadlessNodeParts`. */
  readonly gatewayKey: () => Promise<string | undefined>;
}

export interface Placement {
  readonly x?: number | undefined;
  readonly y?: number | undefined;
  readonly width?: number | undefined;
  readonly height?: number | undefined;
}

/** Until a page that was asked for has loaded. */
const loadMs = 15_000;
/** From an interruption to the next answer of the page. */
const calmMs = 2_000;
const minuteMs = 60_000;
export const blankPage = "about:blank";

export class Canvas implements AsyncDisposable {
  readonly #parts: CanvasParts;
  readonly #closed = new AbortController();
  #running: Browser | undefined;
  #url = blankPage;
  #placement: Placement = {};
  #isShown = false;
  /** Commands one after the other. */
  #last: Promise<unknown> = Promise.resolve();
  #usedAtMs = 0;

  constructor(parts: CanvasParts) {
    this.#parts = parts;
  }

  get clock(): Clock {
    return this.#parts.machine.clock;
  }

  get isRunning(): boolean {
    return this.#running !== undefined && !this.#running.isGone;
  }

  get url(): string {
    return this.#url;
  }

  /** Lends the browser, to one at a time; it is started, and shows its page, when it was not there. */
  use<T>(job: Pick<Job, "signal">, work: (browser: Browser) => Promise<T>): Promise<T> {
    const turn = this.#last.then(async () => {
      job.signal.throwIfAborted();
      const browser = await this.#started(job.signal);
      this.#usedAtMs = this.#parts.machine.clock.elapsedMs();
      try {
        return await unlessAborted(work(browser), job.signal);
      } catch (error) {
        if (job.signal.aborted) await this.#calm(browser);
        throw error;
      }
    });
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  /** Shows an address and waits until it has loaded. */
  async navigate(browser: Browser, url: string, signal: AbortSignal): Promise<void> {
    const loaded = Promise.withResolvers<void>();
    const stop = browser.on("Page.loadEventFired", () => loaded.resolve());
    const over = new AbortController();
    try {
      const { errorText, loaderId } = await browser.page("Page.navigate", { url });
      if (typeof errorText === "string" && errorText !== "") {
        throw failed("CANVAS_LOAD_FAILED", `${shortUrl(url)} did not load: ${errorText}`);
      }
      this.#url = url;
      // Without a loader it was a jump within the page.
      if (loaderId === undefined) return;
      const late = slept(this.#parts.machine.clock, loadMs, over.signal).then(() => "late" as const);
      if ((await Promise.race([unlessAborted(loaded.promise, signal), late])) !== "late") return;
      throw failed(
        "CANVAS_LOAD_FAILED",
        `${shortUrl(url)} has not loaded within ${loadMs / 1000} s; it goes on loading`,
      );
    } finally {
      over.abort();
      stop();
    }
  }

  /** Brings the window to the front, where it is to be. */
  async show(browser: Browser, placement: Placement): Promise<void> {
    this.#placement = { ...this.#placement, ...placement };
    this.#isShown = true;
    await this.#place(browser);
    if (this.#parts.isVisible) await browser.page("Page.bringToFront");
  }

  /** Without a window manager a window cannot be put away: then the browser ends, and comes back where it was. */
  async hide(): Promise<void> {
    const turn = this.#last.then(async () => {
      this.#isShown = false;
      const browser = this.#running;
      if (!browser || browser.isGone || !this.#parts.isVisible) return;
      const windowId = await windowOf(browser);
      await browser.whole("Browser.setWindowBounds", { windowId, bounds: { windowState: "minimized" } });
      const { bounds } = (await browser.whole("Browser.getWindowBounds", { windowId })) as { bounds: Bounds };
      if (bounds.windowState !== "minimized") await this.stop();
    });
    this.#last = turn.catch(() => undefined);
    return turn;
  }

  async stop(): Promise<void> {
    const browser = this.#running;
    this.#running = undefined;
    browser?.kill();
    await browser?.ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed.abort();
    await this.stop();
  }

  /** A page that was busy for too long is interrupted; one that does not hear that either goes with its browser. */
  async #calm(browser: Browser): Promise<void> {
    const over = new AbortController();
    const isCalm = browser.page("Runtime.terminateExecution").then(
      () => browser.page("Runtime.evaluate", { expression: "1" }).then(() => true),
      () => false,
    );
    const late = slept(this.clock, calmMs, over.signal).then(() => false);
    if (!(await Promise.race([isCalm.catch(() => false), late]))) browser.kill();
    over.abort();
  }

  async #started(signal: AbortSignal): Promise<Browser> {
    if (this.#running && !this.#running.isGone) return this.#running;
    this.#running = await this.#start(signal);
    return this.#running;
  }

  async #start(signal: AbortSignal): Promise<Browser> {
    const { machine, program, isVisible, gatewayKey } = this.#parts;
    const profileFolder = joinPath(machine.folder, "browser");
    emptyFolder(profileFolder);
    const key = await unlessAborted(gatewayKey(), signal);
    const args = key === undefined ? [] : [`--ignore-certificate-errors-spki-list=${key}`];
    const browser = await Browser.start(machine, { program, profileFolder, isVisible, args }, signal);
    machine.log.info("browser.started", { isVisible });
    await this.#place(browser);
    if (this.#url !== blankPage) {
      await this.navigate(browser, this.#url, signal).catch((error: unknown) => {
        // The page of before is not the one that is asked for now.
        if (!(error instanceof NodeFailure)) throw error;
      });
    }
    void this.#endWhenIdle(browser);
    return browser;
  }

  async #place(browser: Browser): Promise<void> {
    const { x, y, width, height } = this.#placement;
    if (!this.#parts.isVisible) {
      const size = { width: width ?? windowSize.width, height: height ?? windowSize.height };
      await browser.page("Emulation.setDeviceMetricsOverride", {
        ...rounded(size),
        deviceScaleFactor: 1,
        mobile: false,
      });
      return;
    }
    const windowId = await windowOf(browser);
    await browser.whole("Browser.setWindowBounds", { windowId, bounds: { windowState: "normal" } });
    const bounds = rounded({ left: x, top: y, width, height });
    if (Object.keys(bounds).length > 0) await browser.whole("Browser.setWindowBounds", { windowId, bounds });
  }

  async #endWhenIdle(browser: Browser): Promise<void> {
    const { machine, settings, isVisible } = this.#parts;
    const idleMs = settings.idleMinutes * minuteMs;
    while (!browser.isGone && (await slept(machine.clock, minuteMs, this.#closed.signal))) {
      const isSeen = isVisible && this.#isShown;
      if (browser.isGone || isSeen || machine.clock.elapsedMs() - this.#usedAtMs < idleMs) continue;
      machine.log.info("browser.idle");
      return this.stop();
    }
  }
}

interface Bounds {
  readonly windowState?: string;
}

async function windowOf(browser: Browser): Promise<unknown> {
  return (await browser.whole("Browser.getWindowForTarget", { targetId: browser.targetId }))["windowId"];
}

/** Whole numbers, without what was not said. */
function rounded(numbers: Readonly<Record<string, number | undefined>>): Record<string, number> {
  const given = Object.entries(numbers).filter((entry): entry is [string, number] => entry[1] !== undefined);
  return Object.fromEntries(given.map(([name, value]) => [name, Math.round(value)]));
}

/** Capabilities stand in paths: an address is told without them. */
function shortUrl(url: string): string {
  return URL.canParse(url) && new URL(url).origin !== "null" ? new URL(url).origin : url.slice(0, 32);
}
