import type { APIUser } from "discord-api-types/v10";
import type { Peer, Sender } from "../message.ts";
import type { Self } from "../provider.ts";
import type { Place } from "./places.ts";
import { idOf } from "./snowflakes.ts";

/** Who wrote, and where. Names are for showing. */

type Person = Pick<APIUser, "id" | "username"> & { readonly global_name?: string | null };

export function senderOf(user: Person, nick?: string | null): Sender {
  return { id: idOf(user.id), name: nameOf(user, nick), handle: `@${user.username}` };
}

export function nameOf(user: Person, nick?: string | null): string {
  return nick || user.global_name || user.username;
}

export function selfOf(user: Person): Self {
  return { id: idOf(user.id), name: nameOf(user), handle: `@${user.username}` };
}

/** A direct chat is known by the person in it, for its channel is only the way there. */
export function peerOf(place: Place, personId: string): Peer {
  if (place.guildId === undefined) return { kind: "direct", id: idOf(personId) };
  if (place.parentId === undefined) return { kind: "group", id: idOf(place.id) };
  return { kind: "group", id: idOf(place.parentId), threadId: idOf(place.id) };
}
