import {
  agent,
  type AgentContext,
  ndJsonStream,
  type PermissionOptionKind,
  type PromptRequest,
  type PromptResponse,
  RequestError,
  type RequestPermissionRequest,
  type SessionUpdate,
} from "@agentclientprotocol/sdk";
import { Writable } from "node:stream";

/**
 * An external agent made with the official SDK's agent side. It is a program; its arguments are the traits that it
 * shows, and the first word of what it is asked is what it does.
 */
export type AgentTrait =
  /** Cannot take up sessions. */
  | "forgets"
  /** Says that it can take up sessions, and cannot. */
  | "forgetful"
  | "blind"
  | "signed-out"
  | "outdated"
  /** Ends before it greets. */
  | "stillborn"
  /** Says nothing at all. */
  | "mute"
  /** Says things on its output that are no messages, and on its standard error what is secret. */
  | "chatty"
  /** Ends neither with its input nor when it is asked to. */
  | "stubborn";

const traits = process.argv.slice(2) as AgentTrait[];
const has = (trait: AgentTrait) => traits.includes(trait);
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

let sessions = 0;
const cancels = new Map<string, AbortController>();

interface Act {
  readonly words: string;
  readonly prompt: PromptRequest;
  readonly client: AgentContext;
  readonly cancelled: AbortSignal;
  readonly say: (text: string) => Promise<void>;
  readonly tell: (update: SessionUpdate) => Promise<void>;
}

type Play = (act: Act) => Promise<PromptResponse["stopReason"] | void>;

const untilCancelled = (signal: AbortSignal) =>
  new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));

const plays: Record<string, Play> = {
  crash: async ({ say }) => {
    await say("about to ");
    process.exit(4);
  },
  wait: async ({ say, cancelled }) => {
    await say("waiting");
    await untilCancelled(cancelled);
    return "cancelled";
  },
  hang: async ({ say }) => {
    await say("hanging");
    await new Promise(() => undefined);
  },
  think: async ({ say, tell }) => {
    await tell({ sessionUpdate: "agent_thought_chunk", content: { type: "text", text: "hmm" } });
    await tell({ sessionUpdate: "plan", entries: [] });
    await say("thought");
  },
  tool: async ({ say, tell }) => {
    await say("I look.");
    await tell({ sessionUpdate: "tool_call", toolCallId: "1", title: "Read\n notes", kind: "read" });
    await tell({ sessionUpdate: "tool_call_update", toolCallId: "1", status: "completed" });
    await say("I saw.");
  },
  ask: async ({ say, client, prompt, words }) => {
    const kinds = words.split(" ").slice(1);
    const request: RequestPermissionRequest = {
      sessionId: prompt.sessionId,
      toolCall: { toolCallId: "1", title: "Remove\neverything", kind: "execute", rawInput: { command: "rm -rf /" } },
      options: kinds.map((kind) => ({ optionId: `o-${kind}`, name: kind, kind: kind as PermissionOptionKind })),
    };
    const { outcome } = await client.request("session/request_permission", request);
    await say(outcome.outcome === "selected" ? outcome.optionId : outcome.outcome);
  },
  reach: async ({ say, client, prompt }) => {
    const { sessionId } = prompt;
    const tries = await Promise.all(
      [
        client.request("fs/read_text_file", { sessionId, path: "/etc/passwd" }),
        client.request("terminal/create", { sessionId, command: "id" }),
      ].map((reach) => reach.then(String, (error: RequestError) => `${error.code}`)),
    );
    await say(tries.join());
  },
  garbage: async ({ say }) => {
    await say("before ");
    process.stdout.write('oh no\n[1]\n"x"\n{}\n{"jsonrpc":"2.0","id":77,"result":{}}\n');
    process.stdout.write('{"jsonrpc":"2.0","method":"session/update","params":{"sessionId":7}}\n');
    await say("after");
  },
  flood: async ({ say, cancelled }) => {
    while (!cancelled.aborted) await say("x".repeat(1_000_000));
    return "cancelled";
  },
  oversize: async () => {
    process.stdout.write("x".repeat(40_000_000));
    await new Promise(() => undefined);
  },
  refuse: async () => "refusal",
  fill: async ({ say }) => {
    await say("too lo");
    return "max_tokens";
  },
  fail: () => Promise.reject(new RequestError(-32_603, `broken with ${process.env["KEY"]}`)),
  environment: ({ say }) => say(JSON.stringify(process.env)),
  where: ({ say }) => say(process.cwd()),
  pid: ({ say }) => say(`${process.pid}`),
  session: ({ say, prompt }) => say(prompt.sessionId),
  blocks: ({ say, prompt }) => say(JSON.stringify(prompt.prompt)),
};

async function answer(prompt: PromptRequest, client: AgentContext): Promise<PromptResponse> {
  const { sessionId } = prompt;
  const last = prompt.prompt.at(-1);
  const words = last?.type === "text" ? last.text : "";
  const cancel = new AbortController();
  cancels.set(sessionId, cancel);
  const tell = (update: SessionUpdate) => client.notify("session/update", { sessionId, update });
  const say = (text: string) => tell({ sessionUpdate: "agent_message_chunk", content: { type: "text", text } });
  const play = plays[words.split(" ")[0]!];
  if (play) {
    const stopReason = await play({ words, prompt, client, cancelled: cancel.signal, say, tell });
    return { stopReason: stopReason ?? "end_turn" };
  }
  for (const chunk of `heard: ${words}`.match(/\s*\S+|\s+$/g) ?? []) {
    if (cancel.signal.aborted) return { stopReason: "cancelled" };
    await say(chunk);
    await turn();
  }
  return { stopReason: "end_turn" };
}

if (has("stillborn")) process.exit(9);
if (has("chatty")) {
  process.stderr.write(`my key is ${process.env["KEY"]}\n`);
  process.stdout.write("Welcome!\n\n");
}
if (has("stubborn")) {
  process.on("SIGTERM", () => undefined);
  setInterval(() => undefined, 1000);
}
if (has("mute")) process.stdin.resume();
else {
  const connection = agent({ name: "double" })
    .onRequest("initialize", () => ({
      protocolVersion: has("outdated") ? 0 : 1,
      agentCapabilities: { loadSession: !has("forgets"), promptCapabilities: { image: !has("blind") } },
    }))
    .onRequest("session/new", () => {
      if (has("signed-out")) throw RequestError.authRequired();
      return { sessionId: `session-${process.pid}-${++sessions}` };
    })
    .onRequest("session/load", async ({ params, client }) => {
      if (has("forgetful")) throw RequestError.sessionNotFound(params.sessionId);
      const update = {
        sessionUpdate: "agent_message_chunk" as const,
        content: { type: "text" as const, text: "REPLAYED" },
      };
      await client.notify("session/update", { sessionId: params.sessionId, update });
    })
    .onRequest("session/prompt", ({ params, client }) => answer(params, client))
    .onNotification("session/cancel", ({ params }) => cancels.get(params.sessionId)?.abort())
    .connect(ndJsonStream(Writable.toWeb(process.stdout), Bun.stdin.stream()));
  if (!has("stubborn")) void connection.closed.then(() => process.exit(0));
}
