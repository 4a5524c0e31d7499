import { useState } from "preact/hooks";
import { ConnectError, RequestError } from "../../../client/index.ts";
import { newIdempotencyKey } from "../../shared/chance.ts";
import { useDesk } from "../desk-context.ts";
import { failureWords, type Outcome, type ShownNode } from "./node-words.ts";

/** Asking a node for something, and what comes of it. */

export interface Question {
  readonly command: string;
  readonly params: object;
  /** What is waited for: `Taking a photo…`. */
  readonly asking: string;
  readonly timeoutMs: number;
  readonly read: (payload: unknown) => Outcome;
}

/** The gateway's own answer comes a little after the node's time is up. */
const paceMs = 5_000;

/** One question at a time: a camera that is asked twice is busy. */
export function useNode({ nodeId, displayName }: ShownNode) {
  const desk = useDesk();
  const [asking, setAsking] = useState<string>();
  const [outcome, setOutcome] = useState<Outcome>();
  const ask = async (question: Question): Promise<void> => {
    const { client } = desk;
    if (!client || asking !== undefined) return;
    setAsking(question.asking);
    setOutcome(undefined);
    const { command, params, timeoutMs, read } = question;
    try {
      const given = { nodeId, command, params, timeoutMs, idempotencyKey: newIdempotencyKey() };
      const { payload } = await client.call("node.invoke", given, { timeoutMs: timeoutMs + paceMs });
      setOutcome(read(payload));
    } catch (error) {
      setOutcome({ kind: "failed", text: reasonOf(error, displayName ?? "The node") });
    }
    setAsking(undefined);
    void desk.read("nodes");
  };
  return { asking, outcome, ask, forget: () => setOutcome(undefined) };
}

function reasonOf(error: unknown, name: string): string {
  if (error instanceof RequestError) return failureWords(error.message);
  if (!(error instanceof ConnectError)) throw error;
  return `The connection broke before ${name} answered.`;
}
