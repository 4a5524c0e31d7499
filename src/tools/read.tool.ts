import { Type } from "@sinclair/typebox";
import type { Tool, ToolOutput } from "../engine/index.ts";
import { shape } from "../protocol/index.ts";
import type { FilesOf } from "./agent-files.ts";
import { defineTool } from "./define-tool.ts";
import { pictureType, textOfFile } from "./file-text.ts";
import { FileRefused, quoted } from "./workspace-path.ts";

/** Largest file that is looked into. */
const fileBytesMax = 10 * 1024 * 1024;
const pictureBytesMax = 5 * 1024 * 1024;
const linesMax = 2_000;
const outputCharsMax = 40_000;

export function readTool(filesOf: FilesOf): Tool {
  return defineTool({
    name: "read",
    description:
      "Reads a file of your workspace: text by lines, or a picture (PNG, JPEG, GIF, WebP), which you then see. " +
      `Without limit you get up to ${linesMax} lines; when lines are missing, the last line in brackets says where ` +
      "to go on. Use list to find out what files there are. Paths are relative to the workspace.",
    params: shape.closed({
      path: Type.String({
        minLength: 1,
        maxLength: 4096,
        description: "Path of the file, for instance notes/today.md",
      }),
      offset: Type.Optional(Type.Integer({ minimum: 1, description: "First line that you want; 1 is the first." })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: linesMax, description: "How many lines you want." })),
    }),
    effect: "read",
    run: async ({ path, offset = 1, limit = linesMax }, { agentId }) => {
      const { bytes = new Uint8Array(), size } = await filesOf(agentId).read(path, { bytesMax: fileBytesMax });
      if (size > fileBytesMax) {
        throw new FileRefused(`${quoted(path)} has ${size} bytes, and only files of up to ${fileBytesMax} are read`);
      }
      const mimeType = pictureType(bytes);
      return mimeType === undefined ? lines(textOfFile(path, bytes), offset, limit) : picture(path, mimeType, bytes);
    },
  });
}

function picture(path: string, mimeType: string, bytes: Uint8Array): ToolOutput {
  if (bytes.length > pictureBytesMax) {
    throw new FileRefused(
      `${quoted(path)} is a picture of ${bytes.length} bytes; at most ${pictureBytesMax} are shown`,
    );
  }
  return { text: `${quoted(path)}: ${mimeType}, ${bytes.length} bytes`, images: [{ mimeType, bytes }] };
}

/** As many whole lines as fit; the rest is told of. */
function lines(text: string, offset: number, limit: number): ToolOutput {
  if (text === "") return { text: "[the file is empty]" };
  const all = text.split("\n");
  // A line end at the end of the file starts no line.
  if (all.at(-1) === "") all.pop();
  if (offset > all.length) throw new FileRefused(`the file has ${all.length} lines: there is no line ${offset}`);
  const kept: string[] = [];
  let chars = 0;
  for (const line of all.slice(offset - 1, offset - 1 + limit)) {
    chars += line.length + 1;
    if (chars > outputCharsMax && kept.length > 0) break;
    kept.push(line.length > outputCharsMax ? `${line.slice(0, outputCharsMax)}[… the line goes on]` : line);
  }
  const last = offset - 1 + kept.length;
  const isAll = offset === 1 && last === all.length;
  const next = last < all.length ? `; go on with offset ${last + 1}` : "";
  const note = isAll ? "" : `\n[lines ${offset} to ${last} of ${all.length}${next}]`;
  return { text: kept.join("\n") + note };
}
