/** Shapes of the Bot API as far as the double reads or makes them, and its two kinds of answers. */
export type Json = Readonly<Record<string, unknown>>;

export interface WireUser {
  readonly id: number;
  readonly is_bot: boolean;
  readonly first_name: string;
  readonly username?: string | undefined;
  readonly language_code?: string | undefined;
}

export interface WireChat {
  readonly id: number;
  readonly type: "private" | "group" | "supergroup" | "channel";
  readonly title?: string | undefined;
  readonly first_name?: string | undefined;
  readonly username?: string | undefined;
  readonly is_forum?: true | undefined;
}

export interface WireEntity {
  readonly type: string;
  readonly offset: number;
  readonly length: number;
  readonly url?: string | undefined;
  readonly language?: string | undefined;
  readonly user?: WireUser | undefined;
  readonly custom_emoji_id?: string | undefined;
}

export interface WireButton {
  readonly text: string;
  readonly callback_data?: string | undefined;
  readonly url?: string | undefined;
}

export interface WireMarkup {
  readonly inline_keyboard?: readonly (readonly WireButton[])[] | undefined;
}

export interface WireMessage {
  readonly message_id: number;
  readonly date: number;
  readonly chat: WireChat;
  readonly from?: WireUser | undefined;
  readonly sender_chat?: WireChat | undefined;
  readonly message_thread_id?: number | undefined;
  readonly is_topic_message?: true | undefined;
  readonly text?: string | undefined;
  readonly entities?: readonly WireEntity[] | undefined;
  readonly caption?: string | undefined;
  readonly caption_entities?: readonly WireEntity[] | undefined;
  readonly reply_to_message?: WireMessage | undefined;
  readonly media_group_id?: string | undefined;
  readonly edit_date?: number | undefined;
  readonly reply_markup?: WireMarkup | undefined;
  /** Photo, voice, poll, location: whatever else a message holds. */
  readonly [kind: string]: unknown;
}

export interface WireUpdate {
  readonly update_id: number;
  readonly [kind: string]: unknown;
}

export interface RefusalParameters {
  readonly retry_after?: number | undefined;
  readonly migrate_to_chat_id?: number | undefined;
}

export type Answer =
  | { readonly ok: true; readonly result: unknown }
  | {
      readonly ok: false;
      readonly error_code: number;
      readonly description: string;
      readonly parameters?: RefusalParameters | undefined;
    };

/** A method's "no", in Telegram's own words. */
export class Refusal extends Error {
  constructor(
    readonly code: number,
    readonly description: string,
    readonly parameters?: RefusalParameters,
  ) {
    super(description);
  }

  answer(): Answer {
    return {
      ok: false,
      error_code: this.code,
      description: this.description,
      ...(this.parameters && { parameters: this.parameters }),
    };
  }
}

export const badRequest = (what: string) => new Refusal(400, `Bad Request: ${what}`);

export function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
