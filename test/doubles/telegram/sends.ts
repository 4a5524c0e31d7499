import { type BotRequest, flag, integer, list, object, text } from "./bot-request.ts";
import type { ChatRoom, StoredMessage } from "./chat-room.ts";
import { type Desk, unixTime } from "./desk.ts";
import type { MediaKind, StoredFile } from "./files.ts";
import { readFormatted } from "./formatted.ts";
import { readMarkup } from "./keyboard.ts";
import { badRequest, isJson, type Json, type WireMessage } from "./wire.ts";

const photoBytesMax = 10 * 1024 * 1024;

/** Methods that crabline knows get the call as it came; for the others it numbers a stand-in. */
const passedOn = new Set<MediaKind>(["photo", "document", "audio", "video", "animation"]);

export async function sendMessage(request: BotRequest, desk: Desk): Promise<WireMessage> {
  const room = desk.chats.named(request.params);
  const marked = readFormatted(request.params, "text");
  const frame = readFrame(request.params, room);
  const number = await numbered(desk.crabline.pass(request));
  return post(desk, room, {
    request,
    wire: { ...frame, ...number, text: marked.text, ...(marked.entities.length > 0 && { entities: marked.entities }) },
  });
}

/** `sendPhoto`, `sendVoice` and their kin. */
export function sendMedia(kind: MediaKind) {
  return async (request: BotRequest, desk: Desk): Promise<WireMessage> => {
    const room = desk.chats.named(request.params);
    const caption = readCaption(request.params);
    const frame = readFrame(request.params, room);
    const file = readFile(kind, request.params[kind], { request, desk, field: kind });
    const number = await numbered(
      passedOn.has(kind) ? desk.crabline.pass(request) : standIn(desk, request, request.params),
    );
    return post(desk, room, {
      request,
      files: [file],
      wire: { ...frame, ...number, ...desk.files.shown(file), ...caption },
    });
  };
}

export async function sendMediaGroup(request: BotRequest, desk: Desk): Promise<WireMessage[]> {
  const room = desk.chats.named(request.params);
  const items = list(request.params, "media") ?? [];
  if (items.length < 2 || items.length > 10) throw badRequest("media group must include 2-10 items");
  const frame = readFrame(request.params, room);
  const contents = items.map((item) => {
    const kind = isJson(item) ? item["type"] : undefined;
    if (!isJson(item) || !isGroupKind(kind)) throw badRequest("can't parse InputMedia: wrong type");
    const file = readFile(kind, item["media"], { request, desk, field: "media" });
    return { file, caption: readCaption(item), item };
  });
  const albumId = `album-${desk.files.find(contents[0]!.file.fileId)!.uniqueId}-${room.messages.size}`;
  const sent: WireMessage[] = [];
  for (const { file, caption, item } of contents) {
    const { chat_id, message_thread_id } = request.params;
    const number = await numbered(standIn(desk, request, { ...item, chat_id, message_thread_id }));
    const wire = { ...frame, ...number, ...desk.files.shown(file), ...caption, media_group_id: albumId };
    sent.push(post(desk, room, { request, files: [file], wire }));
  }
  return sent;
}

export async function sendPoll(request: BotRequest, desk: Desk): Promise<WireMessage> {
  const { params } = request;
  const room = desk.chats.named(params);
  const question = text(params, "question") ?? "";
  const options = (list(params, "options") ?? []).map((option) => (isJson(option) ? option["text"] : option));
  if (question === "" || question.length > 300) throw badRequest("poll question must be 1-300 characters long");
  if (options.length < 2) throw badRequest("poll must have at least 2 option");
  if (options.length > 12) throw badRequest("poll can't have more than 12 options");
  if (options.some((option) => typeof option !== "string" || option === "" || option.length > 100)) {
    throw badRequest("poll options length must be 1-100 characters long");
  }
  const number = await numbered(standIn(desk, request, params));
  const poll = {
    id: `${room.id}${String(number.message_id)}`,
    question,
    options: options.map((option) => ({ text: option, voter_count: 0 })),
    total_voter_count: 0,
    is_closed: false,
    is_anonymous: params["is_anonymous"] !== false,
    type: text(params, "type") ?? "regular",
    allows_multiple_answers: flag(params, "allows_multiple_answers"),
    ...(integer(params, "open_period") && { open_period: integer(params, "open_period") }),
  };
  return post(desk, room, { request, wire: { ...readFrame(params, room), ...number, poll } });
}

/** Crabline checks chat, topic and caption, and numbers the message, as if a document were sent. */
function standIn(desk: Desk, request: BotRequest, params: Json): Promise<unknown> {
  const { chat_id, message_thread_id, caption, parse_mode } = params;
  const stub = { chat_id, message_thread_id, caption, parse_mode, document: "stand-in" };
  return desk.crabline.call("sendDocument", stub, request.signal);
}

async function numbered(answer: Promise<unknown>): Promise<{ readonly message_id: number }> {
  const message = await answer;
  if (!isJson(message) || typeof message["message_id"] !== "number") throw new Error("crabline sent no message");
  return { message_id: message["message_id"] };
}

/** What every kind of message may carry besides its content. */
function readFrame(params: Json, room: ChatRoom): Json {
  const threadId = integer(params, "message_thread_id");
  if (threadId !== undefined && !room.topics.has(threadId)) throw badRequest("message thread not found");
  const reply = readReply(params, room);
  const markup = readMarkup(params);
  return {
    ...(threadId !== undefined && { message_thread_id: threadId, is_topic_message: true }),
    ...(reply && { reply_to_message: withoutReply(reply.wire) }),
    ...(markup && { reply_markup: markup }),
  };
}

function readReply(params: Json, room: ChatRoom): StoredMessage | undefined {
  const parameters = object(params, "reply_parameters") ?? {};
  const id = integer(parameters, "message_id") ?? integer(params, "reply_to_message_id");
  if (id === undefined) return undefined;
  const found = room.messages.get(id);
  if (found && !found.isDeleted) return found;
  const isLenient = flag(parameters, "allow_sending_without_reply") || flag(params, "allow_sending_without_reply");
  if (!isLenient) throw badRequest("message to be replied not found");
  return undefined;
}

/** Replies are quoted one level deep. */
export function withoutReply(wire: WireMessage): WireMessage {
  return { ...wire, reply_to_message: undefined };
}

export function readCaption(params: Json): Json {
  const { text: caption, entities } = readFormatted(params, "caption");
  return caption === "" ? {} : { caption, ...(entities.length > 0 && { caption_entities: entities }) };
}

interface FileSource {
  readonly request: BotRequest;
  readonly desk: Desk;
  readonly field: string;
}

/** An upload, by `attach://` or by its field's name, or a file that Telegram already has. */
function readFile(kind: MediaKind, value: unknown, { request, desk, field }: FileSource): StoredFile {
  const name = typeof value === "string" && value.startsWith("attach://") ? value.slice("attach://".length) : field;
  const upload = request.uploads.get(name);
  if (upload && upload.bytes.length === 0) throw badRequest("file must be non-empty");
  if (upload && kind === "photo" && upload.bytes.length > photoBytesMax) {
    const size = `file of size ${upload.bytes.length} bytes is too big for a photo`;
    throw badRequest(`${size}; the maximum size is ${photoBytesMax} bytes`);
  }
  if (upload) return desk.files.add({ kind, ...upload });
  if (typeof value !== "string" || value === "") throw badRequest(`there is no ${kind} in the request`);
  const known = desk.files.find(value);
  if (!known) throw badRequest("wrong file identifier/HTTP URL specified");
  return known;
}

function isGroupKind(kind: unknown): kind is MediaKind {
  return typeof kind === "string" && ["photo", "video", "document", "audio"].includes(kind);
}

interface Posting {
  readonly request: BotRequest;
  readonly wire: Json & { readonly message_id: number };
  readonly files?: readonly StoredFile[] | undefined;
}

function post(desk: Desk, room: ChatRoom, { request, wire, files = [] }: Posting): WireMessage {
  const message: WireMessage = { ...wire, date: unixTime(desk.clock), chat: room.wire, from: desk.bot };
  room.add({
    wire: message,
    isFromBot: true,
    versions: [message.text ?? message.caption ?? ""],
    files,
    isSilent: flag(request.params, "disable_notification"),
    isDeleted: false,
    reactions: [],
    reactionsOf: new Map(),
  });
  return message;
}
