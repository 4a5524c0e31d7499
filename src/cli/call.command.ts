import { defineCommand } from "citty";
import type { Client } from "../client/index.ts";
import { realClock } from "../lib/index.ts";
import { type Connected, withGateway } from "./connected.ts";
import { exitCodes } from "./exit-codes.ts";
import { Failure, UsageError, wholeNumber } from "./failure.ts";
import { type GatewayFlags, gatewayFlags } from "./gateway-flags.ts";
import { printJson } from "./print.ts";

/** `clawdia call METHOD`: any method, as the wire knows it. A method that answers twice gives its final answer. */
export const callCommand = defineCommand({
  meta: { name: "call", description: "Call any method of the gateway and print its answer" },
  args: {
    method: { type: "positional", required: true, description: "For instance health or sessions.list" },
    params: { type: "string", description: "The method's parameters (default {})", valueHint: "JSON" },
    ...gatewayFlags,
    timeout: { type: "string", description: "How long to wait for the answer (default 60000)", valueHint: "MS" },
  },
  run: ({ args }) => callMethod(args.method, args.params, args),
});

/** Long enough for methods that wait by themselves; work that was acknowledged may take longer still. */
const answerTimeoutMs = 60_000;

async function callMethod(method: string, params: string | undefined, flags: GatewayFlags): Promise<void> {
  const given = wholeNumber("timeout", flags.timeout);
  const parsed = parseParams(params);
  printJson(await withGateway(flags, (gateway) => answerOf(gateway, method, parsed, given)));
}

async function answerOf(
  { client }: Connected,
  method: string,
  params: unknown,
  timeoutMs: number | undefined,
): Promise<unknown> {
  const over = new AbortController();
  const late = new AbortController();
  const waitMs = timeoutMs ?? answerTimeoutMs;
  void realClock.sleep(waitMs, over.signal).then(
    () => late.abort(unanswered(method, waitMs)),
    () => undefined,
  );
  // Without a limit of the caller's own, work that was acknowledged may take as long as it takes.
  const acknowledged = () => {
    if (timeoutMs === undefined) over.abort();
  };
  try {
    return await callUntyped(client)(method, params, acknowledged, { signal: late.signal });
  } finally {
    over.abort();
  }
}

type UntypedCall = (
  name: string,
  params: unknown,
  acknowledged: () => void,
  options: { readonly signal: AbortSignal },
) => Promise<unknown>;

/** The method's name is known at run time only, so its types are the wire's. */
function callUntyped(client: Client): UntypedCall {
  return client.callToEnd.bind(client) as UntypedCall;
}

function unanswered(method: string, waitMs: number): Failure {
  return new Failure(`${method} was not answered within ${waitMs} ms`, {
    exitCode: exitCodes.noGateway,
    code: "TIMEOUT",
    next: `clawdia call ${method} --timeout ${waitMs * 10}`,
  });
}

function parseParams(text: string | undefined): unknown {
  if (text === undefined) return {};
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new UsageError(`--params is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}
