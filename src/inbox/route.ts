import type { BindingSettings, Config } from "../config/index.ts";
import type { InboundMessage } from "../providers/index.ts";

/** Which agent answers a message, and in which session. Pure. */

export interface RouteInput {
  readonly provider: string;
  readonly accountId: string;
  readonly message: Pick<InboundMessage, "ref" | "sender">;
  readonly bindings: readonly BindingSettings[];
  readonly defaultAgentId: string;
  /** The group's own agent, which beats the bindings. */
  readonly groupAgentId: string | undefined;
  readonly session: Pick<Config["session"], "mainKey" | "scope" | "dmScope" | "identityLinks">;
}

export interface Route {
  readonly agentId: string;
  /** In the spelling that `Sessions.canonical` makes a key of. */
  readonly sessionKey: string;
}

export function route(input: RouteInput): Route {
  const agentId = input.groupAgentId ?? boundAgent(input) ?? input.defaultAgentId;
  return { agentId, sessionKey: sessionKeyFor(input, agentId) };
}

/** The binding that names most wins; among equals the first. */
function boundAgent({ provider, accountId, message, bindings }: RouteInput): string | undefined {
  const facts = { provider, account: accountId, peer: message.ref.peer.id, sender: message.sender.id };
  const names = ["provider", "account", "peer", "sender"] as const;
  const fitting = bindings.filter((binding) =>
    names.every((name) => binding[name] === undefined || binding[name] === "*" || binding[name] === facts[name]),
  );
  return fitting.toSorted((left, right) => weight(right) - weight(left))[0]?.agent;
}

function weight({ peer, sender, account, provider }: BindingSettings): number {
  const names = [provider, account === "*" ? undefined : account, sender, peer];
  return names.reduce((sum, name, index) => sum + (name === undefined ? 0 : 2 ** index), 0);
}

function sessionKeyFor({ provider, accountId, message, session }: RouteInput, agentId: string): string {
  const { peer } = message.ref;
  const thread = peer.threadId === undefined ? "" : `:topic:${peer.threadId}`;
  if (peer.kind !== "direct") return `agent:${agentId}:${provider}:${peer.kind}:${peer.id}${thread}`;
  if (session.scope === "global") return "global";
  const person = personOf(provider, message.sender.id, session.identityLinks);
  switch (session.dmScope) {
    case "main":
      return `agent:${agentId}:${session.mainKey}`;
    case "per-peer":
      return `agent:${agentId}:dm:${person ?? message.sender.id}`;
    case "per-channel-peer":
      return `agent:${agentId}:${provider}:dm:${person ?? message.sender.id}`;
    case "per-account-channel-peer":
      return `agent:${agentId}:${provider}:${accountId}:dm:${person ?? message.sender.id}`;
    default:
      return `agent:${agentId}:${session.mainKey}`;
  }
}

/** One person who writes from several networks. */
function personOf(provider: string, senderId: string, links: RouteInput["session"]["identityLinks"]) {
  const id = `${provider}:${senderId}`;
  return Object.entries(links).find(([, ids]) => ids.includes(id))?.[0];
}
