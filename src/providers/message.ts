/** Messages of networks, in our words. Ids are the network's own immutable ones, as text. */

/** The other end of a chat. */
export interface Peer {
  readonly kind: "direct" | "group" | "channel";
  /** The chat. Never a name that people can change. */
  readonly id: string;
  /** A thread or forum topic within it. */
  readonly threadId?: string | undefined;
}

export interface MessageRef {
  readonly peer: Peer;
  readonly messageId: string;
}

/** The person who wrote. `name` and `handle` can be changed by them: for showing, never for deciding. */
export interface Sender {
  readonly id: string;
  readonly name?: string | undefined;
  readonly handle?: string | undefined;
}

export interface InboundMessage {
  readonly ref: MessageRef;
  /** What happened. `id` tells happenings of one message apart and is empty for the message itself. */
  readonly event: { readonly kind: "message" | "edit" | "reaction" | "button"; readonly id: string };
  readonly sender: Sender;
  readonly sentAtMs: number;
  /** As the person wrote it, without markup. A button's value, or a reaction's emoji, for those events. */
  readonly text: string;
  /** Not downloaded yet. */
  readonly media: readonly InboundMedia[];
  /** True only when we are meant: by mention, by a command addressed to us, or by a reply to us. */
  readonly mentionsSelf: boolean;
  readonly replyTo?: QuotedMessage | undefined;
  /** Messages that belong together, for instance the pictures of an album. */
  readonly albumId?: string | undefined;
  /** What people call the chat. */
  readonly chatTitle?: string | undefined;
}

export interface QuotedMessage {
  readonly messageId: string;
  readonly text: string;
  readonly senderName?: string | undefined;
  readonly isOwn: boolean;
}

export type MediaKind = "image" | "audio" | "voice" | "video" | "document" | "sticker";

export interface InboundMedia {
  readonly kind: MediaKind;
  /** What `Link.download` needs, also after a restart. Holds no secret. */
  readonly handle: string;
  readonly mimeType?: string | undefined;
  readonly fileName?: string | undefined;
  readonly bytes?: number | undefined;
}

/** A part of a reply, as it goes to a network. */
export interface OutboundMessage {
  /** 24 hex characters, the same on every attempt: the base of the network's own message identity. */
  readonly sendId: string;
  readonly peer: Peer;
  readonly text?: RenderedText | undefined;
  readonly media?: OutboundMedia | undefined;
  /** The message that this one answers, as a quote. A quote that is gone is left out, not an error. */
  readonly replyToId?: string | undefined;
  readonly buttons?: readonly (readonly Button[])[] | undefined;
  readonly poll?: Poll | undefined;
  readonly isSilent?: boolean | undefined;
}

/** The same text twice: in the network's dialect, and plain for when it refuses the dialect. */
export interface RenderedText {
  readonly markup: string;
  readonly plain: string;
  /** Ranges of `markup`, for networks that take styles apart from the text. */
  readonly styles?: readonly StyleRange[] | undefined;
}

/** A style over a range of a text, in UTF-16 units. */
export interface StyleRange {
  readonly start: number;
  readonly length: number;
  readonly style: "BOLD" | "ITALIC" | "STRIKETHROUGH" | "SPOILER" | "MONOSPACE";
}

export interface OutboundMedia {
  readonly kind: Exclude<MediaKind, "sticker">;
  readonly mimeType: string;
  readonly fileName: string;
  /** Read when it is sent. */
  readonly bytes: () => Uint8Array;
}

export interface Button {
  readonly label: string;
  /** Comes back as the text of a `button` event. At most 64 bytes. */
  readonly value: string;
}

export interface Poll {
  readonly question: string;
  readonly options: readonly string[];
  readonly selectionsMax: number;
  readonly durationMs?: number | undefined;
}

export interface SentRef {
  readonly messageId: string;
  /** Where the network moved the chat meanwhile (a group that became a supergroup). */
  readonly movedToPeerId?: string | undefined;
}
