import type { Publish } from "../protocol/index.ts";
import type { Database } from "../storage/index.ts";
import type { ApprovalRequest, Approvals } from "./approvals.ts";
import type { Inbox } from "./inbox.ts";
import type { inboxEvents } from "./inbox.events.ts";

export interface ApprovingParts {
  readonly approvals: Approvals;
  readonly inbox: Inbox;
  readonly database: Database;
  readonly publishInbox: Publish<typeof inboxEvents>;
}

type Person = Pick<ApprovalRequest, "provider" | "accountId" | "senderId" | "senderName">;

/** Lets a person talk to the agent and has what they wrote answered. How many messages that are. */
export async function approvePerson(
  { approvals, inbox, database, publishInbox }: ApprovingParts,
  person: Person,
  { isOwner, by }: { readonly isOwner: boolean; readonly by: string },
): Promise<number> {
  const { provider, accountId, senderId } = person;
  const released = await database.accept(() => {
    approvals.approve(person, isOwner, by);
    return inbox.release(provider, accountId, senderId);
  });
  publishInbox("approval.resolved", { channel: provider, accountId, senderId, decision: "approved" });
  inbox.wake();
  return released;
}
