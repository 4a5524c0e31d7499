import { admitsArguments } from "./argument-pattern.ts";
import { type AllowlistEntry, cautious, type ExecAsk, type ExecPolicyFile, type ExecSecurity } from "./policy-file.ts";

/**
 * Pure: the owner's rules × one command → run it, ask for it, or refuse it. The allow-list knows programs by their
 * absolute path and arguments one by one; no text is ever read as a shell would read it.
 */

export interface PolicyRequest {
  readonly agentId: string;
  /** Where the program was found, before symbolic links. */
  readonly program: string;
  /** Where it really is. */
  readonly resolvedPath: string;
  readonly args: readonly string[];
  /** True when the agent's own tools may change the program: then no list can vouch for it. */
  readonly isChangeable: boolean;
  /** What the session was set to. It may only be stricter than the file. */
  readonly session?: { readonly security?: string | undefined; readonly ask?: string | undefined } | undefined;
}

export interface EffectivePolicy {
  readonly security: ExecSecurity;
  readonly ask: ExecAsk;
  readonly askFallback: ExecSecurity;
  readonly allowlist: readonly AllowlistEntry[];
}

export type ExecVerdict =
  | { readonly kind: "allow"; readonly entry: AllowlistEntry | undefined }
  | { readonly kind: "ask" }
  | { readonly kind: "deny"; readonly reason: string };

const securities: readonly ExecSecurity[] = ["deny", "allowlist", "full"];
const asks: readonly ExecAsk[] = ["off", "on-miss", "always"];

/** The agent's own rules before those for `*`, those before the defaults; the lists are joined. */
export function effectivePolicy(
  file: ExecPolicyFile,
  agentId: string,
  session?: PolicyRequest["session"],
): EffectivePolicy {
  const own = file.agents && Object.hasOwn(file.agents, agentId) ? file.agents[agentId] : undefined;
  const any = file.agents && Object.hasOwn(file.agents, "*") ? file.agents["*"] : undefined;
  const { defaults } = file;
  const security = own?.security ?? any?.security ?? defaults?.security ?? cautious.security;
  const ask = own?.ask ?? any?.ask ?? defaults?.ask ?? cautious.ask;
  const fallback = own?.askFallback ?? any?.askFallback ?? defaults?.askFallback ?? cautious.askFallback;
  const strictSecurity = earlier(securities, security, session?.security);
  return {
    security: strictSecurity,
    ask: later(asks, ask, session?.ask),
    askFallback: earlier(securities, fallback, strictSecurity),
    allowlist: [...(any?.allowlist ?? []), ...(own?.allowlist ?? [])],
  };
}

export function judgeCommand(file: ExecPolicyFile, request: PolicyRequest): ExecVerdict {
  const policy = effectivePolicy(file, request.agentId, request.session);
  const entry = entryFor(policy.allowlist, request);
  if (policy.security === "deny") return deny("the owner has switched commands off (exec policy, security: deny)");
  if (policy.ask === "always") return { kind: "ask" };
  if (policy.security === "full" || entry) return { kind: "allow", entry };
  return policy.ask === "off"
    ? deny("it is not on the owner's allow-list, and nobody is to be asked")
    : { kind: "ask" };
}

/** What happens to a command that should be asked for when nobody is there to answer. */
export function judgeUnanswered(file: ExecPolicyFile, request: PolicyRequest): ExecVerdict {
  const policy = effectivePolicy(file, request.agentId, request.session);
  const entry = entryFor(policy.allowlist, request);
  if (policy.askFallback === "full") return { kind: "allow", entry };
  if (policy.askFallback === "allowlist" && entry) return { kind: "allow", entry };
  return deny("nobody allowed it in time (exec policy, askFallback)");
}

/** The entry that names exactly this program and admits these arguments. */
function entryFor(allowlist: readonly AllowlistEntry[], request: PolicyRequest): AllowlistEntry | undefined {
  if (request.isChangeable) return undefined;
  return allowlist.find(
    ({ pattern, argPattern, lastResolvedPath }) =>
      pattern === request.program &&
      (lastResolvedPath === undefined || lastResolvedPath === request.resolvedPath) &&
      admitsArguments(argPattern, request.args),
  );
}

function deny(reason: string): ExecVerdict {
  return { kind: "deny", reason };
}

/** The stricter of two words where the order goes from strict to lax; an unknown word changes nothing. */
function earlier<T extends string>(order: readonly T[], word: T, other: string | undefined): T {
  const at = order.findIndex((known) => known === other);
  return at === -1 ? word : order[Math.min(at, order.indexOf(word))]!;
}

/** The same where the order goes from lax to strict. */
function later<T extends string>(order: readonly T[], word: T, other: string | undefined): T {
  const at = order.findIndex((known) => known === other);
  return at === -1 ? word : order[Math.max(at, order.indexOf(word))]!;
}
