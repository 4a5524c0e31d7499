import { Type } from "@sinclair/typebox";
import { tailFile } from "../lib/index.ts";
import { methodsFor, operator, shape } from "../protocol/index.ts";

const { arrayOf, count, named, optional, text } = shape;

/** The log file; what was logged is on it after `flush`. */
export interface LogSource {
  readonly path: string;
  flush(): void;
}

const method = methodsFor<{ logFile: LogSource }>();

const linesMax = 5000;

export const logsMethods = {
  "logs.tail": method({
    summary: "The newest lines of the log, or those after a cursor.",
    access: operator("read"),
    params: named("LogsTailParams", {
      cursor: optional(count()),
      limit: optional(Type.Integer({ minimum: 1, maximum: linesMax })),
      maxBytes: optional(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
    }),
    result: named("LogsTailResult", {
      file: text(4096),
      cursor: count(),
      size: count(),
      lines: arrayOf(text(1_000_000), linesMax),
      truncated: optional(Type.Boolean()),
      reset: optional(Type.Boolean()),
    }),
    handle: ({ cursor, limit = 500, maxBytes = 250_000 }, { logFile }) => {
      logFile.flush();
      const { truncated, reset, ...tail } = tailFile(logFile.path, { cursor, limit, maxBytes });
      return { file: logFile.path, ...tail, ...(truncated && { truncated }), ...(reset && { reset }) };
    },
  }),
};
