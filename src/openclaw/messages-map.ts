import { modelOf } from "./models-map.ts";
import type { Report } from "./report.ts";
import { type Fields, fieldsOf, listOf, present, stringOf } from "./source.ts";

/** How OpenClaw treats messages, who answers whom, and its heartbeat, in Clawdia's words. Pure. */

/** The queue, as it is under `messages`. */
export function mapMessages(messages: Fields, report: Report): Fields {
  const { queue, groupChat: _groups, inbound: _inbound, ...rest } = messages;
  const { mode, cap, drop, ...others } = fieldsOf(queue);
  leaveOthers("messages", rest, accountFields, report);
  leaveOthers("messages.queue", others, [], report);
  // Both older modes steer; that they also answer once more afterwards is what people turned them off for.
  const queueMode = mode === "steer-backlog" || mode === "queue" ? "steer" : mode;
  return present({ queueMode, queueMax: cap, queueDrop: drop });
}

const accountFields = ["ackReaction", "ackReactionScope", "removeAckAfterReply"];

/** What OpenClaw says once for all networks, and Clawdia at each account. */
export function accountDefaults(network: string, messages: Fields, report: Report): Fields {
  const inbound = fieldsOf(messages["inbound"]);
  return present({
    ackReaction: messages["ackReaction"],
    ackScope: messages["ackReactionScope"],
    ackRemoved: messages["removeAckAfterReply"],
    debounceMs: fieldsOf(inbound["byChannel"])[network] ?? inbound["debounceMs"],
    ...mentions(fieldsOf(messages["groupChat"]), report),
  });
}

/** Theirs are regular expressions, ours are words. */
function mentions({ mentionPatterns, historyLimit }: Fields, report: Report): Fields {
  const written = listOf(mentionPatterns).map(String);
  const words = written.map((pattern) => pattern.replaceAll(/\\b|^\^|\$$/g, "").replace(/^@\?/, ""));
  for (const [at, word] of words.entries()) {
    const what = `mention pattern ${written[at]}`;
    if (!isPlain(word) && !report.left.some((one) => one.what === what)) {
      report.left.push({ what, why: "Clawdia looks for words: mentionPatterns of the account" });
    }
  }
  const plain = words.filter(isPlain);
  return present({ mentionPatterns: plain.length > 0 ? plain : undefined, historyMax: historyLimit });
}

const isPlain = (word: string) => /^[^\\^$.|?*+()[\]{}]+$/.test(word);

export function mapBindings(bindings: unknown, accountIdOf: (id: string) => string, report: Report): Fields[] {
  return listOf(bindings).flatMap((binding) => {
    const { agentId, match } = fieldsOf(binding);
    const { channel, accountId, peer, ...others } = fieldsOf(match);
    const agent = stringOf(agentId)?.toLowerCase();
    if (agent === undefined) return [];
    if (Object.keys(others).length > 0) {
      report.left.push({
        what: `binding of agent ${agent}`,
        why: `Clawdia does not tell messages apart by ${Object.keys(others).join(", ")}`,
      });
      return [];
    }
    const account = stringOf(accountId);
    return [
      present({
        agent,
        provider: stringOf(channel),
        account: account === undefined || account === "*" ? undefined : accountIdOf(account),
        peer: stringOf(fieldsOf(peer)["id"]),
      }),
    ];
  });
}

/** The heartbeat of all, and the agents that have one of their own. */
export function mapHeartbeat(ofAll: Fields, agents: readonly Fields[], report: Report): Fields {
  const own = agents.filter((agent) => agent["heartbeat"] !== undefined);
  const { every, activeHours, model, target, to, prompt, ackMaxChars, accountId, ...others } = {
    ...ofAll,
    ...fieldsOf(own[0]?.["heartbeat"]),
  };
  leaveOthers("heartbeat", others, [], report);
  const { start, end, timezone } = fieldsOf(activeHours);
  const hours = present({ start, end, timeZone: timezone === "user" || timezone === "local" ? undefined : timezone });
  if (own.length > 1) report.left.push({ what: "heartbeats of single agents", why: "all have that of the first" });
  return present({
    every,
    activeHours: "start" in hours && "end" in hours ? hours : undefined,
    model: modelOf(model),
    target,
    to,
    prompt,
    ackMaxChars,
    accountId,
    agents: own.length > 0 ? own.map(({ id }) => String(id).toLowerCase()) : undefined,
  });
}

/** Names what nothing here reads. */
export function leaveOthers(what: string, fields: Fields, known: readonly string[], { left }: Report): void {
  const others = Object.keys(fields).filter((name) => !known.includes(name) && fields[name] !== undefined);
  if (others.length > 0) left.push({ what: `${what}: ${others.join(", ")}`, why: "Clawdia has no such setting" });
}
