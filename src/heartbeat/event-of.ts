import type { HeartbeatSettings } from "../config/index.ts";
import type { Run } from "../runs/index.ts";
import { type HeartbeatEvent, previewCharsMax } from "./heartbeat.events.ts";
import type { Judgement, ReadAnswer } from "./judge.ts";

export interface EndedHeartbeat {
  readonly answer: ReadAnswer;
  readonly judged: Judgement;
  readonly nowMs: number;
  readonly settings: HeartbeatSettings;
}

/** How a heartbeat that ended is told. */
export function eventOf(run: Run, { answer, judged, nowMs, settings }: EndedHeartbeat): HeartbeatEvent {
  const { delivery, startedAtMs } = run;
  const isTold = judged.told !== undefined && delivery !== undefined;
  return {
    ts: nowMs,
    status: judged.status,
    durationMs: Math.max(0, nowMs - (startedAtMs ?? nowMs)),
    ...(isTold && { to: delivery.peer.id, channel: delivery.provider }),
    ...(answer.text !== "" && { preview: answer.text.slice(0, previewCharsMax) }),
    ...(answer.media.length > 0 && { hasMedia: true }),
    ...(judged.reason !== undefined && { reason: judged.reason.slice(0, 256) }),
    ...(!isTold && { silent: true }),
    ...(settings.visibility.useIndicator && { indicatorType: judged.indicatorType }),
  };
}
