import { isPlainObject } from "../../lib/index.ts";
import { StartError } from "../../programs/index.ts";
import type { LoginPorts, Self } from "../provider.ts";
import { Abilities } from "./abilities.ts";
import { CallError } from "./failures.ts";
import { normalHandle } from "./handles.ts";
import { endWords, lastWords, unstartable } from "./last-words.ts";
import type { Mac } from "./mac.ts";
import { Rpc } from "./rpc.ts";
import { chatsIn, type ListedChat, rowsIn } from "./sending.ts";
import { readTimeMs } from "./session.ts";

/** Starting imsg, and finding out what it is and whether it may do its work. */

/** Chats whose last rows are looked at to find the end of the database. */
const newestChats = 5;

export type StartWords = ReturnType<typeof unstartable>;

/** imsg ended, or could not be started; the words are what a link tells of it. */
export class StartFailure extends Error {
  override readonly name = "StartFailure";
  readonly words: StartWords;

  constructor(words: StartWords) {
    super(words.reason);
    this.words = words;
  }
}

export interface Hearing {
  readonly onNotification: (method: string, params: unknown) => void;
  readonly onEnd: (words: StartWords) => void;
}

/** Throws a StartFailure when there is no such program. */
export function startImsg(mac: Mac, { clock, log }: Pick<LoginPorts, "clock" | "log">, hearing: Hearing): Rpc {
  const { onNotification, onEnd } = hearing;
  try {
    return new Rpc({
      child: mac.startRpc(),
      clock,
      onNotification,
      onGarbage: (reason) => log.debug("imsg.garbage", { reason }),
      onEnd: (how, said) => onEnd(endWords({ how, said, host: mac.host })),
    });
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    throw new StartFailure(unstartable(mac.command, mac.host));
  }
}

export interface Greeted {
  readonly abilities: Abilities;
  readonly self: Self;
  /** The highest row of the database, as far as its newest chats tell. */
  readonly tail: number;
}

/** Rejects with a CallError when imsg does not answer, or may not read the messages. */
export async function greet(rpc: Rpc, mac: Mac, signal: AbortSignal): Promise<Greeted> {
  const options = { timeoutMs: readTimeMs, signal };
  const status = await rpc.call("status", {}, options).catch((error: unknown) => {
    if (isUnknownMethod(error)) return undefined;
    throw error;
  });
  const abilities = new Abilities(status);
  const chats = chatsIn(await rpc.call("chats.list", { limit: newestChats }, options));
  let tail = 0;
  for (const { id } of chats) {
    const rows = rowsIn(await rpc.call("messages.history", { chat_id: id, limit: 1 }, options));
    tail = Math.max(tail, ...rows.map(({ rowId }) => rowId));
  }
  return { abilities, self: selfOf(mac, chats, status), tail };
}

function isUnknownMethod(error: unknown): boolean {
  return error instanceof CallError && error.failure.kind === "answered" && error.failure.meaning === "noMethod";
}

function selfOf({ host }: Mac, chats: readonly ListedChat[], status: unknown): Self {
  const login = chats.find((chat) => chat.login !== undefined)?.login;
  const handle = login === undefined ? undefined : normalHandle(login);
  const version = isPlainObject(status) && typeof status["version"] === "string" ? ` (imsg ${status["version"]})` : "";
  const name = `Messages on ${host ?? "this Mac"}${version}`;
  return { id: handle ?? host ?? "this-mac", name, handle };
}

/** What the failure of a greeting means for a link. */
export function wordsOf(error: unknown): StartWords | undefined {
  if (error instanceof StartFailure) return error.words;
  return error instanceof CallError ? lastWords(error) : undefined;
}
