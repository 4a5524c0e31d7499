import { type Static, type TSchema, Type } from "@sinclair/typebox";
import type { HookMapping, HooksSettings } from "../config/index.ts";
import { fits, invalidRequest, problemsOf, shape } from "../protocol/index.ts";
import type { ReplyWish } from "../runs/index.ts";
import { fillTemplate, type RequestView, textAt } from "./template.ts";

/** What a request asks for, read from its body or from a mapping of the config. Pure. */

const { closed, nonEmpty, oneOf, optional } = shape;

export type HookTrust = HooksSettings["trust"];

interface Named {
  /** What the hook is called in prompts. */
  readonly name: string;
  readonly text: string;
  readonly trust: HookTrust;
}

export interface WakeOrder extends Named {
  readonly kind: "wake";
  readonly mode: "now" | "next-heartbeat";
  readonly instruction?: string | undefined;
}

export interface AgentOrder extends Named {
  readonly kind: "agent";
  readonly instruction?: string | undefined;
  readonly agentId?: string | undefined;
  /** As it was asked for; judged by who takes the order. */
  readonly sessionKey?: string | undefined;
  readonly target: ReplyWish;
  readonly model?: string | undefined;
  readonly thinking?: string | undefined;
  readonly timeoutSeconds?: number | undefined;
}

export interface MessageOrder extends Named {
  readonly kind: "message";
  readonly target: ReplyWish;
}

export type HookOrder = WakeOrder | AgentOrder | MessageOrder;

export type ReadOrder =
  | { readonly kind: "order"; readonly order: HookOrder; readonly deliveryId?: string | undefined }
  /** There are mappings, and none of them fits. */
  | { readonly kind: "skipped" }
  | { readonly kind: "unknown" };

const textCharsMax = 100_000;
const optionalText = (charsMax: number) => optional(nonEmpty(charsMax));

const targetFields = {
  channel: optionalText(64),
  to: optionalText(512),
  accountId: optionalText(128),
  threadId: optionalText(256),
};

const WakeBody = closed({ text: nonEmpty(textCharsMax), mode: optional(oneOf("now", "next-heartbeat")) });
const MessageBody = closed({ text: nonEmpty(textCharsMax), name: optionalText(64), ...targetFields });
const AgentBody = closed({
  message: nonEmpty(textCharsMax),
  name: optionalText(64),
  agentId: optionalText(64),
  wakeMode: optional(oneOf("now", "next-heartbeat")),
  sessionKey: optionalText(512),
  deliver: optional(Type.Boolean()),
  model: optionalText(256),
  thinking: optionalText(32),
  timeoutSeconds: optional(Type.Integer({ minimum: 1, maximum: 86_400 })),
  ...targetFields,
});

/** Throws INVALID_REQUEST for a body that does not fit. A mapping beats the path's own meaning. */
export function readOrder(view: RequestView, settings: HooksSettings): ReadOrder {
  const mappings = settings.mappings.filter(({ path }) => path === view.path);
  const mapping = mappings.find(({ when }) => when.every((one) => textAt(one.path, view) === one.equals));
  if (mapping) return mapped(mapping, view);
  if (mappings.length > 0) return { kind: "skipped" };
  const order = ownOrder(view, settings.trust);
  return order ? { kind: "order", order } : { kind: "unknown" };
}

function ownOrder({ path, payload }: RequestView, trust: HookTrust): HookOrder | undefined {
  switch (path) {
    case "wake": {
      const { text, mode = "now" } = checked(WakeBody, payload);
      return { kind: "wake", name: "wake", text, mode, trust };
    }
    case "message": {
      const { text, name = "Hook", ...to } = checked(MessageBody, payload);
      return { kind: "message", name, text, trust, target: { deliver: true, ...to } };
    }
    case "agent": {
      const body = checked(AgentBody, payload);
      const { message, name = "Hook", deliver = true, channel, to, accountId, threadId } = body;
      const { agentId, sessionKey, model, thinking, timeoutSeconds } = body;
      const target = { deliver, channel, to, accountId, threadId };
      const order = { kind: "agent" as const, name, text: message, trust, target, agentId, sessionKey };
      return { ...order, model, thinking, timeoutSeconds };
    }
    default:
      return undefined;
  }
}

function mapped(mapping: HookMapping, view: RequestView): ReadOrder {
  const filled = (template: string | undefined) =>
    template === undefined ? undefined : fillTemplate(template, view).trim() || undefined;
  const deliveryId = mapping.deliveryId === undefined ? undefined : textAt(mapping.deliveryId, view);
  const { action, name = mapping.path, trust, mode, instruction, channel, accountId } = mapping;
  const text = filled(mapping.text);
  if (text === undefined) throw invalidRequest(`hook ${mapping.path}: nothing of its text is in the request`);
  const to = filled(mapping.to);
  if (mapping.to !== undefined && to === undefined) throw missing(mapping, "to");
  const wish = { deliver: mapping.deliver, channel, accountId, to, threadId: filled(mapping.threadId) };
  const said = { name, text, trust };
  switch (action) {
    case "wake":
      return { kind: "order", deliveryId, order: { kind: "wake", ...said, mode, instruction } };
    case "message":
      return { kind: "order", deliveryId, order: { kind: "message", ...said, target: { ...wish, deliver: true } } };
    default: {
      const sessionKey = filled(mapping.sessionKey);
      if (mapping.sessionKey !== undefined && sessionKey === undefined) throw missing(mapping, "sessionKey");
      const { agent: agentId, model, thinking, timeoutSeconds } = mapping;
      const order = { kind: "agent" as const, ...said, instruction, target: wish, agentId, sessionKey };
      return { kind: "order", deliveryId, order: { ...order, model, thinking, timeoutSeconds } };
    }
  }
}

function missing({ path }: HookMapping, what: string): Error {
  return invalidRequest(`hook ${path}: nothing of its ${what} is in the request`);
}

function checked<S extends TSchema>(schema: S, payload: unknown): Static<S> {
  if (fits(schema, payload)) return payload;
  throw invalidRequest(problemsOf(schema, payload));
}
