import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { controlCommands } from "./control.ts";
import { serveCommands } from "../control/serve.ts";
import { MessagesDouble } from "./messages-double.ts";
import type { ServedDouble } from "./remote-control.ts";

/**
 * The double as a process of its own, which outlives the gateways that a test kills:
 *
 *     bun test/doubles/imessage/serve.ts [--old] [--no-bridge] [--control-port N]
 *
 * It prints one line of JSON, a `ServedDouble`, and ends on SIGTERM, SIGINT or when its standard input closes with
 * `--until-eof`. There is no TLS: imsg has no port.
 */
const { values } = parseArgs({
  options: {
    old: { type: "boolean", default: false },
    "no-bridge": { type: "boolean", default: false },
    "control-port": { type: "string", default: "0" },
    "admin-token": { type: "string", default: randomBytes(16).toString("hex") },
    "until-eof": { type: "boolean", default: false },
  },
});

await using double = new MessagesDouble({ isModern: !values.old, hasBridge: !values["no-bridge"] });
const adminToken = values["admin-token"];
const control = serveCommands({ commands: controlCommands(double), adminToken, port: Number(values["control-port"]) });

const { command, binFolder, attachmentsFolder } = double;
const served: ServedDouble = { command, binFolder, attachmentsFolder, controlUrl: control.url.href, adminToken };
process.stdout.write(`${JSON.stringify(served)}\n`);

const ended = Promise.withResolvers<void>();
for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => ended.resolve());
if (values["until-eof"]) process.stdin.on("end", () => ended.resolve()).resume();
await ended.promise;
await control.stop(true);
