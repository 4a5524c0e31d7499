import { sha256Text } from "../lib/index.ts";
import type { Approvals } from "./approvals.ts";
import { CommandRefused } from "./command.ts";
import { showArguments, showPlace } from "./command-text.ts";
import { effectivePolicy } from "./exec-policy.ts";
import type { ExecPolicyStore } from "./exec-policy.store.ts";
import type { SessionRules } from "./commands.ts";

/** Commands of agents that run on another machine: nothing of that machine is known here, so a person is asked. */

export interface RemoteOrder {
  readonly agentId: string;
  readonly sessionKey: string;
  /** The machine, as the person knows it, and its id. */
  readonly machine: { readonly id: string; readonly name: string };
  readonly argv: readonly string[];
  readonly cwd: string | undefined;
}

/** What the other machine is told of the decision. */
export interface RemoteGrant {
  /** Undefined when the owner's rules let everything run without asking. */
  readonly approvalId: string | undefined;
  readonly decision: "allow-once" | "allow-always";
}

export interface RemoteCommandsParts {
  readonly approvals: Approvals;
  readonly policy: ExecPolicyStore;
  readonly sessionRules: (sessionKey: string) => SessionRules;
}

export class RemoteCommands {
  readonly #parts: RemoteCommandsParts;

  constructor(parts: RemoteCommandsParts) {
    this.#parts = parts;
  }

  /** Rejects with a CommandRefused when it may not run. The grant holds for exactly this order, once, now. */
  async allow(order: RemoteOrder, signal: AbortSignal): Promise<RemoteGrant> {
    const { approvals } = this.#parts;
    const shown = showArguments(order.argv);
    if (shown.kind === "unshowable") throw new CommandRefused(`the command cannot be approved: ${shown.reason}`);
    const { security, ask } = this.#rules(order);
    if (security === "full" && ask === "off") return { approvalId: undefined, decision: "allow-once" };
    const binding = bindingOf(order);
    const { id, decision } = await approvals.ask({
      request: {
        command: shown.text,
        cwd: order.cwd === undefined ? null : showPlace(order.cwd),
        host: showPlace(`node ${order.machine.name}`),
        security,
        ask,
        agentId: order.agentId,
        resolvedPath: null,
        sessionKey: order.sessionKey,
      },
      binding,
      signal,
    });
    signal.throwIfAborted();
    if (decision === "deny") {
      throw new CommandRefused("not run: the owner denied it; do not try the same in another way");
    }
    if (decision === null) {
      if (this.#rules(order).askFallback === "full") return { approvalId: undefined, decision: "allow-once" };
      throw new CommandRefused(
        "not run: nobody who may allow commands was there to answer; ask the owner to open the app or WebChat",
      );
    }
    // The answer may have taken minutes: rules are looked at again.
    this.#rules(order);
    if (!approvals.take(id, binding)) throw new CommandRefused("not run: the approval is used up; ask again");
    return { approvalId: id, decision };
  }

  #rules({ agentId, sessionKey }: RemoteOrder) {
    const rules = this.#parts.sessionRules(sessionKey);
    const policy = effectivePolicy(this.#parts.policy.file, agentId, rules);
    if (policy.security === "deny") throw new CommandRefused("not run: the owner's rules let nothing run");
    return policy;
  }
}

function bindingOf({ agentId, sessionKey, machine, argv, cwd }: RemoteOrder): string {
  return `remote-1 ${sha256Text(JSON.stringify([agentId, sessionKey, machine.id, argv, cwd ?? null]))}`;
}
