import { join } from "node:path";

export { join as joinPath, resolve as resolvePath } from "node:path";

/** Where everything lies on disk. All of it is private to the owner: folders 0700, files 0600. */
export interface Paths {
  readonly stateDir: string;
  readonly configFile: string;
  /** The config as it was, in dated copies. */
  readonly configHistoryDir: string;
  readonly database: string;
  /** Held exclusively for the life of the gateway; the kernel releases it when the process dies. */
  readonly lockFile: string;
  /** Information about the holder of the lock, for messages only. */
  readonly holderFile: string;
  readonly gatewayTokenFile: string;
  readonly deviceTokenKeyFile: string;
  /** The certificate that is made here, and its key. */
  readonly tlsCertificateFile: string;
  readonly tlsKeyFile: string;
  readonly identityFile: string;
  readonly secretsDir: string;
  readonly mediaDir: string;
  readonly logFile: string;
}

export function makePaths(stateDir: string, configFile = join(stateDir, "clawdia.json")): Paths {
  return {
    stateDir,
    configFile,
    configHistoryDir: join(stateDir, "config-history"),
    database: join(stateDir, "clawdia.db"),
    lockFile: join(stateDir, "gateway.lock.db"),
    holderFile: join(stateDir, "gateway.json"),
    gatewayTokenFile: join(stateDir, "secrets", "gateway-token"),
    deviceTokenKeyFile: join(stateDir, "secrets", "device-token-key"),
    tlsCertificateFile: join(stateDir, "secrets", "tls-certificate.pem"),
    tlsKeyFile: join(stateDir, "secrets", "tls-key.pem"),
    identityFile: join(stateDir, "identity", "device.json"),
    secretsDir: join(stateDir, "secrets"),
    mediaDir: join(stateDir, "media"),
    logFile: join(stateDir, "logs", "clawdia.log"),
  };
}
