import { readFileSync } from "node:fs";
import { findPaths, loadConfig, processEnvironment } from "../config/index.ts";
import { certificateFacts } from "../net/index.ts";
import { refused } from "./failure.ts";
import { printJson, printLine } from "./print.ts";
import { holderOf } from "./target.ts";

/** `clawdia gateway fingerprint`: what clients pin. It asks no gateway: it reads the owner's files. */

interface FingerprintFlags {
  readonly json?: boolean | undefined;
  readonly profile?: string | undefined;
}

export function printFingerprint(flags: FingerprintFlags): void {
  const fingerprint = localFingerprint(flags.profile);
  if (flags.json) return printJson({ tlsFingerprint: fingerprint });
  printLine(fingerprint);
}

/** Of the gateway that runs, or else of the files that the next one will use. */
function localFingerprint(profile: string | undefined): string {
  const environment = processEnvironment();
  const paths = findPaths(environment, profile ?? environment["CLAWDIA_PROFILE"]);
  const running = holderOf(paths);
  if (running?.tlsFingerprint !== undefined) return running.tlsFingerprint;
  const { enabled, certPath, keyPath } = loadConfig(environment, { profile }).config.gateway.tls;
  if (!enabled)
    throw refused("the gateway does not speak TLS", `set gateway.tls.enabled in ${paths.configFile}, and restart it`);
  if (running) throw refused("the gateway that runs does not speak TLS yet", "restart it: clawdia gateway");
  const [certificate, key] = [certPath ?? paths.tlsCertificateFile, keyPath ?? paths.tlsKeyFile];
  try {
    return certificateFacts({ certificate: readFileSync(certificate, "utf8"), key: readFileSync(key, "utf8") })
      .fingerprint;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw refused(`there is no certificate yet in ${certificate} (${why})`, "clawdia gateway");
  }
}
