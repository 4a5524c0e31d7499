import type { Update } from "grammy/types";
import { sameSecret } from "../../lib/index.ts";
import type { Webhook } from "../provider.ts";

const bodyBytesMax = 1024 * 1024;

/**
 * Updates that Telegram brings. Whoever does not know the secret is turned away by the headers alone. An update that
 * could not be stored is answered with 500, so that Telegram brings it again.
 */
export function webhookFor(secret: string, take: (update: Update) => Promise<boolean>): Webhook {
  return {
    admits: (headers) => sameSecret(headers.get("x-telegram-bot-api-secret-token") ?? "", secret),
    bodyBytesMax,
    async take(body) {
      const update = parseUpdate(body);
      if (!update) return 400;
      return (await take(update)) ? 200 : 500;
    },
  };
}

function parseUpdate(body: Uint8Array): Update | undefined {
  try {
    const parsed: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
    return isUpdate(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function isUpdate(value: unknown): value is Update {
  return typeof value === "object" && value !== null && "update_id" in value && Number.isInteger(value.update_id);
}
