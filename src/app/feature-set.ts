import type { Agents } from "../agents/index.ts";
import type { Cron } from "../cron/index.ts";
import type { Announcer } from "../discovery/index.ts";
import type { Devices, SetupCodes } from "../devices/index.ts";
import type { AgentEngine, ExternalAgents, Models, ModelSetup } from "../engine/index.ts";
import type { Health } from "../health/index.ts";
import type { Heartbeat } from "../heartbeat/index.ts";
import type { Idempotency } from "../idempotency/index.ts";
import type { Approvals, Inbox, OwnChat } from "../inbox/index.ts";
import type { Metrics } from "../metrics/index.ts";
import type { Presence } from "../presence/index.ts";
import type { RunEars, Runs } from "../runs/index.ts";
import type { Sessions } from "../sessions/index.ts";
import type { McpServers } from "../tools/index.ts";
import type { SetupDesk, Wizard } from "../wizard/index.ts";
import type { AgentTools } from "./agent-tools.ts";
import type { CanvasDesk } from "./canvas-desk.ts";
import type { CommandRoom } from "./command-room.ts";
import type { Messaging } from "./messaging.ts";
import type { NodeRoom } from "./node-room.ts";

/** What the house does by itself. */
export interface Automation {
  readonly cron: Cron;
  readonly heartbeat: Heartbeat;
}

/** Every part of the house that others use, by the name under which they do. */
export interface Features extends CommandRoom, AgentTools, Automation, NodeRoom {
  readonly agents: Agents;
  readonly models: Models;
  readonly modelSetup: ModelSetup;
  readonly engine: AgentEngine;
  readonly sessions: Sessions;
  readonly presence: Presence;
  readonly devices: Devices;
  readonly setupCodes: SetupCodes;
  readonly runs: Runs;
  readonly runEars: RunEars;
  readonly health: Health;
  readonly idempotency: Idempotency;
  readonly messaging: Messaging;
  readonly approvals: Approvals;
  readonly inbox: Inbox;
  readonly ownChat: OwnChat;
  readonly canvas: CanvasDesk;
  readonly mcp: McpServers;
  readonly wizard: Wizard;
  readonly setupDesk: SetupDesk;
  readonly externalAgents: ExternalAgents;
  readonly announcer: Announcer;
  /** Undefined where the config wants none. */
  readonly metrics: Metrics;
}
