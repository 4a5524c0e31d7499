import type { APIDMChannel } from "discord-api-types/v10";
import type { Peer } from "../message.ts";
import type { Records } from "../provider.ts";
import type { RestApi } from "./rest-api.ts";
import { idOf } from "./snowflakes.ts";

const directKind = "direct";
/** Direct chats whose channel is known, in memory; all of them are on disk. */
const knownMax = 5000;

/** The channel that leads to a peer. To a person it is opened once, and remembered. */
export class Ways {
  readonly #api: RestApi;
  readonly #records: Records;
  readonly #known = new Map<string, string>();

  constructor(api: RestApi, records: Records) {
    this.#api = api;
    this.#records = records;
  }

  /** Rejects with a CallError or the signal's reason. `channel:<id>` names a channel where only people can be meant. */
  async channelOf(peer: Peer, signal: AbortSignal): Promise<string> {
    if (peer.kind !== "direct") return peer.threadId ?? peer.id;
    const [, prefix, id] = /^(?:(user|channel):)?(.*)$/.exec(peer.id)!;
    if (prefix === "channel") return peer.threadId ?? id!;
    const known = this.known(id!);
    if (known !== undefined) return known;
    const call = { method: "post", route: "/users/@me/channels", body: { recipient_id: id } } as const;
    const channel = await this.#api.call<APIDMChannel>("open a direct chat", call, signal);
    await this.keep(id!, idOf(channel.id));
    return channel.id;
  }

  known(personId: string): string | undefined {
    return this.#known.get(personId) ?? this.#records.get(directKind, personId);
  }

  note(personId: string, channelId: string): void {
    if (this.#known.size >= knownMax) this.#known.clear();
    this.#known.set(personId, channelId);
  }

  async keep(personId: string, channelId: string): Promise<void> {
    this.note(personId, channelId);
    if (this.#records.get(directKind, personId) === channelId) return;
    await this.#records.write([{ kind: directKind, id: personId, value: channelId }]);
  }

  /** Every direct chat that there was. */
  all(): readonly { readonly personId: string; readonly channelId: string }[] {
    return this.#records.list(directKind).map(({ id, value }) => ({ personId: id, channelId: value }));
  }
}
