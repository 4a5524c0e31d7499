import type { Agents } from "../agents/index.ts";
import type { Devices } from "../devices/index.ts";
import type { Idempotency } from "../idempotency/index.ts";
import type { OwnChat } from "../inbox/index.ts";
import {
  InvokeOnce,
  LateRuns,
  NodeEvents,
  NodeRequests,
  Nodes,
  type NodeSpeech,
  talkingHandlers,
  Voice,
} from "../nodes/index.ts";
import { type Sessions, thinkingLevelOf } from "../sessions/index.ts";
import type { Choices } from "../storage/index.ts";
import type { Skills } from "../tools/index.ts";
import type { Ground } from "./ground.ts";

/** Everything about nodes, built from the ground up. */
export interface NodeRoom {
  readonly nodes: Nodes;
  readonly nodeRequests: NodeRequests;
  readonly nodeCalls: InvokeOnce;
  readonly nodeNews: NodeEvents;
  readonly lateRuns: LateRuns;
  readonly voice: Voice;
}

/** Names that a node is told. */
const skillBinsMax = 1024;

export interface NodeRoomParts {
  readonly devices: Devices;
  readonly idempotency: Idempotency;
  readonly choices: Choices;
  readonly sessions: Sessions;
  readonly ownChat: OwnChat;
}

export function buildNodeRoom({ options, database, gateway }: Ground, parts: NodeRoomParts): NodeRoom {
  const { clock, ids, log: logs } = options.world;
  const { devices, idempotency, choices, sessions } = parts;
  const log = logs.for("nodes");
  const { publish } = gateway;
  const rules = () => options.config.gateway.nodes;
  const nodes = new Nodes({
    database,
    devices,
    clock,
    ids,
    log,
    publish,
    rules,
    send: (connectionId, request) => gateway.tell(connectionId, "node.invoke.request", request),
  });
  const nodeRequests = new NodeRequests({
    nodes,
    devices,
    database,
    clock,
    ids,
    log,
    publish,
    rules,
    cut: (connectionId) => gateway.closeConnection(connectionId, 1012, "what this node may do was changed"),
  });
  const nodeCalls = new InvokeOnce({ idempotency, database });
  const handlers = talkingHandlers({
    mayChat: (nodeId) => nodes.mayChat(nodeId),
    say: (speech) => sayFor(speech, parts, options.config.agents.runTimeoutSeconds * 1000, ids.uuid()),
    canonical: (sessionKey) => sessions.canonical(sessionKey),
  });
  const lateRuns = new LateRuns((sessionKey, text) => sessions.systemEvents.add(sessions.canonical(sessionKey), text));
  const nodeNews = new NodeEvents({ ...handlers, ...lateRuns.handlers }, log);
  return { nodes, nodeRequests, nodeCalls, nodeNews, lateRuns, voice: new Voice({ choices, clock, publish }) };
}

/** What somebody says at a node is said in WebChat: the same inbox, the same once. */
async function sayFor(
  speech: NodeSpeech,
  { sessions, ownChat }: Pick<NodeRoomParts, "sessions" | "ownChat">,
  timeoutMs: number,
  freshKey: string,
): Promise<void> {
  const { principalId: principal, text, key = freshKey } = speech;
  const sessionKey = sessions.canonical(speech.sessionKey);
  await ownChat.say({
    identity: { principal, method: "node.event", key, body: { text, sessionKey } },
    sessionKey,
    input: { text, imageCount: 0, thinkingLevel: thinkingLevelOf(speech.thinking), extraSystemPrompt: undefined },
    images: [],
    timeoutMs,
  });
}

/** Programs that skills of any agent need. */
export async function binsOfSkills({
  agents,
  skills,
}: {
  readonly agents: Agents;
  readonly skills: Skills;
}): Promise<readonly string[]> {
  const all = await Promise.all(agents.all.map(({ id }) => skills.list(id)));
  return [...new Set(all.flat().flatMap(({ bins }) => bins))].slice(0, skillBinsMax);
}
