import { object } from "./bot-request.ts";
import { badRequest, isJson, type Json, type WireButton, type WireMarkup } from "./wire.ts";

const dataBytesMax = 64;

/** The buttons of a call. Throws Telegram's refusals. */
export function readMarkup(params: Json): WireMarkup | undefined {
  const markup = object(params, "reply_markup");
  const rows = markup?.["inline_keyboard"];
  if (!Array.isArray(rows)) return undefined;
  const keyboard = rows.map((row: unknown) => {
    if (!Array.isArray(row))
      throw badRequest('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays');
    return row.map(readButton);
  });
  return keyboard.some((row) => row.length > 0) ? { inline_keyboard: keyboard } : undefined;
}

function readButton(button: unknown): WireButton {
  if (!isJson(button)) throw badRequest("can't parse inline keyboard button: InlineKeyboardButton must be an Object");
  const { text, callback_data: data, url } = button;
  if (typeof text !== "string" || text === "")
    throw badRequest("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard");
  if (typeof data === "string") {
    const bytes = Buffer.byteLength(data);
    if (bytes < 1 || bytes > dataBytesMax) throw badRequest("BUTTON_DATA_INVALID");
    return { text, callback_data: data };
  }
  if (typeof url === "string") return { text, url };
  throw badRequest("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard");
}
