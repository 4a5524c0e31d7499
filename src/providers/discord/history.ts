import type { APIMessage } from "discord-api-types/v10";
import type { RestApi } from "./rest-api.ts";
import { laterId } from "./snowflakes.ts";

/** Discord hands out no longer page. */
const pageMax = 100;

export interface HistoryRange {
  readonly channelId: string;
  /** Messages made after this id. */
  readonly afterId: string;
  readonly pagesMax: number;
}

export interface History {
  /** The oldest first. */
  readonly messages: readonly APIMessage[];
  /** False when there are more than were asked for. */
  readonly isWhole: boolean;
}

/** What stands in a channel after an id. Rejects with a CallError or the signal's reason. */
export async function messagesAfter(api: RestApi, range: HistoryRange, signal: AbortSignal): Promise<History> {
  const { channelId, pagesMax } = range;
  const messages: APIMessage[] = [];
  let after = range.afterId;
  for (let page = 0; page < pagesMax; page++) {
    const query = { after, limit: String(pageMax) };
    const call = { method: "get", route: `/channels/${channelId}/messages`, query } as const;
    const got = await api.call<APIMessage[]>("show a channel's history", call, signal);
    messages.push(...got.toSorted((one, other) => (laterId(one.id, other.id) === one.id ? 1 : -1)));
    after = got.reduce((latest, { id }) => laterId(latest, id), after);
    if (got.length < pageMax) return { messages, isWhole: true };
  }
  return { messages, isWhole: false };
}
