import type { IncomingMessage } from "node:http";
import { unzipSync } from "node:zlib";
import { multipartParts } from "./multipart.ts";
import { badRequest, isJson, type Json, Refusal } from "./wire.ts";

/** A file that came with a call. */
export interface Upload {
  readonly fileName: string;
  readonly bytes: Uint8Array;
}

/** What was asked: the method, its parameters with JSON text decoded, its files, and the bytes as they came. */
export interface BotRequest {
  readonly method: string;
  readonly params: Json;
  readonly uploads: ReadonlyMap<string, Upload>;
  readonly body: Uint8Array;
  readonly contentType: string;
  /** Aborted when the client hangs up. */
  readonly signal: AbortSignal;
}

/** Fields that forms carry as JSON text. */
const jsonFields = new Set([
  "allowed_updates",
  "caption_entities",
  "commands",
  "entities",
  "link_preview_options",
  "media",
  "message_ids",
  "options",
  "question_entities",
  "reaction",
  "reply_markup",
  "reply_parameters",
  "scope",
]);

/**
 * The body as it was meant. Telegram takes gzip and deflate, which Bun's fetch makes of grammY's calls over https.
 * Throws a Refusal for other encodings.
 */
export async function readBody(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  switch (request.headers["content-encoding"] ?? "") {
    case "":
      return body;
    case "gzip":
    case "deflate":
      return unzipSync(body);
    default:
      throw new Refusal(415, "Unsupported Media Type: unsupported content-encoding");
  }
}

/** Throws a Refusal when the body is none. */
export function parseParams(body: Uint8Array, contentType: string, query: URLSearchParams): ParsedParams {
  const uploads = new Map<string, Upload>();
  const fields: Record<string, unknown> = Object.fromEntries(query);
  if (contentType.includes("multipart/form-data")) {
    for (const part of multipartParts(body, contentType)) {
      if (part.fileName === undefined) fields[part.name] = Buffer.from(part.bytes).toString("utf8");
      else uploads.set(part.name, { fileName: part.fileName, bytes: part.bytes });
    }
  } else if (contentType.includes("application/json")) {
    const parsed = body.length === 0 ? {} : parseJson(Buffer.from(body).toString("utf8"));
    if (!isJson(parsed)) throw badRequest("can't parse JSON object");
    Object.assign(fields, parsed);
  } else {
    Object.assign(fields, Object.fromEntries(new URLSearchParams(Buffer.from(body).toString("utf8"))));
  }
  for (const [name, value] of Object.entries(fields)) {
    if (jsonFields.has(name) && typeof value === "string") fields[name] = parseJson(value);
  }
  return { params: fields, uploads };
}

export interface ParsedParams {
  readonly params: Json;
  readonly uploads: ReadonlyMap<string, Upload>;
}

function parseJson(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    throw badRequest("can't parse JSON object");
  }
}

/** An integer, as number or digits. */
export function integer(params: Json, name: string): number | undefined {
  const value = params[name];
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  return typeof value === "string" && /^-?\d{1,16}$/.test(value) ? Number(value) : undefined;
}

export function text(params: Json, name: string): string | undefined {
  const value = params[name];
  return typeof value === "string" ? value : undefined;
}

export function flag(params: Json, name: string): boolean {
  return params[name] === true || params[name] === "true";
}

export function list(params: Json, name: string): readonly unknown[] | undefined {
  const value = params[name];
  return Array.isArray(value) ? value : undefined;
}

export function object(params: Json, name: string): Json | undefined {
  const value = params[name];
  return isJson(value) ? value : undefined;
}
