import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { controlCommands } from "./control.ts";
import { serveCommands } from "../control/serve.ts";
import type { ServedDouble } from "./remote-control.ts";
import { TelegramDouble } from "./telegram-double.ts";

/**
 * The double as a process of its own, which outlives the gateways that a test kills:
 *
 *     bun test/doubles/telegram/serve.ts --port 0 --log calls.jsonl [--tls cert.pem key.pem]
 *
 * It prints one line of JSON, a `ServedDouble`, and ends on SIGTERM, SIGINT or when its standard input closes with
 * `--until-eof`. `remote-control.ts` drives it; the control port stays up during outages.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    port: { type: "string", default: "0" },
    hostname: { type: "string", default: "127.0.0.1" },
    log: { type: "string" },
    /** The certificate's file; the key's file follows it. */
    tls: { type: "string" },
    token: { type: "string" },
    "bot-username": { type: "string" },
    "control-port": { type: "string", default: "0" },
    "admin-token": { type: "string", default: randomBytes(16).toString("hex") },
    "until-eof": { type: "boolean", default: false },
  },
});

const telegram = await TelegramDouble.start({
  token: values.token,
  botUsername: values["bot-username"],
  port: Number(values.port),
  hostname: values.hostname,
  logFile: values.log,
  tls: values.tls === undefined ? undefined : await readTls(values.tls, positionals[0]),
});
const adminToken = values["admin-token"];
const control = serveCommands({
  commands: controlCommands(telegram),
  adminToken,
  port: Number(values["control-port"]),
});

const served: ServedDouble = {
  apiRoot: telegram.apiRoot,
  token: telegram.token,
  controlUrl: control.url.href,
  adminToken,
};
process.stdout.write(`${JSON.stringify(served)}\n`);

const ended = Promise.withResolvers<void>();
for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => ended.resolve());
if (values["until-eof"]) process.stdin.on("end", () => ended.resolve()).resume();
await ended.promise;
await control.stop(true);
await telegram[Symbol.asyncDispose]();
process.exit(0);

async function readTls(certFile: string, keyFile: string | undefined) {
  if (keyFile === undefined) throw new Error("--tls wants two files: certificate and key");
  return { cert: await Bun.file(certFile).text(), key: await Bun.file(keyFile).text() };
}
