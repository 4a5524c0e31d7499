/**
 * What signal-cli's daemon tells, as far as it is read here (0.13 and 0.14). Numbers are missing where people hide
 * theirs. The account's own number is in every event: none of this may be logged.
 */
export interface Received {
  readonly envelope?: Envelope | undefined;
  readonly account?: string | undefined;
  /** What kept the daemon from reading the message; the envelope then has no content. */
  readonly exception?: { readonly type?: string | null; readonly message?: string | null } | undefined;
}

export interface Envelope {
  readonly sourceUuid?: string | null;
  readonly sourceNumber?: string | null;
  readonly sourceName?: string | null;
  readonly timestamp?: number;
  readonly dataMessage?: DataMessage;
  readonly editMessage?: { readonly targetSentTimestamp: number; readonly dataMessage: DataMessage };
  /** What another device of the same account did. */
  readonly syncMessage?: object;
  readonly receiptMessage?: object;
  readonly typingMessage?: object;
  readonly callMessage?: object;
  readonly storyMessage?: object;
}

export interface DataMessage {
  readonly timestamp: number;
  /** U+FFFC stands for each mention. */
  readonly message?: string | null;
  readonly viewOnce?: boolean;
  readonly reaction?: Reaction;
  readonly quote?: Quote;
  readonly mentions?: readonly Mention[] | null;
  readonly attachments?: readonly WireAttachment[] | null;
  readonly sticker?: { readonly emoji?: string | null };
  readonly contacts?: readonly SharedContact[] | null;
  readonly payment?: { readonly note?: string | null };
  readonly pollCreate?: { readonly question?: string; readonly options?: readonly unknown[] };
  readonly remoteDelete?: object;
  readonly groupInfo?: { readonly groupId: string; readonly groupName?: string | null; readonly type?: string };
}

export interface Reaction {
  readonly emoji: string;
  readonly targetAuthorUuid?: string | null;
  readonly targetSentTimestamp: number;
  readonly isRemove: boolean;
}

export interface Quote {
  /** When the quoted message was sent. */
  readonly id: number;
  readonly authorUuid?: string | null;
  readonly text?: string | null;
  readonly mentions?: readonly Mention[] | null;
}

/** In UTF-16 units. */
export interface Mention {
  readonly start: number;
  readonly length: number;
  readonly uuid?: string | null;
  readonly name?: string | null;
}

export interface WireAttachment {
  readonly id: string;
  readonly contentType?: string | null;
  readonly filename?: string | null;
  readonly size?: number | null;
}

export interface SharedContact {
  readonly name?: {
    readonly given?: string | null;
    readonly family?: string | null;
    readonly nickname?: string | null;
  };
  readonly phone?: readonly { readonly value?: string | null }[] | null;
}

/** What became of a send for one person. */
export interface SendResult {
  readonly recipientAddress?: { readonly uuid?: string | null; readonly number?: string | null };
  readonly type: string;
  readonly retryAfterSeconds?: number | null;
  /** Of a challenge that a person has to solve before more is sent. */
  readonly token?: string | null;
}

export interface Sent {
  readonly timestamp: number;
  readonly results: readonly SendResult[];
}
