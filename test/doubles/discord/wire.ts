/** Discord's shapes as the double has them, and how it says no. */

export type Json = Readonly<Record<string, unknown>>;

export function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export interface WireUser {
  readonly id: string;
  readonly username: string;
  readonly global_name: string | null;
  readonly discriminator: "0";
  readonly avatar: null;
  readonly bot?: boolean;
}

export interface WireChannel {
  readonly id: string;
  readonly type: number;
  readonly name?: string;
  readonly guild_id?: string;
  readonly parent_id?: string | null;
  readonly recipients?: readonly WireUser[];
  last_message_id: string | null;
  readonly [more: string]: unknown;
}

export interface WireReaction {
  readonly emoji: { readonly id: string | null; readonly name: string };
  readonly users: Set<string>;
}

export interface WireAttachment {
  readonly id: string;
  readonly filename: string;
  readonly content_type: string;
  readonly size: number;
  readonly url: string;
  readonly proxy_url: string;
}

export interface WireMessage {
  readonly id: string;
  readonly channel_id: string;
  readonly author: WireUser;
  content: string;
  edited_timestamp: string | null;
  components: unknown;
  readonly timestamp: string;
  readonly type: number;
  readonly flags: number;
  readonly attachments: readonly WireAttachment[];
  readonly mentions: readonly WireUser[];
  readonly mention_roles: readonly string[];
  readonly message_reference?: Json;
  readonly poll?: unknown;
  readonly nonce?: string;
  /** Not on the wire as it is: everybody sees their own mark on it. */
  readonly reactions: WireReaction[];
}

/** Discord refuses: status, its own code, and words. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: number;

  constructor(status: number, code: number, words: string) {
    super(words);
    this.status = status;
    this.code = code;
  }
}

export const refusals = {
  unauthorized: () => new Refusal(401, 0, "401: Unauthorized"),
  unknownChannel: () => new Refusal(404, 10_003, "Unknown Channel"),
  unknownMessage: () => new Refusal(404, 10_008, "Unknown Message"),
  unknownUser: () => new Refusal(404, 10_013, "Unknown User"),
  missingAccess: () => new Refusal(403, 50_001, "Missing Access"),
  missingPermissions: () => new Refusal(403, 50_013, "Missing Permissions"),
  emptyMessage: () => new Refusal(400, 50_006, "Cannot send an empty message"),
  cannotSendToUser: () => new Refusal(403, 50_007, "Cannot send messages to this user"),
  notTheAuthor: () => new Refusal(403, 50_005, "Cannot edit a message authored by another user"),
  tooLarge: () => new Refusal(413, 40_005, "Request entity too large"),
  invalid: (field: string) => new Refusal(400, 50_035, `Invalid Form Body\n${field}`),
  notFound: () => new Refusal(404, 0, "404: Not Found"),
};
