import { event, operator, shape } from "../protocol/index.ts";
import { ExecDecision, PendingExecApproval } from "./approval-words.ts";

const { named, nonEmpty, optional, text, timeMs } = shape;

export const execEvents = {
  "exec.approval.requested": event({
    summary: "A command waits for somebody to allow or deny it.",
    access: operator("approvals"),
    delivery: "lossy",
    payload: PendingExecApproval,
  }),
  "exec.approval.resolved": event({
    summary: "A command was allowed or denied, or is not wanted any more.",
    access: operator("approvals"),
    delivery: "lossy",
    payload: named("ExecApprovalResolvedEvent", {
      id: nonEmpty(256),
      decision: ExecDecision,
      resolvedBy: optional(text(256)),
      ts: timeMs(),
    }),
  }),
};
