import { Type } from "@sinclair/typebox";
import { invalidRequest, methodsFor, operator, PresenceEntry, shape } from "../protocol/index.ts";
import { parseBeacon } from "./beacon.ts";
import type { Presence } from "./presence.ts";

const { arrayOf, lenient, nonEmpty, optional, text } = shape;

/** The main session's notices; lent by the sessions. */
export interface NoticeBoard {
  addMainNotice(text: string): void;
}

const method = methodsFor<{ presence: Presence; notices: NoticeBoard; hostName: string }>();

export const presenceMethods = {
  "system-presence": method({
    summary: "Who is connected, newest first; a bare array.",
    access: operator("read"),
    params: lenient({}),
    result: arrayOf(PresenceEntry, 1024),
    handle: (_params, { presence }) => presence.snapshot(),
  }),
  "system-event": method({
    summary: "A client's word about itself, or a notice for the agent's main session.",
    access: operator("admin"),
    params: lenient({
      text: optional(text(4096)),
      deviceId: optional(nonEmpty(128)),
      instanceId: optional(nonEmpty(128)),
      host: optional(nonEmpty(256)),
      ip: optional(nonEmpty(64)),
      mode: optional(nonEmpty(64)),
      version: optional(nonEmpty(64)),
      platform: optional(nonEmpty(128)),
      deviceFamily: optional(nonEmpty(64)),
      modelIdentifier: optional(nonEmpty(64)),
      lastInputSeconds: optional(Type.Number({ minimum: 0 })),
      reason: optional(nonEmpty(128)),
      roles: optional(arrayOf(nonEmpty(64), 8)),
      scopes: optional(arrayOf(nonEmpty(64), 32)),
      tags: optional(arrayOf(nonEmpty(64), 32)),
    }),
    result: shape.closed({ ok: Type.Literal(true) }),
    errors: ["INVALID_REQUEST"],
    handle: (params, { presence, notices, hostName }) => {
      const line = params.text?.trim() ?? "";
      if (line === "") throw invalidRequest("text required");
      const parsed = parseBeacon(line);
      const { deviceId, instanceId, platform, deviceFamily, modelIdentifier, roles, scopes } = params;
      const given = { deviceId, instanceId, platform, deviceFamily, modelIdentifier, roles, scopes };
      const seconds = params.lastInputSeconds ?? parsed.lastInputSeconds;
      const entry = {
        ...present(given),
        ...present({
          host: params.host ?? parsed.host,
          ip: params.ip ?? parsed.ip,
          version: params.version ?? parsed.version,
        }),
        ...present({ mode: params.mode ?? parsed.mode, reason: params.reason ?? parsed.reason }),
        ...(seconds !== undefined && { lastInputSeconds: Math.floor(seconds) }),
        text: line.slice(0, 1024),
      };
      const key = deviceId ?? instanceId ?? parsed.host ?? params.ip ?? (line.slice(0, 64) || hostName);
      const isNews = presence.beacon(key, entry);
      if (isNews || !line.startsWith("Node:")) notices.addMainNotice(line);
      return { ok: true as const };
    },
  }),
};

function present<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
