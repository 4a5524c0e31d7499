import { Api, Bot, GrammyError } from "grammy";
import type { Update } from "grammy/types";
import type { TelegramDouble } from "./telegram-double.ts";

/** grammY's calls, for tests of the double itself. */
export function clientOf(telegram: TelegramDouble): Api {
  return new Api(telegram.token, { apiRoot: telegram.apiRoot });
}

export interface Polling {
  readonly bot: Bot;
  /** Resolves when the bot was stopped; rejects when Telegram ended it. */
  readonly over: Promise<void>;
}

export const allowed = ["message", "edited_message", "callback_query", "message_reaction"] as const;

/** grammY's own polling, until the bot is stopped or fails. */
export function polling(telegram: TelegramDouble, onUpdate: (update: Update) => void): Polling {
  const bot = new Bot(telegram.token, { client: { apiRoot: telegram.apiRoot } });
  bot.use((context, next) => {
    onUpdate(context.update);
    return next();
  });
  return { bot, over: bot.start({ allowed_updates: allowed }) };
}

/** What a call failed with. Bun's `.rejects` would hold up the double, which lives in the same process. */
export function failure(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
}

export async function refusal(call: Promise<unknown>): Promise<readonly [code: number, description: string]> {
  const error = await failure(call);
  if (!(error instanceof GrammyError)) throw new Error("not refused by Telegram", { cause: error });
  return [error.error_code, error.description];
}
