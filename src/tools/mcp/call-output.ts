import type { CallToolResult, ContentBlock } from "@modelcontextprotocol/sdk/types.js";
import type { ToolImage, ToolOutput } from "../../engine/index.ts";
import { cutToBytes, oneLine, unreachable } from "../../lib/index.ts";

/** What a server answered to a call, as an output of ours: bounded, and with a word for everything that is left out. */
export const outputLimits = {
  textBytesMax: 64 * 1024,
  imagesMax: 8,
  imageBytesMax: 5 * 1024 * 1024,
} as const;

const imageTypes: readonly string[] = ["image/png", "image/jpeg", "image/gif", "image/webp"];

export function callOutput({ content, structuredContent, isError }: CallToolResult): ToolOutput {
  const images: ToolImage[] = [];
  const texts = content.map((block) => {
    const image = block.type === "image" && images.length < outputLimits.imagesMax ? imageOf(block) : undefined;
    if (image) images.push(image);
    return image ? "" : textOf(block);
  });
  const said = texts.filter((text) => text !== "").join("\n");
  const text = said === "" && structuredContent ? JSON.stringify(structuredContent) : said;
  return { text: bounded(text), ...(isError && { isError }), ...(images.length > 0 && { images }) };
}

function bounded(text: string): string {
  const kept = cutToBytes(text, outputLimits.textBytesMax);
  const left = Buffer.byteLength(text) - Buffer.byteLength(kept);
  return left === 0 ? text : `${kept}\n[${left} more bytes are left out]`;
}

function imageOf({ mimeType, data }: { mimeType: string; data: string }): ToolImage | undefined {
  if (!imageTypes.includes(mimeType)) return undefined;
  if (byteCount(data) > outputLimits.imageBytesMax) return undefined;
  const bytes = new Uint8Array(Buffer.from(data, "base64"));
  return bytes.length === 0 ? undefined : { mimeType, bytes };
}

function textOf(block: ContentBlock): string {
  switch (block.type) {
    case "text":
      return block.text;
    case "image":
    case "audio":
      return leftOut(block.type, block.mimeType, block.data);
    case "resource_link":
      return `[${oneLine(block.name, 200)}: ${oneLine(block.uri, 2000)}]`;
    case "resource":
      return "text" in block.resource
        ? block.resource.text
        : leftOut("file", block.resource.mimeType ?? "of unknown type", block.resource.blob);
    default:
      return unreachable(block);
  }
}

function leftOut(what: string, type: string, base64: string): string {
  return `[${what}, ${oneLine(type, 100)}, ${byteCount(base64)} bytes: left out]`;
}

function byteCount(base64: string): number {
  return Buffer.byteLength(base64, "base64");
}
