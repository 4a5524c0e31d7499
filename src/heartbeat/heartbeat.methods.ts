import { Type } from "@sinclair/typebox";
import { invalidRequest, methodsFor, operator, shape } from "../protocol/index.ts";
import type { SessionKey } from "../sessions/index.ts";
import type { Database } from "../storage/index.ts";
import type { Heartbeat } from "./heartbeat.ts";
import { HeartbeatEvent } from "./heartbeat.events.ts";

const { closed, lenient, named, nullable, oneOf, text } = shape;

/** The main session's notices; lent by the sessions. */
interface MainSession {
  readonly mainKey: SessionKey;
  readonly systemEvents: { add(key: SessionKey, text: string): void };
  agentIdOf(written: string): string;
}

const method = methodsFor<{
  readonly heartbeat: Heartbeat;
  readonly sessions: MainSession;
  readonly database: Database;
}>();

export const heartbeatMethods = {
  "last-heartbeat": method({
    summary: "What the last heartbeat did; null when there was none.",
    access: operator("read"),
    params: lenient({}),
    result: nullable(HeartbeatEvent),
    handle: (_params, { heartbeat }) => heartbeat.last ?? null,
  }),
  "set-heartbeats": method({
    summary: "Switches heartbeats off or on until the gateway's next start; for good it is a setting.",
    access: operator("admin"),
    params: lenient({ enabled: shape.optional(Type.Unknown()) }),
    result: closed({ ok: Type.Literal(true), enabled: Type.Boolean() }),
    errors: ["INVALID_REQUEST"],
    handle: ({ enabled }, { heartbeat }) => {
      if (typeof enabled !== "boolean") {
        throw invalidRequest("invalid set-heartbeats params: enabled (boolean) required");
      }
      heartbeat.setEnabled(enabled);
      return { ok: true as const, enabled };
    },
  }),
  wake: method({
    summary: "Leaves a notice for the main session's agent, and with mode `now` lets it read it at once.",
    access: operator("write"),
    params: named("WakeParams", { mode: oneOf("now", "next-heartbeat"), text: text(4096) }),
    result: closed({ ok: Type.Boolean() }),
    handle: async ({ mode, text: notice }, { heartbeat, sessions, database }) => {
      const said = notice.trim();
      if (said === "") return { ok: false };
      await database.accept(() => sessions.systemEvents.add(sessions.mainKey, said));
      if (mode === "now") heartbeat.wake(sessions.agentIdOf(sessions.mainKey));
      return { ok: true };
    },
  }),
};
