import { readFileSync } from "node:fs";
import { type Config, ConfigError } from "../config/index.ts";
import { errorFields, isoTime, type Paths, readTextIfPresent, writePrivateFile } from "../lib/index.ts";
import { type CertificateFacts, certificateFacts, type CertificatePair, makeCertificate } from "../net/index.ts";
import type { World } from "./world.ts";

/** The certificate of the gateway's port: the owner's own, or one that is made at the first start and renewed. */

export interface GatewayTls extends CertificatePair, CertificateFacts {}

export interface TlsWishes {
  readonly settings: Config["gateway"]["tls"];
  readonly paths: Pick<Paths, "tlsCertificateFile" | "tlsKeyFile">;
  readonly world: Pick<World, "clock" | "random" | "log">;
}

const dayMs = 86_400_000;
/** Clients pin the certificate, so a new one is trouble for a person: it is made as seldom as can be. */
const lifeMs = 3650 * dayMs;
/** A start this long before the end makes a new one; a given one is complained about. */
const renewalMs = 60 * dayMs;
/** Clients' clocks may be behind. */
const clockLeewayMs = dayMs;

/** Whoever can reach the port reads the certificate: it names neither this machine nor its network. */
const hostsOfOwn = { subject: "clawdia-gateway", hosts: ["localhost", "127.0.0.1", "::1"] };

/** Undefined when the port speaks plainly. Throws a ConfigError when the given certificate is of no use. */
export function gatewayTls({ settings, paths, world }: TlsWishes): GatewayTls | undefined {
  const { enabled, certPath, keyPath } = settings;
  if (!enabled) return undefined;
  if (certPath === undefined && keyPath === undefined) return ownCertificate(paths, world);
  if (certPath === undefined || keyPath === undefined) {
    throw new ConfigError("gateway.tls: set certPath and keyPath both, or none of them for a certificate made here");
  }
  const given = givenCertificate(certPath, keyPath);
  const nowMs = world.clock.nowMs();
  if (given.endsAtMs <= nowMs)
    throw new ConfigError(`gateway.tls.certPath: ${certPath} ended at ${isoTime(given.endsAtMs)}: renew it`);
  if (given.endsAtMs - nowMs < renewalMs / 2)
    world.log.for("tls").warn("tls.ends-soon", { certPath, endsAt: isoTime(given.endsAtMs) });
  return given;
}

function givenCertificate(certPath: string, keyPath: string): GatewayTls {
  const pair = { certificate: givenFile("certPath", certPath), key: givenFile("keyPath", keyPath) };
  try {
    return { ...pair, ...certificateFacts(pair) };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ConfigError(`gateway.tls: ${why}: ${certPath} and ${keyPath}`, { cause: error });
  }
}

function givenFile(setting: string, path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const why = error instanceof Error && "code" in error ? String(error.code) : String(error);
    throw new ConfigError(`gateway.tls.${setting}: ${path} cannot be read (${why})`, { cause: error });
  }
}

function ownCertificate(paths: TlsWishes["paths"], world: TlsWishes["world"]): GatewayTls {
  const nowMs = world.clock.nowMs();
  const log = world.log.for("tls");
  const kept = keptCertificate(paths, log);
  if (kept && kept.endsAtMs - nowMs > renewalMs) return kept;
  const span = { fromMs: nowMs - clockLeewayMs, untilMs: nowMs + lifeMs };
  const pair = makeCertificate({ ...hostsOfOwn, ...span }, world.random);
  // The key first: a certificate without its key is made anew by the next start.
  writePrivateFile(paths.tlsKeyFile, pair.key);
  writePrivateFile(paths.tlsCertificateFile, pair.certificate);
  const facts = certificateFacts(pair);
  if (kept) log.warn("tls.renewed", { before: kept.fingerprint, fingerprint: facts.fingerprint });
  else log.info("tls.made", { fingerprint: facts.fingerprint });
  return { ...pair, ...facts };
}

function keptCertificate(paths: TlsWishes["paths"], log: ReturnType<World["log"]["for"]>): GatewayTls | undefined {
  const certificate = readTextIfPresent(paths.tlsCertificateFile);
  const key = readTextIfPresent(paths.tlsKeyFile);
  if (certificate === undefined || key === undefined) return undefined;
  try {
    return { certificate, key, ...certificateFacts({ certificate, key }) };
  } catch (error) {
    log.warn("tls.kept-is-broken", errorFields(error));
    return undefined;
  }
}
