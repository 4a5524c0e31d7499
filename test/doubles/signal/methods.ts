import type { StyleRange } from "../../../src/providers/index.ts";
import type { SendResult } from "../../../src/providers/signal/wire.ts";
import type { SeenFile } from "./chats.ts";
import type { Desk, Face } from "./desk.ts";
import { type Json, noAccount, Refusal, sentToNobody, textOf, textsOf } from "./wire.ts";

/** A call, as far as a method cares for it. */
export interface Call {
  readonly method: string;
  readonly params: Json;
  /** A daemon for one account knows neither other accounts nor linking. */
  readonly isSingle: boolean;
  /** Becomes of everybody to whom it is sent. */
  readonly failure: Omit<SendResult, "recipientAddress"> | undefined;
}

type Method = (params: Json, desk: Desk, call: Call) => unknown;

const deviceLink = /^sgnl:\/\/linkdevice\?uuid=/;

/** Methods that a daemon for several accounts has beside those of an account. */
const accountless: Readonly<Record<string, Method>> = {
  listAccounts: (_params, { us }) => (us.isLinked ? [{ number: us.number }] : []),
  startLink: (_params, { codes }) => {
    const deviceLinkUri = `sgnl://linkdevice?uuid=${crypto.randomUUID()}&pub_key=BWrg2aJX%2FQuWoUSzX5Sod3el8nhC`;
    codes.set(deviceLinkUri, Promise.withResolvers());
    return { deviceLinkUri };
  },
  finishLink: async ({ deviceLinkUri }, { codes, us }) => {
    const code = codes.get(String(deviceLinkUri));
    if (!code || !deviceLink.test(String(deviceLinkUri))) throw new Refusal(-1, "Unknown device link uri.");
    if ((await code.promise) === "too old") throw new Refusal(-1, "Link request timed out, please try again.");
    us.isLinked = true;
    return { number: us.number };
  },
};

const ofAccount: Readonly<Record<string, Method>> = {
  listIdentities: (params, { us, people }) => {
    const all = [us, ...people.values()].map(({ aci: uuid, number = null }) => ({
      number,
      uuid,
      trustLevel: "TRUSTED",
    }));
    return params["number"] === undefined ? all : all.filter(({ number }) => number === params["number"]);
  },
  listGroups: (_params, { groups }) =>
    [...groups.values()].map(({ id, title }) => ({ id, name: title, isMember: true })),
  send: (params, desk, call) => send(params, desk, call),
  sendTyping: (params, desk, call) => {
    const action = params["stop"] === true ? "STOPPED" : "STARTED";
    return sent(params, desk, call, (chat) => desk.chats.showTyping(chat, action));
  },
  sendReaction: (params, desk, call) => {
    const at = { sentAtMs: Number(params["targetTimestamp"]), author: String(params["targetAuthor"]) };
    const emoji = params["remove"] === true ? undefined : String(params["emoji"]);
    return sent(params, desk, call, (chat) => void desk.chats.react(chat, at, desk.us.aci, emoji));
  },
  sendReceipt: (params, desk, call) => {
    const times = [params["targetTimestamp"]].flat().map(Number);
    return sent(params, desk, call, (chat) => times.forEach((time) => desk.chats.read(chat, time, desk.us.aci)));
  },
  getAttachment: ({ id, recipient, groupId }, { files }) => {
    if (recipient === undefined && groupId === undefined) throw new Refusal(-1, "No recipient given");
    const bytes = files.get(String(id));
    if (!bytes) throw new Refusal(-1, `Could not find attachment with ID: ${String(id)}`);
    return { data: Buffer.from(bytes).toString("base64") };
  },
  submitRateLimitChallenge: () => ({}),
  trust: () => ({}),
};

/** Throws a Refusal in signal-cli's words. */
export async function perform(call: Call, desk: Desk): Promise<unknown> {
  const { method, params, isSingle } = call;
  if (method === "version") return { version: "0.13.19" };
  const multi = isSingle ? undefined : accountless[method];
  if (multi) return multi(params, desk, call);
  const run = ofAccount[method];
  if (!run) throw new Refusal(-32_601, "Method not implemented");
  if (!isSingle && params["account"] === undefined) {
    throw new Refusal(-32_602, "Method requires valid account parameter");
  }
  if (!desk.us.isLinked || (!isSingle && params["account"] !== desk.us.number)) throw noAccount();
  await desk.crabline.judge(method, { ...params, account: desk.us.number });
  return run(params, desk, call);
}

function send(params: Json, desk: Desk, call: Call): unknown {
  const { us, chats } = desk;
  const text = textOf(params["message"]);
  const files = textsOf(params["attachments"]).map(fileOf);
  if (text === "" && files.length === 0) {
    throw new Refusal(
      -1,
      "Sending empty message is not allowed, either a message, attachment or sticker must be given.",
    );
  }
  const styles = textsOf(params["textStyle"]).map(styleOf);
  const editAtMs = params["editTimestamp"];
  if (typeof editAtMs === "number" && editAtMs < 2 ** 31) {
    throw new Refusal(-32_603, "class java.lang.Integer cannot be cast to class java.lang.Long (ClassCastException)");
  }
  return sent(params, desk, call, (chat, sentAtMs) => {
    if (editAtMs !== undefined) {
      const at = { sentAtMs: desk.us.isLinked ? originalOf(desk, Number(editAtMs)) : 0, author: us.aci };
      chats.edit(chat, at, text, styles);
      revisionsOf(desk).set(sentAtMs, at.sentAtMs);
      return;
    }
    const quote = params["quoteTimestamp"] === undefined ? undefined : quoteOf(params);
    chats.add(chat, { sentAtMs, author: us.aci, isOurs: true, text, styles, files, quote });
  });
}

/** Edits of ours, by their own times. */
const revisions = new WeakMap<Desk, Map<number, number>>();

function revisionsOf(desk: Desk): Map<number, number> {
  const known = revisions.get(desk) ?? new Map<number, number>();
  revisions.set(desk, known);
  return known;
}

const originalOf = (desk: Desk, timestamp: number) => revisionsOf(desk).get(timestamp) ?? timestamp;

function quoteOf(params: Json) {
  const author = String(params["quoteAuthor"]);
  return { sentAtMs: Number(params["quoteTimestamp"]), author, text: textOf(params["quoteMessage"]) };
}

/** Brings something to whom the call names. `show` is done once for a chat that it reaches. */
function sent(params: Json, desk: Desk, call: Call, show: (chat: string, sentAtMs: number) => void): unknown {
  const timestamp = desk.moments.next();
  const chat = chatOf(params, desk);
  const results = recipientsIn(params, desk).map((face) => resultFor(face, call));
  if (results.every(({ type }) => type !== "SUCCESS")) throw sentToNobody(timestamp, results);
  show(chat, timestamp);
  return { timestamp, results };
}

function resultFor(face: Pick<Face, "aci" | "number" | "isRegistered">, { failure }: Call): SendResult {
  const recipientAddress = { uuid: face.aci || null, number: face.number ?? null, username: null };
  if (!face.isRegistered) return { recipientAddress, type: "UNREGISTERED_FAILURE" };
  return { recipientAddress, ...(failure ?? { type: "SUCCESS" }) };
}

function chatOf({ groupId, noteToSelf, recipient }: Json, { us }: Desk): string {
  if (noteToSelf === true) return us.aci;
  return groupId === undefined ? textsOf(recipient)[0]! : textOf(groupId);
}

function recipientsIn(params: Json, desk: Desk): readonly Pick<Face, "aci" | "number" | "isRegistered">[] {
  const { us, people, groups } = desk;
  if (params["noteToSelf"] === true) return [{ ...us, isRegistered: true }];
  if (params["groupId"] !== undefined) {
    const groupId = textOf(params["groupId"]);
    if (groups.has(groupId)) return [...people.values()];
    throw new Refusal(-1, `Group not found: ${groupId}`);
  }
  const names = textsOf(params["recipient"]);
  if (names.length === 0) throw new Refusal(-1, "No recipients given");
  return names.map((name) => {
    const known = people.get(name) ?? [...people.values()].find(({ number }) => number === name);
    const unknown = name.startsWith("+") ? { aci: "", number: name } : { aci: name, number: undefined };
    return known ?? { ...unknown, isRegistered: false };
  });
}

function styleOf(text: string): StyleRange {
  const [start, length, style] = text.split(":");
  const known = ["BOLD", "ITALIC", "STRIKETHROUGH", "SPOILER", "MONOSPACE"] as const;
  const named = known.find((one) => one === style);
  if (!named) throw new Refusal(-1, `Invalid style: ${style}`);
  return { start: Number(start), length: Number(length), style: named };
}

/** A path or a `data:` address with the file in it. */
function fileOf(text: string): SeenFile {
  const [, mimeType, fileName, base64] = /^data:([^;]+);filename=([^;]+);base64,(.*)$/s.exec(text) ?? [];
  if (base64 === undefined) {
    throw new Refusal(-32_603, `Failed to send message: ${text}: No such file (AttachmentInvalidException)`);
  }
  return { mimeType: mimeType!, fileName: fileName!, bytes: new Uint8Array(Buffer.from(base64, "base64")) };
}
