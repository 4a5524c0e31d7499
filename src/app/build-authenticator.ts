import { Attempts, Authenticator } from "../devices/index.ts";
import type { Features } from "./feature-set.ts";
import type { Ground } from "./ground.ts";

/** Who may come in, by the secrets of this start. */
export function buildAuthenticator({ devices, setupCodes }: Features, { options }: Ground): Authenticator {
  const { clock, log } = options.world;
  return new Authenticator({
    devices,
    attempts: new Attempts(clock),
    setupCodes,
    secrets: options.secrets,
    clock,
    log: log.for("devices"),
  });
}
