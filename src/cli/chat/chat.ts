import { ConnectError, type LinkState, stayConnected } from "../../client/index.ts";
import { realRandom } from "../../lib/index.ts";
import { clientOptions, warnOfSkew } from "../connected.ts";
import { exitCodes } from "../exit-codes.ts";
import { Failure, refused } from "../failure.ts";
import type { GatewayFlags } from "../gateway-flags.ts";
import { callFailure, connectFailure } from "../refusals.ts";
import { findTarget, type Target } from "../target.ts";
import { shown } from "../words.ts";
import { chatCommandOf, chatHelp } from "./commands.ts";
import { Conversation } from "./conversation.ts";
import { openScreen, type Screen } from "./screen.ts";

/** One chat from the first connection to the last line. Resolves with the exit code. */
export async function runChat(flags: GatewayFlags, session: string | undefined): Promise<number> {
  const target = await findTarget(flags);
  const over = Promise.withResolvers<number>();
  const stop = new AbortController();
  const lines = new LineQueue();
  const interrupt = () => {
    if (!conversation.isAnswering || !conversation.isLinked) return over.resolve(exitCodes.interrupted);
    void conversation.stop().catch((error: unknown) => over.reject(error));
  };
  using screen = openScreen({ line: (text) => lines.push(text), interrupt, end: () => lines.end() });
  const conversation = new Conversation(screen, session);
  let wasLinked = false;
  const onState = (state: LinkState) => {
    conversation.link(state.kind === "open" ? state.client : undefined);
    wasLinked ||= state.kind === "open";
    if (state.kind === "refused") return over.reject(connectFailure(state.error, target));
    // A person can start the gateway meanwhile; a script wants to know at once. Another certificate is for neither.
    const isHopeless = target.sockets.isTlsTrouble || (!wasLinked && !screen.isTerminal);
    if (state.kind === "waiting" && isHopeless && !state.restarting)
      return over.reject(connectFailure(new ConnectError(state.reason, 1006), target));
    describe(state, screen, target);
  };
  const staying = stayConnected(
    {
      ...clientOptions(target),
      random: realRandom,
      credentials: () => target.credentials,
      tokens: target.tokens,
      onEvent: (frame) => conversation.hear(frame),
      onGap: () => conversation.catchUp(),
      onState,
    },
    stop.signal,
  );
  staying.catch((error: unknown) => over.reject(connectFailure(error, target)));
  void converse(conversation, lines, screen).then(over.resolve, (error: unknown) =>
    over.reject(callFailure(error, target)),
  );
  try {
    const code = await over.promise;
    // A connection that is still being tried would keep the process until it gave up.
    if (!conversation.isLinked) leave(screen, code);
    return code;
  } finally {
    stop.abort();
    await staying.catch(() => undefined);
    await target.sockets.end();
  }
}

function leave(screen: Screen, code: number): never {
  screen[Symbol.dispose]();
  process.exit(code);
}

/** Reads lines until there are no more. From a pipe each waits for the answer to the one before. */
async function converse(conversation: Conversation, lines: LineQueue, screen: Screen): Promise<number> {
  let hasFailed = false;
  for await (const line of lines) {
    const text = line.trim();
    if (text === "") continue;
    const command = chatCommandOf(text);
    if (command === "quit") break;
    const done = command === undefined ? conversation.say(text) : runCommand(command, conversation, screen);
    const told = done.catch((error: unknown) => {
      hasFailed = true;
      screen.note(`! ${shown(error instanceof Error ? error.message : String(error))}`);
    });
    if (!screen.isTerminal) await told;
  }
  return hasFailed && !screen.isTerminal ? exitCodes.refused : exitCodes.done;
}

async function runCommand(command: string, conversation: Conversation, screen: Screen): Promise<void> {
  switch (command) {
    case "stop":
      if (!(await conversation.stop())) screen.note("nothing is running");
      return;
    case "new":
      await conversation.startAnew();
      return screen.note("a new conversation starts");
    case "sessions":
      for (const line of await conversation.sessions()) screen.note(line);
      return;
    case "help":
      for (const line of chatHelp()) screen.note(line);
      return;
    default:
      throw refused(`there is no /${shown(command)}: /help lists the commands`);
  }
}

function describe(state: LinkState, screen: Screen, target: Target): void {
  switch (state.kind) {
    case "connecting":
      return;
    case "open":
      warnOfSkew(state.client.skewMs);
      return screen.isTerminal ? screen.note(`connected to ${target.url}; /help lists the commands`) : undefined;
    case "waiting": {
      const seconds = Math.max(1, Math.round(state.retryInMs / 1000));
      return screen.note(`the gateway is away (${shown(state.reason)}); trying again in ${seconds} s`);
    }
    case "approval":
      return screen.note(
        `waiting for approval; on the gateway's machine: clawdia devices approve ${shown(state.requestId)}`,
      );
    case "refused":
      return;
    default:
      throw new Failure(`unknown state ${String(state satisfies never)}`, { exitCode: exitCodes.bug, code: "BUG" });
  }
}

/** Lines in the order in which they were typed, for whoever reads them. */
class LineQueue implements AsyncIterable<string> {
  readonly #waiting: string[] = [];
  #hasEnded = false;
  #wake = Promise.withResolvers<void>();

  push(line: string): void {
    this.#waiting.push(line);
    this.#wake.resolve();
  }

  end(): void {
    this.#hasEnded = true;
    this.#wake.resolve();
  }

  async *[Symbol.asyncIterator](): AsyncIterator<string> {
    for (;;) {
      const line = this.#waiting.shift();
      if (line !== undefined) {
        yield line;
        continue;
      }
      if (this.#hasEnded) return;
      await this.#wake.promise;
      this.#wake = Promise.withResolvers<void>();
    }
  }
}
