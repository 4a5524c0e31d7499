import { type Config, ConfigError } from "../config/index.ts";
import { sameSecret } from "../lib/index.ts";
import type { HouseOptions } from "./house-options.ts";
import { secretsBy } from "./listening.ts";

/** Paths of the gateway's port that hooks may not take. */
const takenRoots: readonly string[] = ["/webhooks", "/v1", "/tools", "/metrics", "/healthz", "/readyz", "/startupz"];

/** A start with hooks that anybody could use, or whose token opens more than the hooks, is refused. */
export function refuseHookSettings(config: Config, given: HouseOptions["secrets"]): void {
  const { hooks } = config;
  if (!hooks.enabled) return;
  const { token, path } = hooks;
  if (token === undefined) {
    throw new ConfigError("hooks are enabled without a token: set hooks.token, for instance to `openssl rand -hex 24`");
  }
  const { tokens, password } = secretsBy(given, () => config);
  const isGateways = [...tokens, ...(password === undefined ? [] : [password])].some((own) => sameSecret(token, own));
  if (isGateways) {
    throw new ConfigError("hooks.token is the gateway's own token: choose another, since whoever posts hooks knows it");
  }
  const taken = takenRoots.find((root) => path === root || path.startsWith(`${root}/`));
  if (taken !== undefined) throw new ConfigError(`hooks.path is ${path}, and ${taken} has another use: choose another`);
}
