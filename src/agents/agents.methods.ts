import { invalidRequest, methodsFor, NoParams, operator, shape } from "../protocol/index.ts";
import { type Agents, avatarOf } from "./agents.ts";

const { arrayOf, named, nonEmpty, oneOf, optional, text } = shape;

/** Which agent a session key belongs to; lent by the sessions. */
export interface SessionAgents {
  agentIdOf(sessionKey: string): string;
}

const method = methodsFor<{
  agents: Agents;
  sessions: SessionAgents & { readonly names: { mainKey: string; scope: "per-sender" | "global" } };
}>();

const AgentIdentity = named("AgentIdentity", {
  name: optional(text(128)),
  theme: optional(text(256)),
  emoji: optional(text(16)),
  avatar: optional(text(4096)),
  avatarUrl: optional(text(4096)),
});

const AgentSummary = named("AgentSummary", {
  id: nonEmpty(64),
  name: optional(nonEmpty(128)),
  identity: optional(AgentIdentity),
});

export const agentsMethods = {
  "agents.list": method({
    summary: "Lists the configured agents and which one is the default.",
    access: operator("read"),
    params: NoParams,
    result: named("AgentsListResult", {
      defaultId: nonEmpty(64),
      mainKey: nonEmpty(128),
      scope: oneOf("per-sender", "global"),
      agents: arrayOf(AgentSummary, 64),
    }),
    handle: (_params, { agents, sessions }) => ({
      defaultId: agents.default.id,
      mainKey: sessions.names.mainKey,
      scope: sessions.names.scope,
      agents: agents.all.map((agent) => ({
        id: agent.id,
        name: agent.name,
        identity: {
          name: agent.name,
          ...(agent.emoji && { emoji: agent.emoji }),
          avatar: avatarOf(agent),
          ...(agent.avatarUrl && { avatarUrl: agent.avatarUrl }),
        },
      })),
    }),
  }),
  "agent.identity.get": method({
    summary: "Name and avatar of the agent that answers in a session.",
    access: operator("read"),
    params: named("AgentIdentityParams", { agentId: optional(nonEmpty(64)), sessionKey: optional(text(512)) }),
    result: named("AgentIdentityResult", { agentId: nonEmpty(64), name: nonEmpty(128), avatar: nonEmpty(4096) }),
    errors: ["INVALID_REQUEST"],
    handle: ({ agentId, sessionKey }, { agents, sessions }) => {
      const fromKey = sessionKey ? sessions.agentIdOf(sessionKey) : undefined;
      if (agentId !== undefined && fromKey !== undefined && agentId !== fromKey) {
        throw invalidRequest(`agentId "${agentId}" does not match the agent of the session key, "${fromKey}"`);
      }
      const id = agentId ?? fromKey;
      const agent = id === undefined ? agents.default : agents.require(id);
      return { agentId: agent.id, name: agent.name, avatar: avatarOf(agent) };
    },
  }),
};
