import { type Static, Type } from "@sinclair/typebox";
import type { Clock } from "../lib/index.ts";
import { invalidRequest, methodsFor, operator, shape } from "../protocol/index.ts";
import type { Accounts } from "./accounts.ts";
import { channelSummary, snapshotOf } from "./channel-status.ts";
import type { LinkKeeper } from "./link-keeper.ts";
import type { LoginProgress, Logins } from "./logins.ts";

const { arrayOf, closed, named, nonEmpty, oneOf, optional, recordOf, text, timeMs } = shape;

interface Deps {
  readonly accounts: Accounts;
  readonly logins: Logins;
  readonly clock: Clock;
}

const method = methodsFor<Deps>();

/** Open: every network tells more of its accounts than `accountId`. */
const AccountSnapshot = recordOf(Type.Unknown());

const LoginStepShape = named("LoginStep", {
  kind: oneOf("ask", "qr", "wait"),
  name: optional(nonEmpty(64)),
  label: optional(nonEmpty(256)),
  help: optional(text(1024)),
  isSecret: optional(Type.Boolean()),
  text: optional(text(4096)),
  message: optional(text(1024)),
  expiresAtMs: optional(timeMs()),
});

const LoginProgressShape = named("ChannelsLoginResult", {
  loginId: nonEmpty(64),
  step: optional(LoginStepShape),
  done: optional(named("LoginDone", { id: nonEmpty(256), name: text(256), message: text(1024) })),
});

const probeMs = { least: 1_000, usual: 10_000 };

export const providersMethods = {
  "channels.status": method({
    summary: "How every account of every network is; with `probe` asked now.",
    access: operator("read"),
    params: named("ChannelsStatusParams", {
      probe: optional(Type.Boolean()),
      timeoutMs: optional(Type.Integer({ minimum: 0, maximum: 120_000 })),
    }),
    result: named("ChannelsStatusResult", {
      ts: timeMs(),
      channelOrder: arrayOf(nonEmpty(64), 64),
      channelLabels: recordOf(nonEmpty(128)),
      channelDetailLabels: recordOf(text(256)),
      channelSystemImages: recordOf(text(128)),
      channelMeta: arrayOf(
        named("ChannelMeta", { id: nonEmpty(64), label: nonEmpty(128), detailLabel: text(256) }),
        64,
      ),
      channels: recordOf(Type.Unknown()),
      channelAccounts: recordOf(arrayOf(AccountSnapshot, 64)),
      channelDefaultAccountId: recordOf(nonEmpty(64)),
    }),
    handle: async ({ probe = false, timeoutMs = probeMs.usual }, { accounts, clock }, { signal }) => {
      const probes = new Map<LinkKeeper, object>();
      if (probe) {
        await Promise.all(
          accounts.keepers.map(async (keeper) => {
            probes.set(keeper, await probed(keeper, clock, Math.max(probeMs.least, timeoutMs), signal));
          }),
        );
      }
      const networks = accounts.providers.filter(({ id }) => id !== "webchat");
      const each = <T>(of: (id: string, label: string) => T) =>
        Object.fromEntries(networks.map(({ id, label }) => [id, of(id, label)]));
      return {
        ts: clock.nowMs(),
        channelOrder: networks.map(({ id }) => id),
        channelLabels: each((_id, label) => label),
        channelDetailLabels: each((_id, label) => label),
        channelSystemImages: {},
        channelMeta: networks.map(({ id, label }) => ({ id, label, detailLabel: label })),
        channels: each((id) => channelSummary(accounts.of(id))),
        channelAccounts: each((id) => accounts.of(id).map((keeper) => snapshotOf(keeper, probes.get(keeper)))),
        channelDefaultAccountId: each((id) => accounts.of(id)[0]?.account.id ?? "main"),
      };
    },
  }),
  "channels.logout": method({
    summary: "Closes an account and deletes the credentials that a login kept.",
    access: operator("admin"),
    params: named("ChannelsLogoutParams", { channel: nonEmpty(64), accountId: optional(nonEmpty(64)) }),
    result: closed({
      channel: nonEmpty(64),
      accountId: nonEmpty(64),
      cleared: Type.Boolean(),
      loggedOut: optional(Type.Boolean()),
    }),
    errors: ["INVALID_REQUEST"],
    handle: async ({ channel, accountId }, { accounts }) => {
      if (!accounts.provider(channel)) throw invalidRequest("invalid channels.logout channel");
      const keeper = accountId === undefined ? accounts.of(channel)[0] : accounts.keeper(channel, accountId);
      if (!keeper) throw invalidRequest(`channel ${channel} has no account ${accountId ?? ""}`.trim());
      const cleared = await accounts.logout(keeper);
      return { channel, accountId: keeper.account.id, cleared, loggedOut: true };
    },
  }),
  "channels.login.start": method({
    summary: "Begins to link an account of a network: gives the first step.",
    access: operator("admin"),
    params: named("ChannelsLoginStartParams", {
      channel: nonEmpty(64),
      accountId: optional(Type.String({ pattern: "^[a-z0-9][a-z0-9_-]{0,63}$", maxLength: 64 })),
    }),
    result: LoginProgressShape,
    errors: ["INVALID_REQUEST"],
    handle: async ({ channel, accountId = "main" }, { logins }) => shown(await logins.start(channel, accountId)),
  }),
  "channels.login.next": method({
    summary: "Answers a step of a login; gives the next one, or that it is done.",
    access: operator("admin"),
    params: named("ChannelsLoginNextParams", { loginId: nonEmpty(64), value: optional(text(4096)) }),
    result: LoginProgressShape,
    errors: ["INVALID_REQUEST"],
    handle: async ({ loginId, value }, { logins }) => shown(await logins.next(loginId, value)),
  }),
  "channels.login.cancel": method({
    summary: "Ends a login that is under way.",
    access: operator("admin"),
    params: named("ChannelsLoginCancelParams", { loginId: nonEmpty(64) }),
    result: closed({ canceled: Type.Boolean() }),
    handle: async ({ loginId }, { logins }) => ({ canceled: await logins.cancel(loginId) }),
  }),
};

function shown(progress: LoginProgress): Static<typeof LoginProgressShape> {
  const { loginId } = progress;
  if (progress.kind === "step") return { loginId, step: { ...progress.step } };
  const { self, message } = progress.done;
  return { loginId, done: { id: self.id, name: self.name, message } };
}

/** Resolves in time, whatever the network does. */
async function probed(keeper: LinkKeeper, clock: Clock, timeoutMs: number, signal: AbortSignal): Promise<object> {
  const over = new AbortController();
  const startedAtMs = clock.elapsedMs();
  const elapsed = () => Math.round(clock.elapsedMs() - startedAtMs);
  const late = clock.sleep(timeoutMs, AbortSignal.any([signal, over.signal])).then(
    () => ({ ok: false, error: "no answer in time", elapsedMs: timeoutMs }),
    () => ({ ok: false, error: "canceled", elapsedMs: elapsed() }),
  );
  const asked = keeper.probe(AbortSignal.any([signal, over.signal])).then(
    () => ({ ok: true, elapsedMs: elapsed() }),
    (error: unknown) => ({
      ok: false,
      error: error instanceof Error ? error.message : "failed",
      elapsedMs: elapsed(),
    }),
  );
  const result = await Promise.race([asked, late]);
  over.abort();
  return result;
}
