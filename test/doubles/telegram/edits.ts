import { type BotRequest, integer, list, text } from "./bot-request.ts";
import { type Desk, unixTime } from "./desk.ts";
import { readFormatted } from "./formatted.ts";
import { readMarkup } from "./keyboard.ts";
import { reactionEmoji } from "./reaction-emoji.ts";
import { readCaption } from "./sends.ts";
import { badRequest, isJson, type Json, Refusal, type WireMessage } from "./wire.ts";

const notModified =
  "message is not modified: specified new message content and reply markup are exactly the same as a current content " +
  "and reply markup of the message";

export async function editMessageText(request: BotRequest, desk: Desk): Promise<WireMessage> {
  const { entities, text: shown } = readFormatted(request.params, "text");
  const content = { text: shown, entities: entities.length > 0 ? entities : undefined };
  return edit(request, desk, {
    content,
    check: ({ text: old }) => {
      if (old === undefined) throw badRequest("there is no text in the message to edit");
    },
    confirm: () => desk.crabline.pass(request),
  });
}

export async function editMessageCaption(request: BotRequest, desk: Desk): Promise<WireMessage> {
  const content = { caption: undefined, caption_entities: undefined, ...readCaption(request.params) };
  return edit(request, desk, {
    content,
    check: ({ text: old }) => {
      if (old !== undefined) throw badRequest("there is no caption in the message to edit");
    },
  });
}

/** Without a keyboard it takes the keyboard away. */
export async function editMessageReplyMarkup(request: BotRequest, desk: Desk): Promise<WireMessage> {
  return edit(request, desk, { content: {}, check: () => undefined });
}

interface Edit {
  readonly content: Json;
  readonly check: (old: WireMessage) => void;
  readonly confirm?: () => Promise<unknown>;
}

async function edit({ params }: BotRequest, desk: Desk, { content, check, confirm }: Edit): Promise<WireMessage> {
  const room = desk.chats.named(params);
  const message = room.existing(integer(params, "message_id"), "message to edit");
  if (!message.isFromBot) throw badRequest("message can't be edited");
  const old = message.wire;
  check(old);
  const changed = withoutUndefined({ ...old, ...content, reply_markup: readMarkup(params) });
  if (Bun.deepEquals(withoutUndefined(old), changed)) throw badRequest(notModified);
  await confirm?.();
  room.change(message, { ...changed, edit_date: unixTime(desk.clock) });
  return message.wire;
}

function withoutUndefined(wire: WireMessage): WireMessage {
  return Object.fromEntries(Object.entries(wire).filter(([, value]) => value !== undefined)) as WireMessage;
}

export async function deleteMessage({ params }: BotRequest, desk: Desk): Promise<true> {
  const room = desk.chats.named(params);
  room.existing(integer(params, "message_id"), "message to delete").isDeleted = true;
  room.touched();
  return true;
}

/** Skips those that are gone. */
export async function deleteMessages({ params }: BotRequest, desk: Desk): Promise<true> {
  const room = desk.chats.named(params);
  for (const id of list(params, "message_ids") ?? []) {
    const message = room.messages.get(Number(id));
    if (message) message.isDeleted = true;
  }
  room.touched();
  return true;
}

/** A bot sets one emoji of Telegram's list, or none. */
export async function setMessageReaction(request: BotRequest, desk: Desk): Promise<unknown> {
  const { params } = request;
  const room = desk.chats.named(params);
  const message = room.existing(integer(params, "message_id"), "message to react");
  const emoji = (list(params, "reaction") ?? []).map((reaction) => {
    const found = isJson(reaction) && reaction["type"] === "emoji" ? reaction["emoji"] : undefined;
    if (typeof found !== "string" || !reactionEmoji.has(found)) throw badRequest("REACTION_INVALID");
    return found;
  });
  if (emoji.length > 1) throw badRequest("REACTIONS_TOO_MANY");
  const answer = await desk.crabline.pass(request);
  message.reactions = emoji;
  room.touched();
  return answer;
}

const actions =
  /^(typing|upload_photo|(record|upload)_(video|voice|video_note|audio)|upload_document|choose_sticker|find_location)$/;

export async function sendChatAction(request: BotRequest, desk: Desk): Promise<unknown> {
  const { params } = request;
  const room = desk.chats.named(params);
  const action = text(params, "action") ?? "";
  if (!actions.test(action)) throw badRequest("wrong parameter action in request");
  const answer = await desk.crabline.pass(request);
  room.note({ action, threadId: integer(params, "message_thread_id") });
  return answer;
}

/** A preview of an answer that grows, in private chats; the message that follows takes its place. */
export async function sendMessageDraft({ params }: BotRequest, desk: Desk): Promise<true> {
  const room = desk.chats.named(params);
  if (room.wire.type !== "private") throw badRequest("TEXTDRAFT_PEER_INVALID");
  const draftId = integer(params, "draft_id");
  if (!draftId) throw badRequest("draft_id must be non-zero");
  const source = text(params, "text") ?? "";
  room.drafts.set(draftId, source === "" ? "" : readFormatted(params, "text").text);
  room.touched();
  return true;
}

export async function answerCallbackQuery(request: BotRequest, desk: Desk): Promise<unknown> {
  const { params } = request;
  const press = desk.presses.find(({ id }) => id === text(params, "callback_query_id"));
  if (!press || press.answer) {
    throw new Refusal(400, "Bad Request: query is too old and response timeout expired or query ID is invalid");
  }
  const answer = await desk.crabline.pass(request);
  press.answer = { text: text(params, "text") ?? "", isAlert: params["show_alert"] === true };
  desk.watch.changed();
  return answer;
}
