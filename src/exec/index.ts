/** Commands of agents: made exact, judged by the owner's rules, asked for, run and ended. It knows no chat. */
export { type ExecApprovalRequest, type ExecDecision, type PendingExecApproval } from "./approval-words.ts";
export { Approvals, type ApprovalsParts, type Approvers, approvalTimeoutMs } from "./approvals.ts";
export { isArgumentPattern } from "./argument-pattern.ts";
export { CommandRefused, type CommandOrder } from "./command.ts";
export { Commands, type SessionRules } from "./commands.ts";
export { ExecPolicyStore } from "./exec-policy.store.ts";
export { cautious as cautiousRules, type ExecPolicyFile } from "./policy-file.ts";
export { type RemoteGrant, RemoteCommands, type RemoteOrder } from "./remote-commands.ts";
export { Processes, type ProcessEnd } from "./spawn.ts";
export { Workspaces } from "./workspaces.ts";
