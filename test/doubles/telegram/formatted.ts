import { list, text as textOf } from "./bot-request.ts";
import { type MarkedText, parseHtml } from "./html.ts";
import { badRequest, isJson, type Json, type WireEntity } from "./wire.ts";

const charsMax = { text: 4096, caption: 1024 } as const;

/**
 * The text or caption of a call, after its markup was read: UTF-16 units count then. Throws Telegram's refusals.
 * Markdown is left as it stands: the double reads HTML and entities only.
 */
export function readFormatted(params: Json, field: keyof typeof charsMax): MarkedText {
  const source = textOf(params, field) ?? "";
  const marked = trimmed(parsed(params, source, field === "text" ? "entities" : "caption_entities"));
  if (field === "text" && marked.text === "") throw badRequest("message text is empty");
  if (marked.text.length > charsMax[field]) {
    throw badRequest(field === "text" ? "message is too long" : "message caption is too long");
  }
  return marked;
}

function parsed(params: Json, source: string, entitiesField: string): MarkedText {
  const mode = (textOf(params, "parse_mode") ?? "").toLowerCase();
  if (mode === "html") return parseHtml(source);
  if (!["", "markdown", "markdownv2"].includes(mode)) throw badRequest("unsupported parse_mode");
  const entities = (list(params, entitiesField) ?? []).map((entity) => readEntity(entity, source));
  return { text: source, entities };
}

function readEntity(value: unknown, source: string): WireEntity {
  if (!isJson(value) || typeof value["type"] !== "string") throw badRequest("can't parse MessageEntity");
  const [offset, length] = [Number(value["offset"]), Number(value["length"])];
  if (!(offset >= 0 && length > 0 && offset + length <= source.length)) {
    throw badRequest(`entity beginning at UTF-16 offset ${offset} ends after the end of the text`);
  }
  return { ...value, type: value["type"], offset, length };
}

/** Telegram takes white space off both ends, but not before an entity's begin. */
function trimmed({ text, entities }: MarkedText): MarkedText {
  const first = Math.min(text.search(/\S|$/), ...entities.map(({ offset }) => offset));
  const kept = text.trimEnd().slice(first);
  const moved = entities.map((entity) => ({ ...entity, offset: entity.offset - first }));
  return {
    text: kept,
    entities: moved
      .filter(({ offset }) => offset < kept.length)
      .map((entity) => ({ ...entity, length: Math.min(entity.length, kept.length - entity.offset) })),
  };
}
