/** From what is said to the agent to its turn, and back as chat events. It runs nothing itself: `runs` does. */
export { type ApprovalRequest, Approvals } from "./approvals.ts";
export { approvePerson } from "./approving.ts";
export { chatCommands, type CommandParts } from "./chat-commands.ts";
export { ChatFeed, chatDeltaIntervalMs } from "./chat-feed.ts";
export { Inbox } from "./inbox.ts";
export { OwnChat } from "./own-chat.ts";
export type { InboundRow } from "./inbox.store.ts";
