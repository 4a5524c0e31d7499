import type { Devices } from "../devices/index.ts";
import type { AgentEngine } from "../engine/index.ts";
import type { Gateway } from "../gateway/index.ts";
import type { StatusSummary } from "../health/index.ts";
import { shorten } from "../lib/index.ts";
import type { Database } from "../storage/index.ts";

const adviceCharsMax = 512;

/** The gateway's own lines of `status`, with what a person should do next. */
export function statusOf(parts: {
  readonly version: string;
  readonly bootId: string;
  readonly uptimeMs: () => number;
  readonly gateway: Gateway;
  readonly devices: Devices;
  readonly engine: AgentEngine;
  readonly runs: { readonly activeCount: number };
  readonly database: Pick<Database, "trouble">;
}): StatusSummary["gateway"] {
  const { provider, model } = parts.engine.model;
  const waiting = parts.devices.list().pending;
  const { trouble } = parts.database;
  return {
    version: parts.version,
    bootId: parts.bootId,
    uptimeMs: Math.max(0, Math.floor(parts.uptimeMs())),
    pid: process.pid,
    rssBytes: process.memoryUsage.rss(),
    connections: parts.gateway.connectionCount,
    runsActive: parts.runs.activeCount,
    model: `${provider}/${model}`,
    advice: [
      ...(trouble ? [shorten(`nothing new is accepted: ${trouble.reason}; ${trouble.cure}`, adviceCharsMax)] : []),
      ...waiting.map((request) => `a device waits for approval: clawdia devices approve ${request.id}`).slice(0, 8),
      ...(parts.engine.id === "echo" ? ["no language model is connected: clawdia models choose"] : []),
    ],
  };
}
