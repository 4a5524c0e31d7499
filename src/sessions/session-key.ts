import type { Brand } from "../lib/index.ts";
import { invalidRequest } from "../protocol/index.ts";

/** Names of conversations. Only this file looks inside a session key. */

/** Canonical: `agent:<agent>:<rest>`, or `global`, `unknown`. Made here, unique in the store. */
export type SessionKey = Brand<string, "SessionKey">;

export type SessionKind = "direct" | "group" | "global" | "unknown";

export interface SessionNames {
  readonly defaultAgentId: string;
  readonly mainKey: string;
  readonly scope: "per-sender" | "global";
}

/** What a key may be made of: no path, no control character, nothing that looks like one. */
const keyPattern = /^[\p{L}\p{N}][\p{L}\p{N}:@._+/#=~-]*$/u;
/** A key that says whose it is says it in full. */
const agentKeyPattern = /^agent:[a-z0-9][a-z0-9_-]{0,63}:./u;
/** As the wire takes it. */
const keyCharsMax = 512;

/** `main`, ` Agent:Main:main `, `x` → the one spelling that the store knows. */
export function canonicalKey(written: string, names: SessionNames): SessionKey {
  const key = written.trim().toLowerCase();
  if (!keyPattern.test(key) || key.includes("..")) {
    throw invalidRequest("invalid session key: use letters, digits and : @ . _ + / # = ~ -");
  }
  if (key.startsWith("agent:") && !agentKeyPattern.test(key)) {
    throw invalidRequest("invalid session key: after agent: come the agent's id, a colon and a name");
  }
  if (key === "unknown") return key as SessionKey;
  if (isMainAlias(key, names)) return mainSessionKey(names, agentInKey(key) ?? names.defaultAgentId);
  if (key === "global") return key as SessionKey;
  const canonical = key.startsWith("agent:") ? key : `agent:${names.defaultAgentId}:${key}`;
  if (canonical.length > keyCharsMax)
    throw invalidRequest(`invalid session key: longer than ${keyCharsMax} characters`);
  return canonical as SessionKey;
}

export function mainSessionKey(names: SessionNames, agentId = names.defaultAgentId): SessionKey {
  return (names.scope === "global" ? "global" : `agent:${agentId}:${names.mainKey}`) as SessionKey;
}

export function isMainSession(key: SessionKey, names: SessionNames): boolean {
  return (
    key === mainSessionKey(names) ||
    (names.scope === "per-sender" && key.split(":")[2] === names.mainKey && key.split(":").length === 3)
  );
}

/** The agent that a canonical key belongs to. */
export function agentIdOf(key: SessionKey, names: SessionNames): string {
  return agentInKey(key) ?? names.defaultAgentId;
}

/** True for a conversation that one agent started for a piece of work. */
export function isSubagentKey(key: string): boolean {
  return /^agent:[^:]+:subagent:/i.test(key);
}

export function kindOf(key: SessionKey): SessionKind {
  const written: string = key;
  if (written === "global" || written === "unknown") return written;
  return key.includes(":group:") || key.includes(":channel:") ? "group" : "direct";
}

function isMainAlias(key: string, names: SessionNames): boolean {
  const agent = agentInKey(key);
  const rest = agent === undefined ? key : key.slice(`agent:${agent}:`.length);
  return rest === "main" || rest === names.mainKey;
}

function agentInKey(key: string): string | undefined {
  const [head, agent, rest] = key.split(":");
  return head === "agent" && agent && rest !== undefined ? agent : undefined;
}
