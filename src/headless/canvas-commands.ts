import { Type } from "@sinclair/typebox";
import { shape } from "../protocol/index.ts";
import { a2uiCommands } from "./a2ui-commands.ts";
import { type Browser, windowSize } from "./browser.ts";
import { blankPage, type Canvas } from "./canvas.ts";
import { type Job, nodeCommand, type NodeCommand } from "./command.ts";
import { evaluate } from "./evaluate.ts";
import { failed } from "./failure.ts";
import { pageUrl } from "./page-url.ts";

/** canvas.*, as section 10.4 of the wire document has them. */

const { lenient, oneOf, optional, text } = shape;

const urlText = () => Type.String({ maxLength: 8192 });
const length = () => optional(Type.Number({ minimum: 1, maximum: 16_384 }));
const place = () => optional(Type.Number({ minimum: -16_384, maximum: 16_384 }));
const scriptCharsMax = 1024 * 1024;

/** `hostUrl` is where this node reaches the gateway's canvas; undefined when the gateway has none. */
export function canvasCommands(canvas: Canvas, hostUrl: () => string | undefined): readonly NodeCommand[] {
  return [
    present(canvas, hostUrl),
    nodeCommand({
      name: "canvas.hide",
      params: lenient({}),
      run: async () => {
        await canvas.hide();
        return undefined;
      },
    }),
    nodeCommand({
      name: "canvas.navigate",
      params: lenient({ url: urlText() }),
      run: async ({ url }, job) => {
        const target = pageUrl(url, hostUrl());
        await canvas.use(job, (browser) => canvas.navigate(browser, target, job.signal));
        return undefined;
      },
    }),
    nodeCommand({
      name: "canvas.eval",
      params: lenient({ javaScript: text(scriptCharsMax) }),
      run: async ({ javaScript }, job) => ({
        result: await canvas.use(job, (browser) => evaluate(browser, javaScript)),
      }),
    }),
    snapshot(canvas),
    ...a2uiCommands(canvas, hostUrl),
  ];
}

function present(canvas: Canvas, hostUrl: () => string | undefined): NodeCommand {
  return nodeCommand({
    name: "canvas.present",
    params: lenient({
      url: optional(urlText()),
      placement: optional(lenient({ x: place(), y: place(), width: length(), height: length() })),
    }),
    run: async ({ url, placement = {} }, job) => {
      await canvas.use(job, async (browser) => {
        await canvas.show(browser, placement);
        const isEmpty = url === undefined && canvas.url === blankPage;
        if (url !== undefined || isEmpty) await canvas.navigate(browser, pageUrl(url ?? "", hostUrl()), job.signal);
      });
      return undefined;
    },
  });
}

function snapshot(canvas: Canvas): NodeCommand {
  return nodeCommand({
    name: "canvas.snapshot",
    params: lenient({
      maxWidth: optional(Type.Number({ exclusiveMinimum: 0, maximum: 16_384 })),
      quality: optional(Type.Number({ minimum: 0, maximum: 1 })),
      format: optional(oneOf("png", "jpeg", "jpg")),
      delayMs: optional(Type.Number({ minimum: 0, maximum: 10_000 })),
    }),
    run: async ({ maxWidth, quality = 0.82, format: asked = "jpeg" }, job) => {
      const format = asked === "png" ? "png" : "jpeg";
      const widthMax = maxWidth ?? (format === "png" ? 900 : 1600);
      return canvas.use(job, (browser) => picture(browser, { format, quality, widthMax }, job));
    },
  });
}

interface PictureOrder {
  readonly format: "png" | "jpeg";
  readonly quality: number;
  readonly widthMax: number;
}

/** Made smaller until the frame holds it. */
async function picture(browser: Browser, { format, quality, widthMax }: PictureOrder, job: Job): Promise<object> {
  const { cssVisualViewport } = (await browser.page("Page.getLayoutMetrics")) as { cssVisualViewport?: Viewport };
  const {
    pageX = 0,
    pageY = 0,
    clientWidth = windowSize.width,
    clientHeight = windowSize.height,
  } = cssVisualViewport ?? {};
  for (let scale = Math.min(1, widthMax / clientWidth); ; scale *= shrink) {
    const clip = { x: pageX, y: pageY, width: clientWidth, height: clientHeight, scale };
    const jpeg = format === "jpeg" && { quality: Math.round(Math.min(1, Math.max(0.05, quality)) * 100) };
    const { data } = await browser.page("Page.captureScreenshot", { format, ...jpeg, clip });
    const base64 = String(data);
    if (base64.length + answerMargin <= job.answerCharsMax) return { format, base64 };
    if (scale < scaleMin) throw failed("MEDIA_TOO_LARGE", "the picture does not fit into an answer");
  }
}

interface Viewport {
  readonly pageX?: number;
  readonly pageY?: number;
  readonly clientWidth?: number;
  readonly clientHeight?: number;
}

const shrink = 0.7;
const scaleMin = 0.1;
const answerMargin = 256;
