import type { Approvals, PendingExecApproval } from "../exec/index.ts";
import * as markup from "../markup/index.ts";
import type { Outbox } from "../outbox/index.ts";
import type { Accounts } from "../providers/index.ts";
import type { Run } from "../runs/index.ts";
import type { Database } from "../storage/index.ts";
import { limitsOf } from "../turns/index.ts";

/** The owner is asked about a command in the chat where it came up, with buttons where the network has them. */

export interface AskInChatParts {
  readonly database: Database;
  readonly outbox: Outbox;
  readonly accounts: Accounts;
}

const answers = [
  ["Allow once", "allow-once"],
  ["Always allow", "allow-always"],
  ["Deny", "deny"],
] as const;

/** False when there is no such chat: the run is a client's, a group's, or not the owner's. */
export function askInChat(parts: AskInChatParts, run: Run, { id, request }: PendingExecApproval): boolean {
  const { database, outbox, accounts } = parts;
  const { delivery } = run;
  if (!delivery?.isOwner || delivery.peer.kind !== "direct") return false;
  const { provider, accountId, peer } = delivery;
  const can = accounts.provider(provider)?.can;
  if (!can || accounts.link(provider, accountId) === undefined) return false;
  const words = answers.map(([, decision]) => `/approve ${id} ${decision}`);
  const how = can.hasButtons ? "" : `\n\nAnswer with one of:\n${words.join("\n")}`;
  const rendered = markup.renderParts(`${questionOf(request)}${how}`, limitsOf(can));
  const buttons = [answers.map(([label], index) => ({ label, value: words[index]! }))];
  database.transaction(() => {
    for (const [index, text] of rendered.entries()) {
      const isLast = index === rendered.length - 1;
      outbox.add({
        provider,
        accountId,
        peer,
        idem: `exec-approval:${id}:${index}`,
        content: { text, ...(can.hasButtons && isLast && { buttons }) },
        class: "notice",
        runId: run.id,
      });
    }
  });
  outbox.wake();
  return true;
}

/** The command in a fence that nothing in it can close. */
function questionOf({ command, cwd, agentId }: PendingExecApproval["request"]): string {
  const longest = Math.max(2, ...[...command.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  const where = cwd === null ? "" : ` in ${cwd}`;
  return `May ${agentId ?? "the agent"} run this${where}?\n\n${fence}\n${command}\n${fence}`;
}

/** The answer of a person in a chat; what they read. */
export function resolveInChat(
  { execApprovals }: { readonly execApprovals: Approvals },
  id: string,
  decision: string,
  by: string,
): string {
  execApprovals.resolve(id, decision, { name: by });
  return decision === "deny" ? "Denied." : "Allowed.";
}
