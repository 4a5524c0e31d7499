import { Type } from "@sinclair/typebox";
import { methodsFor, operator, shape } from "../protocol/index.ts";
import type { Health } from "./health.ts";
import { HealthSummary, StatusSummary } from "./health-summary.ts";

const { lenient, optional } = shape;

const method = methodsFor<{ health: Health }>();

export const healthMethods = {
  health: method({
    summary: "How the gateway and its networks are; with `probe` measured now.",
    access: operator("read"),
    params: lenient({ probe: optional(Type.Unknown()) }),
    result: HealthSummary,
    handle: ({ probe }, { health }) => health.get(probe === true),
  }),
  status: method({
    summary: "The gateway, its sessions and what to do next, for people.",
    access: operator("read"),
    params: lenient({}),
    result: StatusSummary,
    handle: (_params, { health }) => health.status(),
  }),
};
