import { createHmac, randomBytes } from "node:crypto";
import { aesEncryptGCM, proto, sha256 } from "@whiskeysockets/baileys";
import type { Shown } from "./seen.ts";

export interface VoteToSeal {
  readonly shown: Shown;
  readonly options: readonly string[];
  readonly voter: string;
  readonly creator: string;
}

/** A vote as the apps encrypt it: readable for whoever has the poll's secret. */
export function sealVote({ shown, options, voter, creator }: VoteToSeal): proto.Message.IPollEncValue {
  const secret = shown.content.messageContextInfo!.messageSecret!;
  const label = Buffer.concat([Buffer.from(`${shown.id}${creator}${voter}Poll Vote`), Buffer.from([1])]);
  const key = hmac(hmac(new Uint8Array(32), secret), label);
  const vote = proto.Message.PollVoteMessage.encode({
    selectedOptions: options.map((option) => sha256(Buffer.from(option))),
  }).finish();
  const encIv = randomBytes(12);
  return { encIv, encPayload: aesEncryptGCM(vote, key, encIv, Buffer.from(`${shown.id}\u0000${voter}`)) };
}

function hmac(key: Uint8Array, bytes: Uint8Array): Buffer {
  return createHmac("sha256", key).update(bytes).digest();
}
