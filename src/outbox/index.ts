/** Replies on disk, and their way to a network. It renders nothing and decides nothing about who gets a reply. */
export type { AmbiguousPolicy } from "./after-attempt.ts";
export type { NewOutboxRow } from "./outbox.ts";
export { Outbox } from "./outbox.ts";
export type { OutboxClass, OutboxContent, OutboxMedia, OutboxRow } from "./outbox.store.ts";
