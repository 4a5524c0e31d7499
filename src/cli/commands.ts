import type { CommandDef, SubCommandsDef } from "citty";
import { version } from "../app/version.ts";

/** The tree of commands. Each is loaded when it is called, so that none pays for another. */
export const commands = {
  setup: () => import("./setup.command.ts").then(({ setupCommand }) => setupCommand),
  gateway: () => import("./gateway.command.ts").then(({ gatewayCommand }) => gatewayCommand),
  status: () => import("./status.command.ts").then(({ statusCommand }) => statusCommand),
  health: () => import("./health.command.ts").then(({ healthCommand }) => healthCommand),
  agent: () => import("./agent.command.ts").then(({ agentCommand }) => agentCommand),
  chat: () => import("./chat.command.ts").then(({ chatCommand }) => chatCommand),
  sessions: () => import("./sessions.command.ts").then(({ sessionsCommand }) => sessionsCommand),
  devices: () => import("./devices.command.ts").then(({ devicesCommand }) => devicesCommand),
  canvas: () => import("./canvas.command.ts").then(({ canvasCommand }) => canvasCommand),
  remote: () => import("./remote.command.ts").then(({ remoteCommand }) => remoteCommand),
  nodes: () => import("./nodes.command.ts").then(({ nodesCommand }) => nodesCommand),
  providers: () => import("./providers.command.ts").then(({ providersCommand }) => providersCommand),
  approvals: () => import("./approvals.command.ts").then(({ approvalsCommand }) => approvalsCommand),
  inbox: () => import("./inbox.command.ts").then(({ inboxCommand }) => inboxCommand),
  deliveries: () => import("./deliveries.command.ts").then(({ deliveriesCommand }) => deliveriesCommand),
  cron: () => import("./cron.command.ts").then(({ cronCommand }) => cronCommand),
  heartbeat: () => import("./heartbeat.command.ts").then(({ heartbeatCommand }) => heartbeatCommand),
  exec: () => import("./exec.command.ts").then(({ execCommand }) => execCommand),
  node: () => import("./node.command.ts").then(({ nodeCommand }) => nodeCommand),
  update: () => import("./update.command.ts").then(({ updateCommand }) => updateCommand),
  backup: () => import("./backup.command.ts").then(({ backupCommand }) => backupCommand),
  restore: () => import("./restore.command.ts").then(({ restoreCommand }) => restoreCommand),
  import: () => import("./import.command.ts").then(({ importCommand }) => importCommand),
  doctor: () => import("./doctor.command.ts").then(({ doctorCommand }) => doctorCommand),
  service: () => import("./service.command.ts").then(({ serviceCommand }) => serviceCommand),
  models: () => import("./models.command.ts").then(({ modelsCommand }) => modelsCommand),
  config: () => import("./config.command.ts").then(({ configCommand }) => configCommand),
  logs: () => import("./logs.command.ts").then(({ logsCommand }) => logsCommand),
  token: () => import("./token.command.ts").then(({ tokenCommand }) => tokenCommand),
  call: () => import("./call.command.ts").then(({ callCommand }) => callCommand),
  schema: () => import("./schema.command.ts").then(({ schemaCommand }) => schemaCommand),
  completion: () => import("./completion.command.ts").then(({ completionCommand }) => completionCommand),
  licenses: () => import("./licenses.command.ts").then(({ licensesCommand }) => licensesCommand),
  version: () => import("./version.command.ts").then(({ versionCommand }) => versionCommand),
} satisfies SubCommandsDef;

export const rootCommand: CommandDef = {
  meta: { name: "clawdia", version, description: "Your personal messaging gateway" },
  subCommands: commands,
};
