import { emptyFolder, joinPath, unlessAborted } from "../lib/index.ts";
import { Browser } from "./browser.ts";
import { evaluate } from "./evaluate.ts";
import { failed, type FailureReason, NodeFailure } from "./failure.ts";
import type { Machine } from "./machine.ts";

/**
 * A page of ours in a browser of its own that lives for one picture or film: the page that agents show never has the
 * camera, the microphone or the screen.
 */
export interface LentPageParts {
  readonly machine: Machine;
  readonly program: string;
  /** Names its folder. */
  readonly name: "camera" | "screen";
  /** Who says that it failed. */
  readonly reason: FailureReason;
  readonly permissions: readonly string[];
  /** True: a window, far beside every screen. */
  readonly hasWindow: boolean;
  readonly args: readonly string[];
}

/** What is inside a page, by scripts of ours. */
export interface LentPage {
  /** Runs it; rejects with a NodeFailure in the words of what it threw. */
  readonly run: (script: string) => Promise<string>;
}

/** Only secure origins are lent anything. Nothing is asked at this one: the page is ours. It is shown to people. */
const origin = "https://clawdia.invalid";
const body = Buffer.from("<!doctype html><title>Clawdia</title>").toString("base64");
const farAway = "--window-position=30000,30000";
/** Chromium's own words choose the screen, and they are its language's. */
const english = { LANG: "C.UTF-8", LC_ALL: "C.UTF-8", LANGUAGE: "en" };

export async function withLentPage<T>(
  parts: LentPageParts,
  work: (page: LentPage) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const { machine, program, name, hasWindow } = parts;
  const profileFolder = joinPath(machine.folder, `${name}-browser`);
  emptyFolder(profileFolder);
  const args = [...(hasWindow ? [farAway] : []), ...parts.args];
  const options = { program, profileFolder, isVisible: hasWindow, environment: english, args };
  let browser: Browser | undefined;
  try {
    browser = await Browser.start(machine, options, signal);
    await unlessAborted(openPage(browser, parts.permissions), signal);
    const page = { run: (script: string) => evaluate(browser!, script) };
    return await unlessAborted(work(page), signal);
  } catch (error) {
    throw toldAs(parts, error, browser?.isGone ?? false);
  } finally {
    browser?.kill();
    await browser?.ended;
    emptyFolder(profileFolder);
  }
}

/** The browser did not live to the end. */
export class PageGone extends NodeFailure {}

async function openPage(browser: Browser, permissions: readonly string[]): Promise<void> {
  const loaded = Promise.withResolvers<void>();
  browser.on("Page.loadEventFired", () => loaded.resolve());
  browser.on("Fetch.requestPaused", ({ requestId }) => {
    const responseHeaders = [{ name: "content-type", value: "text/html" }];
    browser.page("Fetch.fulfillRequest", { requestId, responseCode: 200, responseHeaders, body }).catch(loaded.reject);
  });
  await browser.whole("Browser.grantPermissions", { origin, permissions });
  await browser.page("Fetch.enable", { patterns: [{ urlPattern: "*" }] });
  await browser.page("Page.navigate", { url: `${origin}/` });
  await loaded.promise;
}

/** The browser speaks of a canvas; here it is something else that fails. */
function toldAs({ reason, name }: LentPageParts, error: unknown, isGone: boolean): unknown {
  if (!(error instanceof NodeFailure) || !error.message.startsWith("CANVAS_")) return error;
  const words = error.message.replace(/^CANVAS_[A-Z_]+: /, "").split("\n")[0]!;
  const told = failed(reason, `Chromium gets nothing from the ${name}: ${words}`, error);
  return isGone ? new PageGone(told.code, told.message, error) : told;
}
