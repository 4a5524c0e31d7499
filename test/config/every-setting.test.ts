import { expect, test } from "bun:test";
import type { TSchema } from "@sinclair/typebox";
import { Config, restartPaths } from "../../src/config/index.ts";

/** Each setting that there is, by how it comes to hold while the gateway runs. A new one has to be put somewhere. */

const settings = {
  /** Read whenever they are used. */
  read: [
    "gateway.auth.allowTailscale",
    "gateway.http.chatCompletions.enabled",
    "gateway.http.responses.enabled",
    "gateway.http.toolsInvoke.enabled",
    "gateway.http.metrics.enabled",
    "gateway.http.metrics.openOnLoopback",
    "gateway.nodes.allowCommands",
    "gateway.nodes.denyCommands",
    "agents.list",
    "agents.runTimeoutSeconds",
    "agents.runsMax",
    "agents.echoPauseMs",
    "agents.echoNetworks",
    "models.default",
    "models.fallbacks",
    "models.aliases",
    "models.vendors",
    "tools.allow",
    "tools.deny",
    "tools.exec.timeoutSeconds",
    "tools.exec.environment",
    "tools.fetch.allowHosts",
    "bindings",
    "messages.queueMode",
    "messages.queueMax",
    "messages.queueDrop",
    "messages.catchUpMinutes",
    "messages.replyLifeMinutes",
    "messages.proactiveLifeMinutes",
    "messages.noticeLifeMinutes",
    "messages.typing",
    "cron.misfireMinutes",
    "heartbeat.prompt",
    "heartbeat.model",
    "heartbeat.target",
    "heartbeat.to",
    "heartbeat.accountId",
    "heartbeat.ackMaxChars",
    "heartbeat.activeHours.start",
    "heartbeat.activeHours.end",
    "heartbeat.activeHours.timeZone",
    "heartbeat.visibility.showOk",
    "heartbeat.visibility.showAlerts",
    "heartbeat.visibility.useIndicator",
    "hooks.enabled",
    "hooks.token",
    "hooks.path",
    "hooks.bodyBytesMax",
    "hooks.trust",
    "hooks.mappings",
    "session.dmScope",
    "session.identityLinks",
    "session.resetMode",
    "session.resetHour",
    "session.resetIdleMinutes",
    "canvasHost.publicUrl",
    "ui.seamColor",
  ],
  /** Somebody does something at a change: opens, closes, moves, plans anew. */
  followed: [
    "gateway.port",
    "gateway.bind",
    "gateway.auth.token",
    "gateway.auth.password",
    "gateway.tailscale.mode",
    "gateway.tailscale.resetOnExit",
    "discovery.mdns.mode",
    "discovery.mdns.displayName",
    "gateway.tls.enabled",
    "gateway.tls.certPath",
    "gateway.tls.keyPath",
    "gateway.allowedOrigins",
    "gateway.allowedHosts",
    "gateway.trustedProxies",
    "mcp.servers",
    "externalAgents",
    "providers.telegram.enabled",
    "providers.telegram.accounts",
    "providers.whatsapp.enabled",
    "providers.whatsapp.accounts",
    "providers.signal.enabled",
    "providers.signal.accounts",
    "providers.discord.enabled",
    "providers.discord.accounts",
    "providers.imessage.enabled",
    "providers.imessage.accounts",
    "providers.slack.enabled",
    "providers.slack.accounts",
    "cron.enabled",
    "cron.timeZone",
    "heartbeat.every",
    "heartbeat.agents",
    "canvasHost.enabled",
    "canvasHost.root",
    "canvasHost.port",
    "canvasHost.tls",
    "canvasHost.liveReload",
    "logging.level",
  ],
  /** Hold from the next start on; whoever changes them is told. */
  restart: ["session.mainKey", "session.scope"],
  /** Of other programs: `clawdia node`, `clawdia update`; the gateway only keeps them. */
  elsewhere: [
    "node.displayName",
    "node.camera.enabled",
    "node.camera.sources",
    "node.camera.sound.format",
    "node.camera.sound.input",
    "node.screen.enabled",
    "node.canvas.enabled",
    "node.canvas.browser",
    "node.canvas.window",
    "node.canvas.idleMinutes",
    "node.location.enabled",
    "node.location.latitude",
    "node.location.longitude",
    "node.location.accuracyMeters",
    "node.location.gpsd",
    "node.notify",
    "node.exec.enabled",
    "node.exec.remoteRules",
    "node.exec.trustGateway",
    "node.exec.workspace",
    "node.exec.passEnv",
    "update.url",
    "update.publicKey",
  ],
} as const;

/** Dot paths of all settings; a list, or things by name, is one. */
function pathsIn(schema: TSchema, path: string): string[] {
  const properties = schema["properties"] as Record<string, TSchema> | undefined;
  if (!properties) return [path];
  return Object.entries(properties).flatMap(([name, inner]) => pathsIn(inner, path === "" ? name : `${path}.${name}`));
}

test("it is known of every setting how it comes to hold", () => {
  expect(pathsIn(Config, "").toSorted()).toEqual(Object.values(settings).flat().toSorted());
});

test("the schema marks those that hold from the next start on, and no others", () => {
  expect([...restartPaths].toSorted()).toEqual([...settings.restart]);
});
