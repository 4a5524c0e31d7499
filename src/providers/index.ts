/** Messaging networks: the contract, the messages, the accounts and their links. It decides nothing about messages. */
export { type AccountFolder, Accounts, type AccountsParts, type LinkedAccounts } from "./accounts.ts";
export { keeperFor, peerFor } from "./addressee.ts";
export { channelSummary, snapshotOf } from "./channel-status.ts";
export { discord } from "./discord/index.ts";
export { DeliveryError, type DeliveryFault, LoginError, MediaError } from "./errors.ts";
export { type AccountState, LinkKeeper } from "./link-keeper.ts";
export { Logins } from "./logins.ts";
export type {
  Button,
  InboundMedia,
  InboundMessage,
  MediaKind,
  MessageRef,
  OutboundMedia,
  OutboundMessage,
  Peer,
  Poll,
  QuotedMessage,
  RenderedText,
  Sender,
  SentRef,
  StyleRange,
} from "./message.ts";
export type {
  Account,
  Capabilities,
  Configured,
  Dialect,
  DownloadedMedia,
  Link,
  LinkState,
  LinkVerb,
  LoginDone,
  LoginInput,
  LoginPorts,
  LoginStep,
  Ports,
  Provider,
  RecordChange,
  Records,
  Secrets,
  Self,
  Webhook,
  WebhookAnswer,
} from "./provider.ts";
export { signal } from "./signal/index.ts";
export { imessage } from "./imessage/index.ts";
export { slack } from "./slack/index.ts";
export { telegram } from "./telegram/index.ts";
export { WebLogins } from "./web-logins.ts";
export { webchat } from "./webchat/index.ts";
export type { WebChatNetwork } from "./webchat/link.ts";
export { whatsapp } from "./whatsapp/index.ts";
