import { Type } from "@sinclair/typebox";
import type { Tool } from "../engine/index.ts";
import { shape } from "../protocol/index.ts";
import type { FilesOf } from "./agent-files.ts";
import { defineTool } from "./define-tool.ts";
import type { WorkspaceFiles } from "./workspace-files.ts";

const entriesMax = 500;
const depthMax = 4;
/** Folders full of files that nobody wrote. */
const deep: readonly string[] = [".git", "node_modules"];

export function listTool(filesOf: FilesOf): Tool {
  return defineTool({
    name: "list",
    description:
      "Lists a folder of your workspace: one name a line, folders with a slash at the end, files with their size. " +
      "Without a path it is the workspace itself; depth above 1 looks into folders too.",
    params: shape.closed({
      path: Type.Optional(Type.String({ maxLength: 4096, description: "Path of the folder." })),
      depth: Type.Optional(Type.Integer({ minimum: 1, maximum: depthMax, description: "Levels to list; 1 is usual." })),
    }),
    effect: "read",
    run: async ({ path = "", depth = 1 }, { agentId, signal }) => {
      const found: string[] = [];
      await collect(filesOf(agentId), { path, prefix: "", depth, signal }, found);
      if (found.length === 0) return { text: "[the folder is empty]" };
      const cut = found.length > entriesMax ? `\n[more than ${entriesMax} names: list a folder of it]` : "";
      return { text: found.slice(0, entriesMax).join("\n") + cut };
    },
  });
}

interface Place {
  readonly path: string;
  readonly prefix: string;
  readonly depth: number;
  readonly signal: AbortSignal;
}

async function collect(files: WorkspaceFiles, { path, prefix, depth, signal }: Place, found: string[]): Promise<void> {
  for (const { name, kind, bytes } of await files.list(path)) {
    if (found.length > entriesMax) return;
    signal.throwIfAborted();
    const shown = `${prefix}${name}`;
    if (kind !== "folder") {
      found.push(kind === "file" ? `${shown}  ${bytes} bytes` : `${shown}  [${kind}, not followed]`);
      continue;
    }
    found.push(`${shown}/`);
    if (depth === 1 || deep.includes(name)) continue;
    const inside = path === "" ? name : `${path}/${name}`;
    await collect(files, { path: inside, prefix: `${shown}/`, depth: depth - 1, signal }, found);
  }
}
