import { cronEvents } from "../cron/cron.events.ts";
import { deviceEvents } from "../devices/devices.events.ts";
import { execEvents } from "../exec/exec.events.ts";
import { healthEvents } from "../health/health.events.ts";
import { heartbeatEvents } from "../heartbeat/heartbeat.events.ts";
import { inboxEvents } from "../inbox/inbox.events.ts";
import { chatEvents } from "../inbox/chat.events.ts";
import { nodeEvents } from "../nodes/nodes.events.ts";
import { presenceEvents } from "../presence/presence.events.ts";
import { joinEvents } from "../protocol/index.ts";
import { runEvents } from "../runs/runs.events.ts";
import { connectEvents } from "./connect.methods.ts";

/** Every event there is. */
export const events = joinEvents(
  connectEvents,
  runEvents,
  chatEvents,
  presenceEvents,
  healthEvents,
  deviceEvents,
  inboxEvents,
  cronEvents,
  heartbeatEvents,
  execEvents,
  nodeEvents,
);

export type Events = typeof events;
