import type { LinkKeeper } from "./link-keeper.ts";

/** An account as `channels.status` and `health` show it (section 5.12 of the wire document). */

export type AccountShown = { readonly accountId: string } & Readonly<Record<string, unknown>>;

export function snapshotOf(keeper: LinkKeeper, probe: object | undefined): AccountShown {
  const { state, account, provider } = keeper;
  const policy = account.settings as { readonly name?: string; readonly dmPolicy?: string; readonly mode?: string };
  const shown = {
    accountId: account.id,
    name: policy.name ?? state.self?.name,
    enabled: state.kind !== "stopped",
    configured: keeper.isConfigured,
    linked: keeper.isConfigured && state.kind !== "logged-out",
    running: state.kind !== "stopped" && state.kind !== "unconfigured" && state.kind !== "logged-out",
    connected: state.kind === "connected",
    state: state.kind,
    reconnectAttempts: state.attempts,
    lastConnectedAt: state.connectedAtMs,
    lastError: state.reason,
    cure: state.cure,
    retryAt: state.retryAtMs,
    lastStartAt: state.startedAtMs,
    lastInboundAt: state.inboundAtMs,
    lastOutboundAt: state.outboundAtMs,
    lastProbeAt: state.probedAtMs,
    mode: policy.mode,
    dmPolicy: policy.dmPolicy,
    handle: state.self?.handle,
    canLogin: provider.login !== undefined,
    probe,
  };
  const present = Object.entries(shown).filter(([, value]) => value !== undefined);
  return { accountId: account.id, ...Object.fromEntries(present) };
}

/** One network in short; apps decode `configured`, `running` and the like strictly. */
export function channelSummary(keepers: readonly LinkKeeper[]): Readonly<Record<string, unknown>> {
  const shown = keepers.map((keeper) => snapshotOf(keeper, undefined));
  const some = (name: string) => shown.some((account) => account[name] === true);
  const lastError = shown.find(({ lastError: error }) => error !== undefined)?.["lastError"];
  return {
    configured: some("configured"),
    linked: some("linked"),
    running: some("running"),
    connected: some("connected"),
    reconnectAttempts: Math.max(0, ...keepers.map(({ state }) => state.attempts)),
    ...(lastError !== undefined && { lastError }),
  };
}
