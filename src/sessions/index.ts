/** Conversations with agents: keys, settings, transcripts. It starts no runs and sends no messages. */
export { Attachments, attachmentBytesMax, type ImageAttachment, readAttachments } from "./attachments.ts";
export { MediaStore } from "./media.store.ts";
export { ChatMessage, ContentBlock, noUsage, type StoredBlock, type StoredMessage, textOf, Usage } from "./message.ts";
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
export { type KnownModels, Sessions } from "./sessions.ts";
export { thinkingLevelOf } from "./settings-patch.ts";
