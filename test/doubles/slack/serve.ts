import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { controlCommands } from "./control.ts";
import { serveCommands } from "../control/serve.ts";
import type { ServedDouble } from "./remote-control.ts";
import { SlackDouble } from "./slack-double.ts";

/**
 * The double as a process of its own, which outlives the gateways that a test kills:
 *
 *     bun test/doubles/slack/serve.ts --port 0 --log calls.jsonl [--tls cert.pem key.pem] [--production]
 *
 * With `--production` it calls itself by Slack's own host names. It prints one line of JSON, a `ServedDouble`, and
 * ends on SIGTERM, SIGINT or when its standard input closes with `--until-eof`. `remote-control.ts` drives it; the
 * control port stays up during outages.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    port: { type: "string", default: "0" },
    hostname: { type: "string", default: "127.0.0.1" },
    log: { type: "string" },
    /** The certificate's file; the key's file follows it. */
    tls: { type: "string" },
    production: { type: "boolean", default: false },
    "control-port": { type: "string", default: "0" },
    "admin-token": { type: "string", default: randomBytes(16).toString("hex") },
    "until-eof": { type: "boolean", default: false },
  },
});

const production = {
  web: "https://slack.com",
  files: "https://files.slack.com",
  sockets: "wss://wss-primary.slack.com",
};

const slack = await SlackDouble.start({
  port: Number(values.port),
  hostname: values.hostname,
  logFile: values.log,
  tls: values.tls === undefined ? undefined : await readTls(values.tls, positionals[0]),
  urls: values.production ? production : undefined,
});
const adminToken = values["admin-token"];
const control = serveCommands({ commands: controlCommands(slack), adminToken, port: Number(values["control-port"]) });

const served: ServedDouble = {
  apiRoot: slack.apiRoot,
  botToken: slack.botToken,
  appToken: slack.appToken,
  signingSecret: slack.signingSecret,
  userId: slack.bot.userId,
  controlUrl: control.url.href,
  adminToken,
};
process.stdout.write(`${JSON.stringify(served)}\n`);

const ended = Promise.withResolvers<void>();
for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => ended.resolve());
if (values["until-eof"]) process.stdin.on("end", () => ended.resolve()).resume();
await ended.promise;
await control.stop(true);
await slack[Symbol.asyncDispose]();
process.exit(0);

async function readTls(certFile: string, keyFile: string | undefined) {
  if (keyFile === undefined) throw new Error("--tls wants two files: certificate and key");
  return { cert: await Bun.file(certFile).text(), key: await Bun.file(keyFile).text() };
}
