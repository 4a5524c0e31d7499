import { accountDefaults, type AccountPolicy, type Config, isPolicy } from "../config/index.ts";
import { type Approvals, chatCommands, type InboundRow, type Inbox } from "../inbox/index.ts";
import { errorFields, type Log } from "../lib/index.ts";
import { type AmbiguousPolicy, Outbox, type OutboxRow } from "../outbox/index.ts";
import {
  Accounts,
  type Capabilities,
  channelSummary,
  type Link,
  type LinkedAccounts,
  Logins,
  webchat,
  type WebChatNetwork,
} from "../providers/index.ts";
import { LiveTurns, type Markup, Replies } from "../turns/index.ts";
import { type Choices, LinkRecords, type SecretFiles } from "../storage/index.ts";
import type { Ground } from "./ground.ts";
import type { GuardedFetch } from "../net/index.ts";
import type { MediaStore } from "../sessions/index.ts";
import { accountFolder } from "./account-folder.ts";
import { loadMedia } from "./media-files.ts";
import { knownProviders } from "./provider-list.ts";

/** The networks' side of the house: accounts and links, the outbox, and what a chat sees of a turn. */

export interface Messaging {
  readonly accounts: Accounts;
  readonly logins: Logins;
  readonly outbox: Outbox;
  readonly replies: Replies;
  readonly liveTurns: LiveTurns;
  readonly policyOf: (provider: string, accountId: string) => AccountPolicy;
  /** Bound once the inbox is built, which stands on the runs that stand on this. */
  bind(inbox: Inbox, told: MessagingTold): void;
}

export interface MessagingTold {
  /** An account or a delivery changed: health is told anew. */
  readonly changed: () => void;
  /** A message came to an end. */
  readonly settled: (row: OutboxRow) => void;
  /** A delivery needs a person's decision, or failed. */
  readonly troubled: (row: OutboxRow) => void;
}

export interface MessagingParts {
  readonly ground: Pick<Ground, "options" | "database" | "bootId" | "workspaces">;
  readonly markup: Markup;
  readonly network: WebChatNetwork;
  readonly media: MediaStore;
  readonly usageShownIn: (sessionKey: string) => string | undefined;
  readonly fetch: GuardedFetch;
  readonly choices: Choices;
  readonly secrets: SecretFiles;
}

const minuteMs = 60_000;

export function buildMessaging(parts: MessagingParts): Messaging {
  const { ground, markup, media } = parts;
  const { options, database, bootId } = ground;
  const { config, world } = options;
  const { clock, ids, random } = world;
  const bound: Bound = {};
  const policyOf = policies(config);
  const linkOf = (provider: string, accountId: string): Link | undefined => accounts.link(provider, accountId);
  const canOf = (provider: string): Capabilities | undefined => accounts.provider(provider)?.can;
  const outbox = new Outbox({
    database,
    bootId,
    clock,
    ids,
    random,
    log: world.log.for("outbox"),
    linkOf,
    canOf,
    ambiguousOf: (provider, accountId): AmbiguousPolicy => policyOf(provider, accountId).delivery,
    lifeMsOf: (kind) => lifeMinutes(config, kind) * minuteMs,
    mediaBytes: (sha256) => media.get(sha256),
    loadMedia: (source, signal) =>
      loadMedia(source, { workspaces: ground.workspaces, media, fetch: parts.fetch, clock, ids }, signal),
    settled: (row) => {
      liveTurns.settled(row);
      bound.told?.settled(row);
      if (row.state !== "sent" && row.state !== "canceled") bound.told?.troubled(row);
    },
    sentBy: (provider, accountId) => accounts.keeper(provider, accountId)?.noteOutbound(),
    quiet: (runId) => liveTurns.whenQuiet(runId),
  });
  const liveTurns = new LiveTurns({
    database,
    outbox,
    markup,
    clock,
    log: world.log.for("turns"),
    linkOf,
    canOf,
    policyOf,
    messages: config.messages,
  });
  const accounts = buildAccounts(parts, { policyOf, outbox, bound });
  const replies = new Replies({
    outbox,
    markup,
    canOf,
    policyOf,
    usageShownIn: parts.usageShownIn,
    finishInbox: (runId, whySilent) => bound.inbox?.store.finishRun(runId, whySilent),
  });
  return {
    accounts,
    logins: new Logins({ accounts, clock, random, ids, log: world.log }),
    outbox,
    replies,
    liveTurns,
    policyOf,
    bind: (inbox, told) => Object.assign(bound, { inbox, told }),
  };
}

interface Bound {
  inbox?: Inbox;
  told?: MessagingTold;
}

function buildAccounts(
  { ground, network, choices, secrets }: MessagingParts,
  parts: Pick<Messaging, "policyOf" | "outbox"> & { readonly bound: Bound },
): Accounts {
  const { config, world, providers } = ground.options;
  const { clock, random } = world;
  const { policyOf, outbox, bound } = parts;
  const showMenu = commandMenu(world.log.for("providers"));
  return new Accounts({
    providers: [...(providers ?? knownProviders), webchat(network)],
    settingsOf: policyOf,
    enabled: (provider, accountId) => isEnabled(config, provider) && policyOf(provider, accountId).enabled,
    linkSettingsOf: (provider, accountId) => withoutPolicy(policyOf(provider, accountId)),
    configured: () => configuredAccounts(config),
    linked: linkedAccounts(choices),
    secretsOf: (provider, accountId) => secrets.scoped(`${provider}.${accountId}`),
    recordsOf: (provider, accountId) => new LinkRecords(ground.database, { provider, accountId }),
    folderOf: (provider, accountId) => accountFolder(ground.options.stateDir, `${provider}.${accountId}`),
    environment: ground.options.environment ?? {},
    clock,
    random,
    log: world.log,
    receive: (account, message) => bound.inbox!.receive(account, message),
    changed: (keeper) => {
      if (keeper.link) outbox.wake();
      showMenu(keeper.link);
      bound.inbox?.wake();
      // WebChat comes up with the house and is no news.
      if (keeper.provider.id !== "webchat") bound.told?.changed();
    },
  });
}

/** The networks that have an account, for health. */
export function networksOf(accounts: Accounts) {
  const used = accounts.providers.filter(({ id }) => id !== "webchat" && accounts.of(id).length > 0);
  return {
    channels: Object.fromEntries(used.map(({ id }) => [id, channelSummary(accounts.of(id))])),
    channelOrder: used.map(({ id }) => id),
    channelLabels: Object.fromEntries(used.map(({ id, label }) => [id, label])),
  };
}

/** Every new link that has a menu of commands is given it once. */
function commandMenu(log: Log): (link: Link | undefined) => void {
  const given = new WeakSet<Link>();
  const menu = Object.entries(chatCommands).map(([name, { summary }]) => ({ name, summary }));
  return (link) => {
    if (!link?.setCommands || given.has(link)) return;
    given.add(link);
    void link.setCommands(menu).catch((error: unknown) => log.warn("menu.failed", errorFields(error)));
  };
}

/** What a row of the inbox tells those who show that it was taken on. */
export function takenOn(row: InboundRow, approvals: Approvals) {
  const { provider, accountId, message } = row;
  const isOwner = approvals.find(provider, accountId, message.sender.id)?.isOwner === true;
  const { peer, messageId } = message.ref;
  return { provider, accountId, peer, senderId: message.sender.id, isOwner, replyToId: messageId };
}

function policies(config: Config): (provider: string, accountId: string) => AccountPolicy {
  const made = new Map<string, AccountPolicy>();
  const defaultsOf = (provider: string) => {
    const defaults = made.get(provider) ?? accountDefaults(provider);
    made.set(provider, defaults);
    return defaults;
  };
  return (provider, accountId) => {
    const known: unknown = Object.hasOwn(config.providers, provider)
      ? config.providers[provider as keyof Config["providers"]].accounts[accountId]
      : undefined;
    return (known as AccountPolicy | undefined) ?? defaultsOf(provider);
  };
}

/** The network's own settings: the link is set up with them. */
function withoutPolicy(settings: AccountPolicy): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(settings).filter(([name]) => !isPolicy(name)));
}

function configuredAccounts(config: Config) {
  return [
    { provider: "webchat", accountId: "main" },
    ...Object.entries(config.providers).flatMap(([provider, { accounts }]) =>
      Object.keys(accounts).map((accountId) => ({ provider, accountId })),
    ),
  ];
}

function isEnabled(config: Config, provider: string): boolean {
  if (!Object.hasOwn(config.providers, provider)) return true;
  return config.providers[provider as keyof Config["providers"]].enabled;
}

function lifeMinutes({ messages }: Config, kind: OutboxRow["class"]): number {
  const { replyLifeMinutes, proactiveLifeMinutes, noticeLifeMinutes } = messages;
  return { reply: replyLifeMinutes, proactive: proactiveLifeMinutes, notice: noticeLifeMinutes }[kind];
}

/** Accounts that logins made, as one choice: `telegram:main telegram:work`. */
function linkedAccounts(choices: Choices): LinkedAccounts {
  const name = "providers.linked";
  const read = () => (choices.get(name) ?? "").split(" ").filter((entry) => entry !== "");
  const write = (entries: readonly string[]) => choices.set(name, entries.join(" "));
  return {
    list: () =>
      read().map((entry) => {
        const colon = entry.indexOf(":");
        return { provider: entry.slice(0, colon), accountId: entry.slice(colon + 1) };
      }),
    add: (provider, accountId) => write([...new Set([...read(), `${provider}:${accountId}`])]),
    remove: (provider, accountId) => write(read().filter((entry) => entry !== `${provider}:${accountId}`)),
  };
}
