import { agentsMethods } from "../agents/agents.methods.ts";
import { canvasMethods } from "../canvas/canvas.methods.ts";
import { configMethods } from "../config/config.methods.ts";
import { cronMethods } from "../cron/cron.methods.ts";
import { deviceMethods } from "../devices/devices.methods.ts";
import { setupMethods } from "../devices/setup.methods.ts";
import { modelsMethods } from "../engine/models.methods.ts";
import { execMethods } from "../exec/exec.methods.ts";
import { healthMethods } from "../health/health.methods.ts";
import { heartbeatMethods } from "../heartbeat/heartbeat.methods.ts";
import { chatMethods } from "../inbox/chat.methods.ts";
import { inboxMethods } from "../inbox/inbox.methods.ts";
import { logsMethods } from "../logs/logs.methods.ts";
import { nodePairMethods } from "../nodes/node-pair.methods.ts";
import { nodeRulesMethods } from "../nodes/node-rules.methods.ts";
import { nodesMethods } from "../nodes/nodes.methods.ts";
import { voiceMethods } from "../nodes/voice.methods.ts";
import { sendMethods } from "../outbox/send.methods.ts";
import { presenceMethods } from "../presence/presence.methods.ts";
import { type DepsOf, joinMethods } from "../protocol/index.ts";
import { providersMethods } from "../providers/providers.methods.ts";
import { webLoginMethods } from "../providers/web-login.methods.ts";
import { runsMethods } from "../runs/runs.methods.ts";
import { usageMethods } from "../runs/usage.methods.ts";
import { sessionsMethods } from "../sessions/sessions.methods.ts";
import { mcpMethods } from "../tools/mcp.methods.ts";
import { wizardMethods } from "../wizard/wizard.methods.ts";
import { connectMethods } from "./connect.methods.ts";

/** Every method there is. The order is that of METHODS.md. */
export const methods = joinMethods(
  connectMethods,
  healthMethods,
  presenceMethods,
  chatMethods,
  runsMethods,
  sendMethods,
  providersMethods,
  webLoginMethods,
  inboxMethods,
  cronMethods,
  heartbeatMethods,
  usageMethods,
  sessionsMethods,
  agentsMethods,
  modelsMethods,
  mcpMethods,
  wizardMethods,
  deviceMethods,
  setupMethods,
  nodesMethods,
  nodePairMethods,
  nodeRulesMethods,
  voiceMethods,
  execMethods,
  canvasMethods,
  configMethods,
  logsMethods,
);

export type Methods = typeof methods;

/** All that the handlers may touch. A house that lacks a part does not compile. */
export type MethodHouse = DepsOf<Methods>;

/** What `features.methods` says. */
export const listedMethods: readonly string[] = Object.entries(methods)
  .filter(([, method]) => (method as { readonly listed?: boolean }).listed !== false)
  .map(([name]) => name);
