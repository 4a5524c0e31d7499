import type { PermissionOption, RequestPermissionRequest, RequestPermissionResponse } from "@agentclientprotocol/sdk";
import type { ExternalAgentSettings } from "../../config/index.ts";
import { type Clock, deadline, type Log, oneLine, shorten, unlessAborted } from "../../lib/index.ts";
import type { EngineTurn } from "../engine.ts";
import type { ToolOrigin } from "../tool.ts";

/** Something that an external agent wants to do and asks about, in words for the one who decides. */
export interface PermissionRequest {
  readonly agent: string;
  readonly runId: string;
  readonly agentId: string;
  readonly sessionKey: string;
  readonly origin: ToolOrigin | undefined;
  /** On one line. Both texts are the agent's own: nothing in them is checked. */
  readonly title: string;
  /** `execute`, `edit`, `fetch` …, as the agent says. */
  readonly kind: string;
  /** JSON text of what goes in, cut. */
  readonly input: string;
  /** Aborted once nobody waits for the answer any more. */
  readonly signal: AbortSignal;
}

/** Whoever does not answer in time, or throws, said no. */
export type AskPermission = (request: PermissionRequest) => Promise<"allow" | "deny">;

export const permissionLimits = { waitMs: 120_000, titleCharsMax: 300, inputCharsMax: 4_000 } as const;

type AskedFor = Pick<PermissionRequest, "title" | "kind" | "input">;

export function askedFor({ toolCall }: RequestPermissionRequest): AskedFor {
  const input = toolCall.rawInput === undefined ? "" : JSON.stringify(toolCall.rawInput);
  return {
    title: oneLine(toolCall.title ?? "something", permissionLimits.titleCharsMax),
    kind: toolCall.kind ?? "other",
    input: shorten(input, permissionLimits.inputCharsMax),
  };
}

export type Decision = "allow" | "deny" | "cancelled";

export interface Deciding {
  readonly name: string;
  readonly settings: Pick<ExternalAgentSettings, "permissions">;
  readonly clock: Pick<Clock, "sleep">;
  readonly log: Log;
  readonly askPermission?: AskPermission | undefined;
  readonly turn: EngineTurn;
  /** The turn's. */
  readonly signal: AbortSignal;
}

/** No, unless the settings let ask, the turn is the owner's, and whoever is asked says yes in time. */
export async function decidePermission(request: RequestPermissionRequest, deciding: Deciding): Promise<Decision> {
  const { name, settings, clock, log, turn, signal } = deciding;
  const { runId, agentId, sessionKey, origin } = turn;
  const ask = settings.permissions === "ask" && turn.isOwner !== false ? deciding.askPermission : undefined;
  using limit = deadline(clock, permissionLimits.waitMs, signal);
  const facts = { agent: name, runId, agentId, sessionKey, origin, ...askedFor(request), signal: limit.signal };
  const decision = ask ? await unlessAborted(ask(facts), limit.signal).catch(() => "deny" as const) : "deny";
  log.info("acp.permission_decided", { agent: name, runId, kind: facts.kind, decision, timedOut: limit.isOver });
  return signal.aborted ? "cancelled" : decision;
}

/**
 * The answer in the agent's own options. A yes is for this one time: where only a yes for ever is offered, it is a no.
 */
export function permissionAnswer(options: readonly PermissionOption[], decision: Decision): RequestPermissionResponse {
  const order = { allow: ["allow_once"], deny: [], cancelled: undefined }[decision];
  if (order === undefined) return { outcome: { outcome: "cancelled" } };
  for (const kind of [...order, "reject_once", "reject_always"]) {
    const option = options.find((one) => one.kind === kind);
    if (option) return { outcome: { outcome: "selected", optionId: option.optionId } };
  }
  return { outcome: { outcome: "cancelled" } };
}
