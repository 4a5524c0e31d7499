import { Type } from "@sinclair/typebox";
import { methodsFor, operator, shape } from "../protocol/index.ts";
import type { WebLogins } from "./web-logins.ts";

const { named, nonEmpty, optional, text } = shape;

const method = methodsFor<{ readonly webLogins: WebLogins }>();

/** The code of the first minute, and the time that a person takes to find the phone. */
const usual = { startMs: 30_000, waitMs: 120_000 };

const accountId = optional(Type.String({ pattern: "^[a-z0-9][a-z0-9_-]{0,63}$", maxLength: 64 }));
const timeoutMs = optional(Type.Integer({ minimum: 0, maximum: 300_000 }));

export const webLoginMethods = {
  "web.login.start": method({
    summary: "Begins to link WhatsApp by a code to scan: gives the code as a picture.",
    access: operator("admin"),
    params: named("WebLoginStartParams", {
      force: optional(Type.Boolean()),
      timeoutMs,
      verbose: optional(Type.Boolean()),
      accountId,
    }),
    result: named("WebLoginStartResult", { message: nonEmpty(1024), qrDataUrl: optional(text(65_536)) }),
    errors: ["INVALID_REQUEST"],
    handle: (params, { webLogins }) =>
      webLogins.start(params.accountId, { force: params.force === true, timeoutMs: params.timeoutMs ?? usual.startMs }),
  }),
  "web.login.wait": method({
    summary: "Waits until the code that `web.login.start` gave was scanned.",
    access: operator("admin"),
    params: named("WebLoginWaitParams", { timeoutMs, accountId }),
    result: named("WebLoginWaitResult", { connected: Type.Boolean(), message: nonEmpty(1024) }),
    errors: ["INVALID_REQUEST"],
    handle: (params, { webLogins }) => webLogins.wait(params.accountId, params.timeoutMs ?? usual.waitMs),
  }),
};
