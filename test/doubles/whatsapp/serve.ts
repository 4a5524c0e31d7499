import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { serveCommands } from "../control/serve.ts";
import { controlCommands, type ServedDouble } from "./control.ts";
import { WhatsAppDouble } from "./whatsapp-double.ts";

/**
 * The double as a process of its own, which outlives the gateways that a test kills:
 *
 *     bun test/doubles/whatsapp/serve.ts --port 0 [--number 15550001111] [--tls cert.pem key.pem]
 *
 * It prints one line of JSON, a `ServedDouble`, and ends on SIGTERM, SIGINT or when its standard input closes with
 * `--until-eof`. `remoteControl` drives it; the control port stays up during outages.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    port: { type: "string", default: "0" },
    hostname: { type: "string", default: "127.0.0.1" },
    /** The certificate's file; the key's file follows it. */
    tls: { type: "string" },
    number: { type: "string" },
    "media-host": { type: "string" },
    "control-port": { type: "string", default: "0" },
    "admin-token": { type: "string", default: randomBytes(16).toString("hex") },
    "until-eof": { type: "boolean", default: false },
  },
});

const whatsapp = await WhatsAppDouble.start({
  port: Number(values.port),
  hostname: values.hostname,
  ...(values.number !== undefined && { number: values.number }),
  ...(values["media-host"] !== undefined && { mediaHost: values["media-host"] }),
  tls: values.tls === undefined ? undefined : await readTls(values.tls, positionals[0]),
});
const adminToken = values["admin-token"];
const control = serveCommands({
  commands: controlCommands(whatsapp),
  adminToken,
  port: Number(values["control-port"]),
});
const { webSocketUrl, mediaUrl } = whatsapp;
const served: ServedDouble = { webSocketUrl, mediaUrl, controlUrl: control.url.href, adminToken };
process.stdout.write(`${JSON.stringify(served)}\n`);

const ended = Promise.withResolvers<void>();
for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => ended.resolve());
if (values["until-eof"]) process.stdin.on("end", () => ended.resolve()).resume();
await ended.promise;
await control.stop(true);
await whatsapp[Symbol.asyncDispose]();
process.exit(0);

async function readTls(certFile: string, keyFile: string | undefined) {
  if (keyFile === undefined) throw new Error("--tls wants two files: certificate and key");
  return { cert: await Bun.file(certFile).text(), key: await Bun.file(keyFile).text() };
}
