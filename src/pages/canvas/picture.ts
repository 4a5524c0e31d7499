import { toJpeg, toPng } from "html-to-image";
import type { Params } from "./page-words.ts";

/** Makes a picture of the page that it is in, by drawing its elements anew; loaded when the first one is asked for. */

export interface Picture {
  readonly format: "png" | "jpeg";
  readonly base64: string;
  readonly width: number;
  readonly height: number;
}

const emptyImage = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7";
const widthsMax = { png: 900, jpeg: 1600 } as const;

export async function takePicture(element: HTMLElement, params: Params): Promise<Picture> {
  const format = params["format"] === "png" ? "png" : "jpeg";
  const width = Math.max(1, element.scrollWidth);
  const height = Math.max(1, Math.min(element.scrollHeight, innerHeight));
  const asked = Number(params["maxWidth"]);
  const widthMax = Number.isInteger(asked) && asked > 0 ? asked : widthsMax[format];
  const quality = typeof params["quality"] === "number" ? Math.min(1, Math.max(0.05, params["quality"])) : 0.82;
  const backgroundColor = opaque(getComputedStyle(element).backgroundColor) ?? opaque(bodyColor()) ?? pageColor();
  const options = {
    width,
    height,
    pixelRatio: Math.min(1, widthMax / width),
    quality,
    backgroundColor,
    skipFonts: true,
    cacheBust: false,
    // Centred on the page, it would be drawn beside the picture.
    style: { margin: "0" },
    // A picture that did not load leaves a gap; the rest is drawn all the same.
    imagePlaceholder: emptyImage,
    onImageErrorHandler: () => undefined,
  };
  const url = await (format === "png" ? toPng(element, options) : toJpeg(element, options));
  const scale = options.pixelRatio;
  return {
    format,
    base64: url.slice(url.indexOf(",") + 1),
    width: Math.round(width * scale),
    height: Math.round(height * scale),
  };
}

function bodyColor(): string {
  return getComputedStyle(document.body).backgroundColor;
}

function opaque(color: string): string | undefined {
  return color === "" || color === "transparent" || /,\s*0\)$|\/\s*0\)$/.test(color) ? undefined : color;
}

function pageColor(): string {
  return matchMedia("(prefers-color-scheme: dark)").matches ? "#171513" : "#ffffff";
}

Object.assign(globalThis, { clawdiaPicture: takePicture });
