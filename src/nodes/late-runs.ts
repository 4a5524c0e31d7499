import { type Static, Type } from "@sinclair/typebox";
import type { DeviceId } from "../devices/index.ts";
import { shorten } from "../lib/index.ts";
import { fits } from "../protocol/index.ts";
import type { NodeNews, NodeNewsHandler } from "./node-events.ts";

/** Programs on nodes whose caller gave up waiting: their end is told to the session that wanted them, once. */

/** Programs that are waited for at once; the oldest is forgotten. */
const runsMax = 256;
const outputCharsMax = 2_000;

/** Open: nodes put more beside it. */
const ExecNews = Type.Object({
  runId: Type.String({ minLength: 1, maxLength: 128 }),
  exitCode: Type.Optional(Type.Union([Type.Integer(), Type.Null()])),
  timedOut: Type.Optional(Type.Boolean()),
  output: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  reason: Type.Optional(Type.Union([Type.String(), Type.Null()])),
});

interface LateRun {
  readonly nodeId: DeviceId;
  readonly sessionKey: string;
}

export class LateRuns {
  readonly #tell: (sessionKey: string, text: string) => void;
  readonly #runs = new Map<string, LateRun>();

  constructor(tell: (sessionKey: string, text: string) => void) {
    this.#tell = tell;
  }

  remember(runId: string, run: LateRun): void {
    this.#runs.set(runId, run);
    const [oldest] = this.#runs.keys();
    if (this.#runs.size > runsMax && oldest !== undefined) this.#runs.delete(oldest);
  }

  /** Only the node that runs the program may tell its end, and to no other session than the one that wanted it. */
  get handlers(): Readonly<Record<string, NodeNewsHandler>> {
    const ended = (news: NodeNews) => this.#ended(news);
    return { "exec.finished": ended, "exec.denied": ended };
  }

  #ended({ nodeId, event, payload }: NodeNews): string | undefined {
    if (!fits(ExecNews, payload)) return "the payload is not as it should be";
    const run = this.#runs.get(payload.runId);
    if (run?.nodeId !== nodeId) return "nobody waits for this run";
    this.#runs.delete(payload.runId);
    this.#tell(run.sessionKey, event === "exec.denied" ? deniedText(payload) : finishedText(payload));
    return undefined;
  }
}

function finishedText({ exitCode, timedOut, output }: Static<typeof ExecNews>): string {
  const end = timedOut ? "its time was up" : `code ${exitCode ?? "unknown"}`;
  const said = shorten((output ?? "").trim(), outputCharsMax);
  return `A program on a node that you no longer waited for has ended: ${end}${said === "" ? "" : `\n${said}`}`;
}

function deniedText({ reason }: Static<typeof ExecNews>): string {
  return `A program that you wanted on a node was not run: ${shorten(reason ?? "it was denied there", outputCharsMax)}`;
}
