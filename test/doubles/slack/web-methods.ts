import { isJson, type Json } from "../telegram/wire.ts";
import type { Answer } from "./emulator.ts";
import { list, type Workspace } from "./workspace.ts";

/**
 * What the emulator lacks of the Web API, and what Slack does beside: history within bounds and page by page, chats of
 * the app itself, metadata for those who ask for it, limits of blocks, and events about what the app did.
 */
export async function perform(method: string, params: Json, workspace: Workspace): Promise<Answer> {
  const special = methods[method];
  if (special) return special(params, workspace);
  return workspace.emulator.pass(method, workspace.bot.token, params);
}

type Method = (params: Json, workspace: Workspace) => Promise<Answer>;

const methods: Readonly<Record<string, Method>> = {
  "auth.test": async (params, { emulator, bot }) => ({
    ...(await emulator.pass("auth.test", bot.token, params)),
    bot_id: bot.botId,
  }),
  "users.conversations": async (params, { emulator, bot }) => {
    const answer = await emulator.pass("conversations.list", bot.token, params);
    return { ...answer, channels: list(answer["channels"]).filter((channel) => channel["is_member"]) };
  },
  "conversations.history": history,
  "conversations.replies": replies,
  "chat.postMessage": postMessage,
  "chat.update": updateMessage,
  "files.completeUploadExternal": completeUpload,
  "reactions.add": reaction("reactions.add"),
  "reactions.remove": reaction("reactions.remove"),
};

const all = { limit: 1000 };

async function history(params: Json, workspace: Workspace): Promise<Answer> {
  const { emulator, bot } = workspace;
  const answer = await emulator.pass("conversations.history", bot.token, { channel: params["channel"], ...all });
  if (!answer.ok) return answer;
  const messages: Json[] = [];
  for (const message of list(answer["messages"])) {
    const count = Number(message["reply_count"] ?? 0);
    const latest = count > 0 ? await latestReply(params["channel"], message["ts"], workspace) : {};
    messages.push({ ...workspace.signed(message), ...latest });
  }
  return page(messages, params);
}

async function latestReply(channel: unknown, ts: unknown, { emulator, bot }: Workspace): Promise<Json> {
  const { messages } = await emulator.pass("conversations.replies", bot.token, { channel, ts });
  return { thread_ts: ts, latest_reply: list(messages).at(-1)?.["ts"] };
}

async function replies(params: Json, workspace: Workspace): Promise<Answer> {
  const { emulator, bot } = workspace;
  const { channel, ts } = params;
  const answer = await emulator.pass("conversations.replies", bot.token, { channel, ts });
  if (!answer.ok) return answer;
  const [root, ...others] = list(answer["messages"]).map((message) => workspace.signed(message));
  if (!root) return { ok: false, error: "thread_not_found" };
  const parent = { parent_user_id: root["user"] };
  const found = page(
    others.map((message) => ({ ...message, ...parent })),
    params,
  );
  return { ...found, messages: [root, ...list(found["messages"])] };
}

/** Within `oldest` and `latest`, both left out, and with a cursor for the rest. */
function page(messages: readonly Json[], params: Json): Answer {
  const oldest = Number(params["oldest"] ?? 0);
  const latest = Number(params["latest"] ?? Number.POSITIVE_INFINITY);
  const within = messages.filter(({ ts }) => Number(ts) > oldest && Number(ts) < latest);
  const start = Number(/^next:(\d+)$/.exec(String(params["cursor"]))?.[1] ?? 0);
  const end = start + Math.min(Number(params["limit"] ?? 100), 999);
  const hasMore = end < within.length;
  const wantsMetadata = String(params["include_all_metadata"]) === "true";
  return {
    ok: true,
    messages: within.slice(start, end).map((message) => (wantsMetadata ? message : without(message, "metadata"))),
    has_more: hasMore,
    response_metadata: { next_cursor: hasMore ? `next:${end}` : "" },
  };
}

function without(message: Json, field: string): Json {
  return Object.fromEntries(Object.entries(message).filter(([name]) => name !== field));
}

async function postMessage(params: Json, workspace: Workspace): Promise<Answer> {
  const error = blocksError(params["blocks"]);
  if (error) return { ok: false, error };
  const answer = await workspace.emulator.pass("chat.postMessage", workspace.bot.token, params);
  if (!answer.ok) return answer;
  const { channel, message } = workspace.posted(answer);
  workspace.note(channel, message);
  // Slack tells an app what it said itself.
  workspace.tell({ ...without(message, "metadata"), type: "message", channel, event_ts: message["ts"] });
  return { ...answer, message };
}

async function updateMessage(params: Json, workspace: Workspace): Promise<Answer> {
  const error = blocksError(params["blocks"]);
  if (error) return { ok: false, error };
  const answer = await workspace.emulator.pass("chat.update", workspace.bot.token, params);
  if (!answer.ok) return answer;
  const channel = String(params["channel"]);
  const before = workspace.message(channel, String(params["ts"]));
  const message = { ...before, ...(isJson(answer["message"]) ? answer["message"] : {}), text: params["text"] };
  const blocks = "blocks" in params ? { blocks: params["blocks"] } : {};
  workspace.note(channel, { ...message, ...blocks });
  const ts = workspace.clock.nowMs() / 1000;
  workspace.tell({
    type: "message",
    subtype: "message_changed",
    message,
    previous_message: before,
    channel,
    hidden: true,
    ts: ts.toFixed(6),
    event_ts: ts.toFixed(6),
  });
  return answer;
}

async function completeUpload(params: Json, workspace: Workspace): Promise<Answer> {
  const { emulator, bot } = workspace;
  const answer = await emulator.pass("files.completeUploadExternal", bot.token, params);
  const channel = params["channel_id"];
  if (!answer.ok || typeof channel !== "string") return answer;
  const { thread_ts: root } = params;
  const found =
    root === undefined
      ? await emulator.pass("conversations.history", bot.token, { channel, limit: 1 })
      : await emulator.pass("conversations.replies", bot.token, { channel, ts: root });
  const message = root === undefined ? list(found["messages"])[0] : list(found["messages"]).at(-1);
  if (message) {
    workspace.note(channel, workspace.signed(message));
    workspace.tell({ ...workspace.signed(message), type: "message", channel, event_ts: message["ts"] });
  }
  // Slack shares it a moment later: this answer does not tell where.
  const files = list(answer["files"]).map(({ id, title }) => ({ id, title }));
  return { ok: true, files };
}

function reaction(method: "reactions.add" | "reactions.remove"): Method {
  return async (params, workspace) => {
    const answer = await workspace.emulator.pass(method, workspace.bot.token, params);
    if (!answer.ok) return answer;
    const { channel, timestamp } = params;
    await workspace.refresh(String(channel), String(timestamp), workspace.bot.token);
    return answer;
  };
}

const limits = { blocks: 50, sectionChars: 3000, elements: 25, labelChars: 75, valueChars: 2000 };

function blocksError(blocks: unknown): string | undefined {
  const found = list(blocks);
  if (found.length > limits.blocks) return "invalid_blocks";
  const isWrong = found.some((block) => {
    const { type, text, elements } = block;
    if (type === "section") return !isJson(text) || longerThan(text["text"], limits.sectionChars);
    if (type !== "actions") return false;
    const buttons = list(elements);
    return buttons.length === 0 || buttons.length > limits.elements || buttons.some(isWrongButton);
  });
  return isWrong ? "invalid_blocks" : undefined;
}

function isWrongButton({ text, value, action_id: id }: Json): boolean {
  const label = isJson(text) ? text["text"] : "";
  return longerThan(label, limits.labelChars) || longerThan(value, limits.valueChars) || typeof id !== "string";
}

function longerThan(text: unknown, max: number): boolean {
  return typeof text !== "string" || text === "" || text.length > max;
}
