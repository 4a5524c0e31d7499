/** Conversations with agents: keys, settings, transcripts. It starts no runs and sends no messages. */
export { Attachments, attachmentBytesMax, type ImageAttachment, keepImages, readAttachments } from "./attachments.ts";
export { type MediaLimits, mediaLimits, MediaStore, type Swept } from "./media.store.ts";
export {
  ChatMessage,
  ContentBlock,
  type InnerStep,
  noUsage,
  type StoredBlock,
  type StoredImage,
  type StoredMessage,
  textOf,
  Usage,
} from "./message.ts";
export { type Session, SessionEntry, SessionRow } from "./session.ts";
export {
  agentIdOf,
  canonicalKey,
  isMainSession,
  isSubagentKey,
  mainSessionKey,
  type SessionKey,
  type SessionNames,
} from "./session-key.ts";
export { type KnownModels, type SessionDelivery, Sessions } from "./sessions.ts";
export type { PastEntry } from "./transcript.ts";
export { thinkingLevelOf } from "./settings-patch.ts";
