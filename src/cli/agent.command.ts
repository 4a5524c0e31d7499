import { defineCommand } from "citty";
import { makeIds, realClock, realRandom } from "../lib/index.ts";
import type { EventFrame } from "../protocol/index.ts";
import { type Connected, withGateway } from "./connected.ts";
import { exitCodes } from "./exit-codes.ts";
import { Failure, refused, UsageError, wholeNumber } from "./failure.ts";
import { type GatewayFlags, gatewayFlags } from "./gateway-flags.ts";
import { GrowingText } from "./growing-text.ts";
import { printJson, printText } from "./print.ts";

/** `clawdia agent`: one message to the agent, its answer streamed to stdout. */
export const agentCommand = defineCommand({
  meta: { name: "agent", description: "Say something to the agent and stream its answer" },
  args: {
    message: { type: "string", required: true, description: "What to say; - reads it from stdin", valueHint: "TEXT" },
    session: { type: "string", description: "Session to say it in (default: the main one)", valueHint: "KEY" },
    agent: { type: "string", description: "Agent to say it to", valueHint: "ID" },
    thinking: { type: "string", description: "How hard to think: off, low, medium, high", valueHint: "LEVEL" },
    ...gatewayFlags,
    timeout: { type: "string", description: "How long the run may take", valueHint: "SECONDS" },
  },
  run: ({ args }) => runAgent(args),
});

export interface AgentFlags extends GatewayFlags {
  readonly message: string;
  readonly session?: string | undefined;
  readonly agent?: string | undefined;
  readonly thinking?: string | undefined;
}

const runSecondsMax = 604_800;
/** How long Ctrl-C waits for the gateway to confirm that the run ended. */
const abortWaitMs = 3_000;

async function runAgent(flags: AgentFlags): Promise<void> {
  const timeout = wholeNumber("timeout", flags.timeout, { max: runSecondsMax });
  const message = await messageOf(flags.message);
  const runId = makeIds(realClock, realRandom).uuid();
  const answer = new GrowingText(printText);
  const hear = (frame: EventFrame) => {
    const text = textOfRun(frame, runId);
    if (text !== undefined && !flags.json) answer.show(text);
  };
  const params = {
    message,
    idempotencyKey: runId,
    ...(flags.session && { sessionKey: flags.session }),
    ...(flags.agent && { agentId: flags.agent }),
    ...(flags.thinking && { thinking: flags.thinking }),
    ...(timeout !== undefined && { timeout }),
  };
  const run = async (gateway: Connected) => {
    const accepted = Promise.withResolvers<void>();
    const ended = gateway.client.callToEnd("agent", params, () => accepted.resolve());
    const interrupted = interruption(gateway, { flags, runId, accepted: accepted.promise, ended });
    const told = async () => {
      try {
        return await ended;
      } finally {
        await interrupted.over();
      }
    };
    try {
      return await Promise.race([told(), interrupted.reached]);
    } finally {
      interrupted[Symbol.dispose]();
    }
  };
  try {
    // The limit is the run's own; the connection waits for its end.
    const final = await withGateway({ ...flags, timeout: undefined }, run, hear);
    if (flags.json) return printJson(final);
    answer.show((final.result?.payloads ?? []).map(({ text }) => text).join("\n"));
    const meta: Readonly<Record<string, unknown>> = final.result?.meta ?? {};
    if (meta["aborted"] === true) throw refused("the run was aborted by another client");
  } finally {
    answer.end();
  }
}

async function messageOf(written: string): Promise<string> {
  const message = written === "-" ? await Bun.stdin.text() : written;
  if (message.trim() !== "") return message;
  throw new UsageError(written === "-" ? "--message -: stdin is empty" : "--message is empty: say something");
}

/** The run's visible text so far, when the event tells it. */
function textOfRun({ event, payload }: EventFrame, runId: string): string | undefined {
  if (event !== "agent") return undefined;
  const told = payload as { readonly runId?: unknown; readonly stream?: unknown; readonly data?: { text?: unknown } };
  if (told.runId !== runId || told.stream !== "assistant") return undefined;
  return typeof told.data?.text === "string" ? told.data.text : undefined;
}

interface Running {
  readonly flags: AgentFlags;
  readonly runId: string;
  readonly accepted: Promise<void>;
  readonly ended: Promise<unknown>;
}

interface Interruption extends Disposable {
  /** Rejects once the run was ended by Ctrl-C. */
  readonly reached: Promise<never>;
  /** Waits for `reached` when Ctrl-C was pressed: the run's end is then not what the person is told. */
  readonly over: () => Promise<void>;
}

/** Ctrl-C ends the run at the gateway before this process ends; a second one does not wait for it. */
function interruption(gateway: Connected, running: Running): Interruption {
  const { promise, reject } = Promise.withResolvers<never>();
  let isPressed = false;
  const onInterrupt = () => {
    if (isPressed) process.exit(exitCodes.interrupted);
    isPressed = true;
    void abortRun(gateway, running)
      .catch(() => undefined)
      .then(() => reject(new Failure("", { exitCode: exitCodes.interrupted, code: "INTERRUPTED" })));
  };
  process.on("SIGINT", onInterrupt);
  return {
    reached: promise,
    over: async () => (isPressed ? promise : undefined),
    [Symbol.dispose]: () => void process.off("SIGINT", onInterrupt),
  };
}

async function abortRun({ client }: Connected, { flags, runId, accepted, ended }: Running): Promise<void> {
  const late = new AbortController();
  const expired = realClock.sleep(abortWaitMs, late.signal).catch(() => undefined);
  const stopped = async () => {
    await accepted;
    await client.call("chat.abort", { sessionKey: sessionOf(flags, client), runId });
    await ended.catch(() => undefined);
  };
  await Promise.race([stopped(), expired]);
  late.abort();
}

/** The session in which the gateway runs what these flags ask for. */
function sessionOf({ session, agent }: AgentFlags, client: Connected["client"]): string {
  if (session) return session;
  const defaults = client.hello.snapshot.sessionDefaults;
  return agent ? `agent:${agent}:${defaults?.mainKey ?? "main"}` : (defaults?.mainSessionKey ?? "main");
}
