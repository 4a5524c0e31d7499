/** Pieces of agent work: accepted on disk, run one at a time a session, remembered after their end. */
export { agentTextIntervalMs, endTexts, type RunSignal } from "./live-run.ts";
export { commandEnd, pastOf } from "./past.ts";
export { type ReplyWish, replyTarget } from "./reply-target.ts";
export { attemptsMax, hasEnded, modelRefOf, type Run, type RunDelivery, type RunId, runMoves } from "./run.ts";
export type { Accepted, NewRun, RunReplies, RunRequest } from "./run-book.ts";
export { Runs, type RunsParts, waitingRunsMax } from "./runs.ts";
export { identityOf, promptCharsMax, refuseBlocked } from "./runs.methods.ts";
