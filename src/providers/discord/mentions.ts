import type { APIMessage } from "discord-api-types/v10";
import type { Places } from "./places.ts";

/** Our own bot, as far as deciding who is meant needs it. */
export interface Us {
  readonly id: string;
}

/** Whether a message in a server means us: by our name, by the role that is ours alone, or as a reply to us. */
export function meansUs(message: APIMessage, guildId: string, us: Us, places: Places): boolean {
  if (message.referenced_message?.author.id === us.id) return true;
  if (message.mentions?.some(({ id }) => id === us.id)) return true;
  return (message.mention_roles ?? []).some((roleId) => places.isOurRole(guildId, roleId));
}

/** `<@us> /status` is `/status`: whom it addresses is said by then. A message that only calls us stays as it is. */
export function withoutAddress(content: string, us: Us): string {
  const rest = content.replace(new RegExp(`^\\s*<@!?${us.id}>[\\s,:]*`), "");
  return rest === "" ? content : rest;
}
