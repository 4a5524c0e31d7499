import { type Attempts, Authenticator } from "../devices/index.ts";
import type { Features } from "./feature-set.ts";
import type { Ground } from "./ground.ts";
import { acceptsTailscale } from "./tailnet.ts";

/** Who may come in, by the secrets of this start. `attempts` counts for whatever takes the same credentials. */
export function buildAuthenticator(
  { devices, setupCodes }: Features,
  { options }: Ground,
  attempts: Attempts,
): Authenticator {
  const { clock, log } = options.world;
  return new Authenticator({
    devices,
    attempts,
    setupCodes,
    secrets: options.secrets,
    acceptsTailscale: () => acceptsTailscale(options),
    clock,
    log: log.for("devices"),
  });
}
