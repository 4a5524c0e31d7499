import type { Agents } from "../agents/index.ts";
import { type Ids, sha256Text } from "../lib/index.ts";
import { invalidRequest } from "../protocol/index.ts";
import { attachmentBytesMax, keepImages, readAttachments, type SessionKey, type Sessions } from "../sessions/index.ts";
import { notFound } from "./bearer-door.ts";
import type { Said } from "./talk.ts";

/** From what OpenAI's clients send to agent, session and words. What we cannot do is refused, never dropped. */

export interface AskedParts {
  readonly agents: Agents;
  readonly sessions: Sessions;
  readonly ids: Ids;
  readonly knownModel: (reference: string) => boolean;
}

const brands: readonly string[] = ["clawdia", "openclaw", "moltbot", "clawdbot"];
/** Sessions of work that the gateway itself starts. */
const reservedNames = /^(?:agent:[^:]+:)?(?:subagent|cron|hook|acp):/i;
const namePattern = /^[\p{L}\p{N}][\p{L}\p{N}:@._+-]{0,127}$/u;
const fileCharsMax = 200_000;

export interface Speaker {
  readonly agentId: string;
  /** Set where the client named a model and not an agent. */
  readonly model: string | undefined;
}

/** `clawdia`, `clawdia:work`, `agent:work`, or a model that we know, for the default agent. */
export function speakerOf(model: string, headers: Headers, { agents, knownModel }: AskedParts): Speaker {
  const named = branded(headers, "agent-id") ?? branded(headers, "agent");
  if (named !== undefined) return { agentId: agents.require(named).id, model: undefined };
  const wanted = model.trim();
  if (brands.includes(wanted.toLowerCase())) return { agentId: agents.default.id, model: undefined };
  const [, brand = "", agentId = ""] = /^([a-z]+)[:/](.+)$/i.exec(wanted) ?? [];
  const agent = [...brands, "agent"].includes(brand.toLowerCase()) ? agents.find(agentId) : undefined;
  if (agent) return { agentId: agent.id, model: undefined };
  if (knownModel(wanted)) return { agentId: agents.default.id, model: wanted };
  throw notFound(`the model ${JSON.stringify(wanted.slice(0, 128))} does not exist: GET /v1/models lists them`);
}

/** The header's session, else one for the user that the client names, else a new one. */
export function sessionOf(
  agentId: string,
  from: { readonly headers: Headers; readonly user: string | undefined },
  { sessions, ids }: AskedParts,
): SessionKey {
  const key = branded(from.headers, "session-key");
  if (key !== undefined) {
    if (reservedNames.test(key.trim())) throw invalidRequest("that session belongs to work of the gateway's own");
    return sessions.canonical(key);
  }
  const name = from.user?.trim();
  if (!name) return sessions.canonical(`agent:${agentId}:openai:${ids.uuid()}`);
  // Two users never share a session, whatever their names are made of.
  const safe = namePattern.test(name) && !name.includes("..") && name === name.toLowerCase();
  return sessions.canonical(`agent:${agentId}:openai-user:${safe ? name : sha256Text(name).slice(0, 32)}`);
}

/** The id of a run: the client's own where it may repeat the request. */
export function runIdFor(prefix: string, headers: Headers, { ids }: Pick<AskedParts, "ids">): string {
  const key = headers.get("idempotency-key")?.trim();
  return `${prefix}_${key ? sha256Text(key).slice(0, 32) : ids.uuid().replaceAll("-", "")}`;
}

/** Text, images and files of one message. Images are on disk when it resolves. */
export async function saidIn(role: Said["role"], content: unknown, { sessions }: AskedParts): Promise<Said> {
  if (typeof content === "string") return { role, text: content, images: [] };
  if (content === null || content === undefined) return { role, text: "", images: [] };
  if (!Array.isArray(content)) throw invalidRequest("content must be a text or an array of parts");
  const parts = content.map(partOf);
  const images = parts.flatMap((part) => (part.image === undefined ? [] : [part.image]));
  const read = images.flatMap((url) => {
    const found = readAttachments([{ fileName: "image", content: url }]);
    if (found.length === 0) throw invalidRequest("an image is neither PNG, JPEG, GIF nor WebP");
    return found;
  });
  const text = parts.flatMap((part) => (part.text === undefined ? [] : [part.text])).join("\n");
  return { role, text, images: await keepImages(sessions.media, read) };
}

interface Part {
  readonly text?: string;
  readonly image?: string;
}

function partOf(given: unknown): Part {
  const part = (typeof given === "object" && given !== null ? given : {}) as Readonly<Record<string, unknown>>;
  switch (part["type"]) {
    case "text":
    case "input_text":
    case "output_text":
      return { text: textIn(part, "text") };
    case "refusal":
      return { text: textIn(part, "refusal") };
    case "image_url":
    case "input_image":
      return { image: imageIn(part["image_url"]) };
    case "file":
    case "input_file":
      return { text: fileIn(part["file"] ?? part) };
    default:
      throw invalidRequest(`a part of type ${JSON.stringify(part["type"] ?? null)} is not taken: send text or images`);
  }
}

function textIn(part: Readonly<Record<string, unknown>>, name: string): string {
  const text = part[name];
  if (typeof text === "string") return text;
  throw invalidRequest(`a part of type ${String(part["type"])} has no ${name}`);
}

function imageIn(given: unknown): string {
  const url = typeof given === "object" && given !== null ? (given as { url?: unknown }).url : given;
  if (typeof url === "string" && url.startsWith("data:")) return url;
  throw invalidRequest("an image must be a data: URL; nothing is fetched for a client");
}

function fileIn(given: unknown): string {
  const { file_data: data, filename } = given as { readonly file_data?: unknown; readonly filename?: unknown };
  const encoded = typeof data === "string" ? data.replace(/^data:[^,]*,/, "") : undefined;
  if (encoded === undefined) throw invalidRequest("a file must come as file_data; files are not kept or fetched here");
  const bytes = Buffer.from(encoded, "base64");
  if (bytes.length > attachmentBytesMax) throw invalidRequest(`a file has more than ${attachmentBytesMax} bytes`);
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    if (text.length > fileCharsMax) throw invalidRequest(`a file has more than ${fileCharsMax} characters`);
    if (!text.includes("\u0000"))
      return `[File ${typeof filename === "string" ? filename.slice(0, 200) : "unnamed"}]\n${text}`;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  throw invalidRequest("a file is not text in UTF-8; send what it says, or images of its pages");
}

function branded(headers: Headers, name: string): string | undefined {
  for (const brand of brands) {
    const value = headers.get(`x-${brand}-${name}`)?.trim();
    if (value) return value;
  }
  return undefined;
}
