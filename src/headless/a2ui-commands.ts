import { Type } from "@sinclair/typebox";
import { slept } from "../lib/index.ts";
import { shape } from "../protocol/index.ts";
import type { Browser } from "./browser.ts";
import type { Canvas } from "./canvas.ts";
import { type Job, nodeCommand, type NodeCommand } from "./command.ts";
import { evaluate } from "./evaluate.ts";
import { badParams, failed } from "./failure.ts";
import { a2uiPage, isA2uiPage } from "./page-url.ts";

/** canvas.a2ui.*: surfaces are drawn by the gateway's own page, which is opened when it is not there. */

const { lenient, optional } = shape;

const messagesMax = 1_000;
const jsonlCharsMax = 4 * 1024 * 1024;
const hostReadyMs = 6_000;
const lookMs = 60;

/** The page has the names of all families of apps. */
const host = "(globalThis.clawdiaA2UI ?? globalThis.openclawA2UI ?? globalThis.clawdbotA2UI)";

export function a2uiCommands(canvas: Canvas, hostUrl: () => string | undefined): readonly NodeCommand[] {
  const push = async (messages: readonly unknown[], job: Job) => {
    const bad = messages.findIndex(
      (message) => typeof message !== "object" || message === null || Array.isArray(message),
    );
    if (messages.length === 0 || bad !== -1)
      throw badParams(`messages[${bad}]: each message is an object, and one at least`);
    return call(canvas, hostUrl(), `applyMessages(${JSON.stringify(messages)})`, job);
  };
  const messages = Type.Array(Type.Unknown(), { maxItems: messagesMax });
  const jsonl = Type.String({ maxLength: jsonlCharsMax });
  return [
    nodeCommand({
      name: "canvas.a2ui.push",
      params: lenient({ messages: optional(messages), jsonl: optional(jsonl) }),
      run: (params, job) => push(params.messages ?? linesOf(params.jsonl ?? ""), job),
    }),
    nodeCommand({
      name: "canvas.a2ui.pushJSONL",
      params: lenient({ jsonl }),
      run: (params, job) => push(linesOf(params.jsonl), job),
    }),
    nodeCommand({
      name: "canvas.a2ui.reset",
      params: lenient({}),
      run: (_params, job) => call(canvas, hostUrl(), "reset()", job),
    }),
  ];
}

function linesOf(jsonl: string): unknown[] {
  const lines = jsonl.split("\n").map((line) => line.trim());
  if (lines.filter((line) => line !== "").length > messagesMax)
    throw badParams(`jsonl: at most ${messagesMax} messages`);
  return lines.flatMap((line, index) => {
    if (line === "") return [];
    try {
      return [JSON.parse(line) as unknown];
    } catch {
      throw badParams(`jsonl: line ${index + 1} is no JSON`);
    }
  });
}

async function call(canvas: Canvas, hostUrl: string | undefined, method: string, job: Job): Promise<object> {
  if (hostUrl === undefined) throw failed("A2UI_HOST_NOT_CONFIGURED", "the gateway has no canvas for surfaces");
  return canvas.use(job, async (browser) => {
    if (!isA2uiPage(canvas.url, hostUrl)) await canvas.navigate(browser, a2uiPage(hostUrl), job.signal);
    await whenReady(canvas, browser, job.signal);
    const said = await evaluate(browser, `(async () => JSON.stringify(await ${host}.${method} ?? { ok: true }))()`);
    return { ok: true, ...(JSON.parse(said) as object) };
  });
}

/** The page draws first what was there before. */
async function whenReady(canvas: Canvas, browser: Browser, signal: AbortSignal): Promise<void> {
  const { clock } = canvas;
  const untilMs = clock.elapsedMs() + hostReadyMs;
  while ((await evaluate(browser, `typeof ${host}?.applyMessages`)) !== "function") {
    if (clock.elapsedMs() >= untilMs) throw failed("A2UI_HOST_UNAVAILABLE", "the page for surfaces does not come up");
    if (!(await slept(clock, lookMs, signal))) signal.throwIfAborted();
  }
}
