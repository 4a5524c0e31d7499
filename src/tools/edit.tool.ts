import { Type } from "@sinclair/typebox";
import type { Tool } from "../engine/index.ts";
import { shape } from "../protocol/index.ts";
import type { FilesOf } from "./agent-files.ts";
import { defineTool, failure } from "./define-tool.ts";
import { textOfFile } from "./file-text.ts";
import { FileRefused, quoted } from "./workspace-path.ts";

const fileBytesMax = 4 * 1024 * 1024;
const pieceCharsMax = 500_000;
/** A piece of this length is hardly in a file by chance. */
const tellingChars = 20;

export function editTool(filesOf: FilesOf): Tool {
  return defineTool({
    name: "edit",
    description:
      "Replaces a piece of a text file of your workspace. oldText must be in the file exactly, spaces and line ends " +
      "included, and only once: take enough lines around the place. With all: true every occurrence is replaced. " +
      "Read the file first.",
    params: shape.closed({
      path: Type.String({ minLength: 1, maxLength: 4096, description: "Path of the file." }),
      oldText: Type.String({ minLength: 1, maxLength: pieceCharsMax, description: "The piece as it is now." }),
      newText: Type.String({ maxLength: pieceCharsMax, description: "What shall be there instead; may be empty." }),
      all: Type.Optional(Type.Boolean({ description: "Replace every occurrence." })),
    }),
    effect: "idempotent",
    ownerOnly: true,
    run: async ({ path, oldText, newText, all = false }, { agentId }) => {
      const files = filesOf(agentId);
      const { bytes = new Uint8Array(), size, stamp } = await files.read(path, { bytesMax: fileBytesMax });
      if (size > fileBytesMax) throw new FileRefused(`${quoted(path)} is too large to edit: ${size} bytes`);
      const text = textOfFile(path, bytes);
      const edited = replaceIn(text, { oldText, newText, all });
      if (edited.kind === "refused") return failure(`${quoted(path)}: ${edited.reason}`);
      if (edited.kind === "done before") return { text: `${quoted(path)} reads so already; nothing was changed` };
      await files.write(path, new TextEncoder().encode(edited.text), stamp);
      const times = edited.count === 1 ? "" : ` in ${edited.count} places`;
      return { text: `edited ${quoted(path)}${times}, from line ${edited.line}` };
    },
  });
}

export interface Replacement {
  readonly oldText: string;
  readonly newText: string;
  readonly all: boolean;
}

export type Edited =
  | { readonly kind: "edited"; readonly text: string; readonly count: number; readonly line: number }
  /** The same edit was made before: making it twice would do it twice. */
  | { readonly kind: "done before" }
  | { readonly kind: "refused"; readonly reason: string };

/** Pure. A file with Windows line ends is edited with them, whichever the model wrote. */
export function replaceIn(text: string, written: Replacement): Edited {
  const hasWindowsEnds = text.includes("\r\n") && !text.includes(written.oldText);
  const oldText = hasWindowsEnds ? windowsEnds(written.oldText) : written.oldText;
  const newText = hasWindowsEnds ? windowsEnds(written.newText) : written.newText;
  if (oldText === newText) return { kind: "refused", reason: "oldText and newText are the same" };
  const first = text.indexOf(oldText);
  if (first === -1) {
    if (newText.length >= tellingChars && text.includes(newText)) return { kind: "done before" };
    return { kind: "refused", reason: "oldText is not in the file; read it again and copy the piece exactly" };
  }
  const pieces = text.split(oldText);
  const count = pieces.length - 1;
  if (isDoneBefore(text, oldText, newText)) return { kind: "done before" };
  if (count > 1 && !written.all) {
    return { kind: "refused", reason: `oldText is in the file ${count} times; take more lines around it, or set all` };
  }
  const line = text.slice(0, first).split("\n").length;
  return { kind: "edited", text: pieces.join(newText), count, line };
}

/** True when every place that reads like oldText is part of a place that reads like newText already. */
function isDoneBefore(text: string, oldText: string, newText: string): boolean {
  if (!newText.includes(oldText)) return false;
  return !text.split(newText).join("\0").includes(oldText);
}

function windowsEnds(text: string): string {
  return text.replaceAll(/\r?\n/g, "\r\n");
}
