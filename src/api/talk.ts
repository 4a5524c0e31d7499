import type { Clock } from "../lib/index.ts";
import {
  hasEnded,
  refuseBlocked,
  type Run,
  type RunEars,
  type RunId,
  type Runs,
  type RunSignal,
} from "../runs/index.ts";
import { noUsage, type SessionKey, type Sessions, type StoredBlock, type StoredImage } from "../sessions/index.ts";
import type { Database } from "../storage/index.ts";

/** One question over the API and its answer: a run like every other, told while it goes on. */

export interface TalkParts {
  readonly runs: Runs;
  readonly ears: RunEars;
  readonly sessions: Sessions;
  readonly database: Database;
  readonly clock: Clock;
  readonly runTimeoutMs: () => number;
}

/** Something that was said before, or the question itself. */
export interface Said {
  readonly role: "user" | "assistant";
  readonly text: string;
  readonly images: readonly StoredImage[];
}

export interface Question {
  readonly runId: string;
  readonly principal: string;
  /** What the id belongs to, and the request that a repeat must equal. */
  readonly method: string;
  readonly request: unknown;
  readonly sessionKey: SessionKey;
  /** What the client says was said before; taken up where the session is new. */
  readonly earlier: readonly Said[];
  readonly said: Said;
  readonly extraSystemPrompt: string | undefined;
  readonly thinkingLevel: string | undefined;
  readonly model: string | undefined;
}

export interface Talk {
  readonly runId: string;
  /** Pieces of the answer as they come; together they are all of it. */
  readonly pieces: AsyncIterable<string>;
  readonly ended: Promise<Run>;
  /** Nobody wants the answer any more. */
  drop(): void;
}

/** Resolves once the run is on disk. */
export async function startTalk(question: Question, parts: TalkParts): Promise<Talk> {
  const { runs, ears, sessions, runTimeoutMs } = parts;
  const { runId, principal, method, request, sessionKey, said } = question;
  refuseBlocked(sessions, sessionKey);
  await seed(question, parts);
  const pieces = new Pieces();
  const listening = ears.listen(runId, (signal) => pieces.hear(signal));
  try {
    const { run } = await runs.accept({
      identity: { principal, method, key: runId, body: request },
      source: "agent",
      sessionKey,
      input: {
        text: said.text,
        imageCount: said.images.length,
        thinkingLevel: question.thinkingLevel,
        extraSystemPrompt: question.extraSystemPrompt,
        ...(question.model !== undefined && { model: question.model }),
      },
      images: said.images,
      timeoutMs: runTimeoutMs(),
    });
    const ended = runs.ended(run).then((last) => {
      pieces.end(last.resultText ?? "");
      return last;
    });
    ended.catch((error: unknown) => pieces.fail(error)).finally(() => listening[Symbol.dispose]());
    return { runId, pieces, ended, drop: () => drop(runId as RunId, sessionKey, parts) };
  } catch (error) {
    listening[Symbol.dispose]();
    throw error;
  }
}

/** What was said elsewhere becomes the past of a session that has none. */
async function seed({ sessionKey, earlier }: Question, { sessions, database, clock }: TalkParts): Promise<void> {
  if (earlier.length === 0 || sessions.find(sessionKey)) return;
  await database.accept(() => {
    const session = sessions.ensure(sessionKey);
    for (const { role, text, images } of earlier) {
      const content: StoredBlock[] = [...(text === "" ? [] : [{ type: "text" as const, text }]), ...images];
      const about = { role, content, timestamp: clock.nowMs() };
      sessions.transcript.append(session, role === "user" ? about : { ...about, stopReason: "stop", usage: noUsage });
    }
  });
}

function drop(runId: RunId, sessionKey: SessionKey, { runs }: TalkParts): void {
  const run = runs.find(runId);
  // Its end is told by the run itself; an abort that could not be stored changes nothing for who has gone.
  if (run && !hasEnded(run)) void runs.abort(sessionKey, runId, "rpc").catch(() => undefined);
}

/** The growing text of a run, cut into what is new. */
class Pieces implements AsyncIterable<string> {
  #text = "";
  #isOver = false;
  #failure: { readonly error: unknown } | undefined;
  #wake: (() => void) | undefined;

  hear(signal: RunSignal): void {
    if (signal.kind === "text") this.#grow(signal.text);
  }

  end(text: string): void {
    this.#isOver = true;
    this.#grow(text);
  }

  fail(error: unknown): void {
    this.#failure = { error };
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncIterator<string> {
    let given = 0;
    for (;;) {
      if (given < this.#text.length) {
        const piece = this.#text.slice(given);
        given = this.#text.length;
        yield piece;
      } else if (this.#failure) throw this.#failure.error;
      else if (this.#isOver) return;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  /** What was given out stays given: an end that says less than was heard adds nothing. */
  #grow(text: string): void {
    if (text.length > this.#text.length) this.#text = text;
    this.#wake?.();
  }
}
