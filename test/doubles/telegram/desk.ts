import type { Clock } from "../../../src/lib/index.ts";
import type { Chats } from "./chats.ts";
import type { Crabline } from "./crabline.ts";
import type { FileStore } from "./files.ts";
import type { Updates } from "./updates.ts";
import type { Watch } from "../watch.ts";
import type { Webhook } from "./webhook.ts";
import type { WireUser } from "./wire.ts";

/** What the Bot API's methods work with. */
export interface Desk {
  readonly bot: WireUser;
  readonly clock: Clock;
  readonly watch: Watch;
  readonly crabline: Crabline;
  readonly chats: Chats;
  readonly files: FileStore;
  readonly updates: Updates;
  readonly webhook: Webhook;
  /** Commands of the bot's menu. */
  readonly commands: unknown[];
  /** Button presses, and what the bot answered them with. */
  readonly presses: Press[];
}

export interface Press {
  readonly id: string;
  answer: { readonly text: string; readonly isAlert: boolean } | undefined;
}

export function unixTime(clock: Clock): number {
  return Math.floor(clock.nowMs() / 1000);
}
