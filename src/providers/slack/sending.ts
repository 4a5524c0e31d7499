import type { ChatPostMessageResponse, WebClient } from "@slack/web-api";
import type { Clock } from "../../lib/index.ts";
import { DeliveryError } from "../errors.ts";
import type { MessageRef, OutboundMedia, OutboundMessage, SentRef } from "../message.ts";
import type { Records } from "../provider.ts";
import type { Directory } from "./directory.ts";
import { encodeEdit, encodeSend, encodeShare, type SendForm } from "./encode.ts";
import { CallError, deliveryErrorOf } from "./failures.ts";
import { isTs } from "./people.ts";
import type { WebApi } from "./web-api.ts";
import type { WireFile } from "./wire.ts";

/** What sending needs of its link. */
export interface Desk {
  readonly api: WebApi;
  readonly directory: Directory;
  readonly records: Records;
  readonly clock: Clock;
}

/** More is refused before it is uploaded. Slack takes a gigabyte; the house keeps what it sends in memory. */
export const uploadBytesMax = 100_000_000;

/** One message to Slack. Rejects with a DeliveryError or the signal's reason. */
export function sendMessage(desk: Desk, message: OutboundMessage, signal: AbortSignal): Promise<SentRef> {
  return delivering(() => (message.media ? share(desk, message, signal) : post(desk, message, signal)));
}

/** Rejects with a DeliveryError or the signal's reason. */
export function editMessage(desk: Desk, ref: MessageRef, message: OutboundMessage, signal: AbortSignal): Promise<void> {
  return delivering(async () => {
    if (!isTs(ref.messageId)) throw refusal("what was sent there cannot be edited");
    const channel = await desk.directory.channelOf(ref.peer.id, signal);
    await inAnyForm(async (form) => {
      const payload = encodeEdit({ channel, ts: ref.messageId }, message, form);
      if (!payload) throw refusal("a message cannot be edited to have no text");
      await desk.api.call("chat.update", (client) => client.chat.update(payload), { signal });
    });
  });
}

function post({ api }: Desk, message: OutboundMessage, signal: AbortSignal): Promise<SentRef> {
  return inAnyForm(async (form) => {
    const payload = encodeSend(message, message.peer.id, form);
    if (!payload) throw refusal("a message without content cannot be sent to Slack");
    const method = "chat.postMessage";
    const run = (client: WebClient): Promise<ChatPostMessageResponse> => client.apiCall(method, { ...payload });
    const { ts, channel } = await api.call(method, run, { signal });
    // Named by a person's id, a chat has an id of its own from then on.
    const isMoved = channel !== undefined && channel !== message.peer.id;
    return { messageId: ts ?? "", ...(isMoved && { movedToPeerId: channel }) };
  });
}

/** What Slack refuses with blocks goes without them, once. */
async function inAnyForm<T>(run: (form: SendForm) => Promise<T>): Promise<T> {
  try {
    return await run({});
  } catch (error) {
    const isBlocks =
      error instanceof CallError && error.failure.kind === "refused" && /blocks/.test(error.failure.error);
    if (!isBlocks) throw error;
    return run({ isPlain: true });
  }
}

/** Files are uploaded first, and seen by nobody until they are shared: only then is anything in doubt. */
async function share(desk: Desk, message: OutboundMessage, signal: AbortSignal): Promise<SentRef> {
  const { api, directory, records } = desk;
  const channel = await beforehand(() => directory.channelOf(message.peer.id, signal));
  const fileId = await beforehand(() => upload(api, message.media!, signal));
  // Shared files carry no metadata: a send in doubt is found by its file.
  await records.write([{ kind: uploadKind, id: message.sendId, value: `${fileId} ${desk.clock.nowMs()}` }]);
  const title = message.media!.fileName;
  const shared = {
    ...encodeShare(message, channel),
    files: [{ id: fileId, title }] as [{ id: string; title: string }],
  };
  await api.call("files.completeUploadExternal", (client) => client.files.completeUploadExternal(shared), { signal });
  const messageId = (await sharedTs(desk, { fileId, channel }, signal)) ?? fileId;
  await forgetUpload(records, message.sendId);
  const isMoved = channel !== message.peer.id;
  return { messageId, ...(isMoved && { movedToPeerId: channel }) };
}

const uploadKind = "upload";
/** No send is in doubt for longer. */
const uploadKeptMs = 7 * 24 * 60 * 60_000;

/** The file of a send in doubt. */
export function uploadedFile(records: Records, sendId: string): string | undefined {
  return records.get(uploadKind, sendId)?.split(" ")[0];
}

export function forgetUpload(records: Records, sendId: string): Promise<void> {
  return records.write([{ kind: uploadKind, id: sendId, value: undefined }]);
}

/** Of sends that nobody asked about again. */
export async function forgetOldUploads({ records, clock }: Pick<Desk, "records" | "clock">): Promise<void> {
  const oldMs = clock.nowMs() - uploadKeptMs;
  const old = records.list(uploadKind).filter(({ value }) => !(Number(value.split(" ")[1]) > oldMs));
  if (old.length > 0) await records.write(old.map(({ id }) => ({ kind: uploadKind, id, value: undefined })));
}

async function upload(api: WebApi, media: OutboundMedia, signal: AbortSignal): Promise<string> {
  const bytes = media.bytes();
  if (bytes.byteLength > uploadBytesMax) {
    throw refusal(`the file has ${bytes.byteLength} bytes: at most ${uploadBytesMax} are sent`);
  }
  const asked = { filename: media.fileName, length: bytes.byteLength };
  const { upload_url: address, file_id: fileId } = await api.call(
    "files.getUploadURLExternal",
    (client) => client.files.getUploadURLExternal(asked),
    { signal },
  );
  if (!address || !fileId) throw refusal("Slack gave no place for the file");
  await api.upload(address, bytes, signal);
  return fileId;
}

/** Whatever goes wrong here, nothing of the message can be seen. */
async function beforehand<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof CallError)) throw error;
    const { isPermanent, retryAfterMs } = deliveryErrorOf(error);
    throw new DeliveryError(error.message, { isCertain: true, isPermanent, retryAfterMs });
  }
}

/** Slack shares a file a moment after it said that it would. */
export const sharePausesMs = [0, 500, 1000, 2000, 3000];

export interface Shared {
  readonly fileId: string;
  readonly channel: string;
}

/** The message that a file was shared with; undefined when Slack does not tell in time, or will not. */
async function sharedTs(desk: Desk, shared: Shared, signal: AbortSignal): Promise<string | undefined> {
  for (const pauseMs of sharePausesMs) {
    if (pauseMs > 0) await desk.clock.sleep(pauseMs, signal);
    try {
      const ts = await findShare(desk.api, shared, signal);
      if (ts !== undefined) return ts;
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      // It is shared by now: not knowing its message is no failure.
      if (error.failure.kind === "refused") return undefined;
    }
  }
  return undefined;
}

/** Rejects with a CallError or the signal's reason. */
export async function findShare(
  api: WebApi,
  { fileId, channel }: Shared,
  signal: AbortSignal,
): Promise<string | undefined> {
  const { file } = await api.call("files.info", (client) => client.files.info({ file: fileId }), { signal });
  const { shares = {} } = (file ?? {}) as WireFile;
  return Object.values(shares).flatMap((places) => places[channel] ?? [])[0]?.ts;
}

async function delivering<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw error instanceof CallError ? deliveryErrorOf(error) : error;
  }
}

const refusal = (message: string) => new DeliveryError(message, { isCertain: true, isPermanent: true });
