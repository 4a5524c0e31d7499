import { decryptPollVote, type proto, type WAMessage } from "@whiskeysockets/baileys";
import { sha256Bytes } from "../../lib/index.ts";
import { pollOf, unwrapped } from "./content.ts";
import type { Vote } from "./decode.ts";
import { bareJid, type Jid } from "./people.ts";
import type { Remembered, SentMessage } from "./remembered.ts";
import { contentOf } from "./sending.ts";

/**
 * Which options a vote names. Votes are encrypted with a secret that only the poll's message holds, and with the ids
 * of whoever made the poll and whoever votes: which of their two ids each used is tried. Undefined when the poll is
 * not one that we remember, or the vote cannot be read.
 */
export function voteOf(message: WAMessage, sent: Remembered<SentMessage>, ownIds: readonly Jid[]): Vote | undefined {
  const update = unwrapped(message.message)?.pollUpdateMessage;
  const pollId = update?.pollCreationMessageKey?.id;
  const kept = pollId ? sent.get(pollId) : undefined;
  if (!update?.vote || !pollId || !kept) return undefined;
  const content = contentOf(kept);
  const poll = pollOf(content);
  const secret = content.messageContextInfo?.messageSecret;
  if (!poll || !secret) return undefined;
  const { participant, participantAlt, remoteJid, remoteJidAlt } = message.key;
  const voters = [participant ?? remoteJid, participantAlt ?? remoteJidAlt]
    .map(bareJid)
    .filter((id) => id !== undefined);
  for (const pollCreatorJid of ownIds) {
    for (const voterJid of voters) {
      const keys = { pollCreatorJid, voterJid, pollMsgId: pollId, pollEncKey: secret };
      const selected = opened(update.vote, keys);
      if (selected) return { question: poll.name ?? "", chosen: named(selected, poll) };
    }
  }
  return undefined;
}

function opened(
  vote: proto.Message.IPollEncValue,
  keys: Parameters<typeof decryptPollVote>[1],
): readonly Uint8Array[] | undefined {
  try {
    return decryptPollVote(vote, keys).selectedOptions ?? [];
  } catch {
    // Sealed for other ids.
    return undefined;
  }
}

/** A vote names the hashes of the options. */
function named(selected: readonly Uint8Array[], poll: proto.Message.IPollCreationMessage): readonly string[] {
  const hashes = new Set(selected.map((hash) => Buffer.from(hash).toString("hex")));
  const names = (poll.options ?? []).map(({ optionName }) => optionName ?? "");
  return names.filter((name) => hashes.has(sha256Bytes(new TextEncoder().encode(name))));
}
