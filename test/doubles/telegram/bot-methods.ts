import { type BotRequest, integer, list, text } from "./bot-request.ts";
import type { Desk } from "./desk.ts";
import * as edits from "./edits.ts";
import { downloadBytesMax, mediaKinds } from "./files.ts";
import { sendMedia, sendMediaGroup, sendMessage, sendPoll } from "./sends.ts";
import { badRequest, isJson } from "./wire.ts";

type BotMethod = (request: BotRequest, desk: Desk) => Promise<unknown>;

const methods: Readonly<Record<string, BotMethod>> = {
  ...Object.fromEntries(mediaKinds.map((kind) => [`send${kind.replace("_", "")}`, sendMedia(kind)])),
  answercallbackquery: edits.answerCallbackQuery,
  createforumtopic: createForumTopic,
  deletemessage: edits.deleteMessage,
  deletemessages: edits.deleteMessages,
  deletemycommands: async (_, { commands }) => {
    commands.length = 0;
    return true;
  },
  deletewebhook: ({ params }, { webhook }) => webhook.delete(params),
  editmessagecaption: edits.editMessageCaption,
  editmessagereplymarkup: edits.editMessageReplyMarkup,
  editmessagetext: edits.editMessageText,
  getchat: async ({ params }, { chats }) => {
    const { wire } = chats.named(params);
    return { ...wire, accent_color_id: 0, max_reaction_count: 11, accepted_gift_types: {} };
  },
  getchatmember: async ({ params }, { chats, bot }) => {
    chats.named(params);
    const id = integer(params, "user_id");
    if (id === bot.id) return { status: "administrator", user: bot, can_be_edited: false };
    return { status: "member", user: { id, is_bot: false, first_name: `user ${id}` } };
  },
  getfile: getFile,
  getme: async (request, { crabline, bot }) => {
    const answer = await crabline.pass(request);
    return { ...(isJson(answer) && answer), ...bot };
  },
  getmycommands: async (_, { commands }) => commands,
  getupdates: getUpdates,
  getwebhookinfo: (_, { webhook }) => webhook.describe(),
  sendchataction: edits.sendChatAction,
  sendmediagroup: sendMediaGroup,
  sendmessage: sendMessage,
  sendmessagedraft: edits.sendMessageDraft,
  sendpoll: sendPoll,
  setmessagereaction: edits.setMessageReaction,
  setmycommands: setMyCommands,
  setwebhook: (request, { webhook }) => webhook.set(request),
};

/** What Telegram would do. Methods that are not ours go to crabline as they came. Throws a Refusal. */
export function perform(request: BotRequest, desk: Desk): Promise<unknown> {
  const method = methods[request.method.toLowerCase()];
  return method ? method(request, desk) : desk.crabline.pass(request);
}

async function getUpdates(request: BotRequest, { updates, webhook, crabline }: Desk): Promise<unknown> {
  const offset = integer(request.params, "offset") ?? 0;
  if (!webhook.isSet) {
    updates.allow(list(request.params, "allowed_updates"));
    if (offset > 0) updates.confirm(offset - 1);
  }
  return updates.unveil(await crabline.pass(request));
}

async function getFile({ params }: BotRequest, { files }: Desk): Promise<unknown> {
  const file = files.find(text(params, "file_id") ?? "");
  if (!file) throw badRequest("wrong file_id or the file is temporarily unavailable");
  if (file.bytes.length > downloadBytesMax) throw badRequest("file is too big");
  const { fileId, uniqueId, path, bytes } = file;
  return { file_id: fileId, file_unique_id: uniqueId, file_size: bytes.length, file_path: path };
}

async function createForumTopic(request: BotRequest, desk: Desk): Promise<unknown> {
  const room = desk.chats.named(request.params);
  const topic = await desk.crabline.pass(request);
  if (isJson(topic)) {
    room.topics.set(Number(topic["message_thread_id"]), { name: String(topic["name"]), creator: desk.bot });
  }
  return topic;
}

async function setMyCommands({ params }: BotRequest, { commands, watch }: Desk): Promise<unknown> {
  const menu = list(params, "commands") ?? [];
  if (menu.length > 100) throw badRequest("BOT_COMMANDS_TOO_MUCH");
  for (const command of menu) {
    const { command: name, description } = isJson(command) ? command : {};
    if (typeof name !== "string" || !/^[a-z0-9_]{1,32}$/.test(name)) throw badRequest("BOT_COMMAND_INVALID");
    if (typeof description !== "string" || description === "" || description.length > 256) {
      throw badRequest("BOT_COMMAND_DESCRIPTION_INVALID");
    }
  }
  commands.splice(0, commands.length, ...menu);
  watch.changed();
  return true;
}
