import { Type } from "@sinclair/typebox";
import type { Tool } from "../engine/index.ts";
import type { Outbox, OutboxContent } from "../outbox/index.ts";
import { type Accounts, peerFor } from "../providers/index.ts";
import type { Database } from "../storage/index.ts";
import { defineTool, failure } from "./define-tool.ts";

/** Sends a message beside the reply: a file, a notice to another chat. The reply itself needs no tool. */

export interface MessageToolParts {
  readonly outbox: Outbox;
  readonly accounts: () => Accounts;
  readonly database: Database;
  readonly contentsFor: (provider: string, markdown: string) => readonly OutboxContent[];
}

const textCharsMax = 20_000;

export function messageTool({ outbox, accounts, database, contentsFor }: MessageToolParts): Tool {
  return defineTool({
    name: "message",
    description:
      "Sends a message to a chat now, beside your reply. Without `to` it goes to the chat that you answer. " +
      "With `file` it brings a file of your workspace, or a public https address, along. " +
      "To another chat only the owner may send.",
    params: Type.Object(
      {
        text: Type.Optional(Type.String({ maxLength: textCharsMax, description: "Markdown" })),
        file: Type.Optional(Type.String({ minLength: 1, maxLength: 4096 })),
        channel: Type.Optional(Type.String({ minLength: 1, maxLength: 64, description: "The network, e.g. telegram" })),
        to: Type.Optional(Type.String({ minLength: 1, maxLength: 256, description: "Id of the chat" })),
      },
      { additionalProperties: false },
    ),
    // The row's identity is the call's, so that a call that is made again after a restart sends nothing twice.
    effect: "idempotent",
    run: async ({ text, file, channel, to }, call) => {
      const { origin } = call;
      const isElsewhere = to !== undefined && to !== origin?.peer.id;
      if (isElsewhere && !call.isOwner) return failure("Only the owner may have messages sent to other chats.");
      const provider = channel ?? origin?.provider;
      if (provider === undefined || (to === undefined && !origin)) return failure("Say the channel and the chat's id.");
      const keeper = accounts().of(provider)[0];
      if (!keeper) return failure(`There is no account of ${provider}.`);
      const contents: OutboxContent[] = [
        ...(text ? contentsFor(provider, text) : []),
        ...(file ? [{ mediaSource: { source: file, agentId: call.agentId, asVoice: false } }] : []),
      ];
      if (contents.length === 0) return failure("Give a text or a file.");
      const here = isElsewhere || !origin ? undefined : origin;
      const peer = here?.peer ?? peerFor(keeper.provider, { to: to! });
      const ids = await database.commit(() =>
        contents.map((content, index) =>
          outbox.add({
            idem: `tool:${call.runId}:${call.callId}:${index}`,
            provider,
            accountId: here?.accountId ?? keeper.account.id,
            peer,
            content,
            class: "proactive",
            sessionKey: call.sessionKey,
          }),
        ),
      );
      outbox.wake();
      const rows = await Promise.all(ids.map((id) => outbox.whenSettled(id)));
      const stuck = rows.find(({ state }) => state !== "sent");
      return stuck ? failure(`It was not delivered (${stuck.state}): ${stuck.error ?? ""}`) : { text: "Sent." };
    },
  });
}
