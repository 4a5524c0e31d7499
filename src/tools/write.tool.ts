import { Type } from "@sinclair/typebox";
import type { Tool } from "../engine/index.ts";
import { shape } from "../protocol/index.ts";
import type { FilesOf } from "./agent-files.ts";
import { defineTool } from "./define-tool.ts";
import { quoted } from "./workspace-path.ts";

const contentCharsMax = 1_000_000;

export function writeTool(filesOf: FilesOf): Tool {
  return defineTool({
    name: "write",
    description:
      "Writes a whole text file of your workspace, with the folders that it needs. What was in the file is gone: to " +
      "change a part of a file use edit. Paths are relative to the workspace.",
    params: shape.closed({
      path: Type.String({
        minLength: 1,
        maxLength: 4096,
        description: "Path of the file, for instance notes/today.md",
      }),
      content: Type.String({ maxLength: contentCharsMax, description: "Everything that the file shall hold." }),
    }),
    effect: "idempotent",
    ownerOnly: true,
    run: async ({ path, content }, { agentId }) => {
      const bytes = new TextEncoder().encode(content);
      const wasThere = await filesOf(agentId).write(path, bytes);
      return { text: `${wasThere ? "replaced" : "made"} ${quoted(path)}: ${bytes.length} bytes` };
    },
  });
}
