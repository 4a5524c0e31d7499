import { mimeOf } from "../lib/index.ts";
import { type CommandParts, Inbox, OwnChat } from "../inbox/index.ts";
import * as markup from "../markup/index.ts";
import type { MediaStore } from "../sessions/index.ts";
import type { Features } from "./feature-set.ts";
import type { Ground } from "./ground.ts";
import { limitsOf } from "../turns/index.ts";
import { placeFile } from "./media-files.ts";
import { takenOn } from "./messaging.ts";

/** The inbox with all that it needs of the house. */

type InboxGround = Pick<
  Features,
  "sessions" | "runs" | "approvals" | "messaging" | "agents" | "models" | "engine" | "idempotency"
> & { readonly media: MediaStore } & Pick<CommandParts, "approve" | "screenLink">;

export function buildInbox(ground: Ground, parts: InboxGround): Inbox {
  const { options, database, gateway } = ground;
  const { clock, ids, log } = options.world;
  const { config } = options;
  const { sessions, runs, approvals, messaging, agents, models, engine, media } = parts;
  const { outbox, accounts, liveTurns, policyOf } = messaging;
  return new Inbox({
    database,
    sessions,
    runs,
    approvals,
    accounts: () => accounts,
    clock,
    ids,
    log: log.for("inbox"),
    policyOf,
    bindings: () => config.bindings,
    messages: config.messages,
    session: config.session,
    defaultAgentId: () => agents.default.id,
    runTimeoutMs: () => config.agents.runTimeoutSeconds * 1000,
    commands: {
      approve: parts.approve,
      screenLink: parts.screenLink,
      models: models.all,
      statusLines: (key) => {
        const session = sessions.find(key);
        const { provider, model } = engine.model;
        return [
          `Clawdia ${options.version}, up ${Math.round(ground.uptimeMs() / 60_000)} min`,
          `Session ${key}: ${session ? session.inputTokens + session.outputTokens : 0} tokens so far`,
          `Model: ${session?.settings.model ?? `${provider}/${model}`}`,
          runs.running(key) ? "The agent is working." : "The agent is idle.",
        ];
      },
    },
    say: (to, text, idem) => {
      const can = accounts.provider(to.provider)?.can;
      if (!can) return;
      for (const [index, part] of markup.renderParts(text, limitsOf(can)).entries()) {
        outbox.add({ ...to, idem: `${idem}:${index}`, content: { text: part }, class: "notice" });
      }
    },
    wakeOutbox: () => outbox.wake(),
    changed: () => gateway.publish("inbox.changed", { ts: clock.nowMs() }),
    taken: (row) => liveTurns.taken(takenOn(row, approvals), row.message.mentionsSelf),
    asked: (request) => {
      const { provider: channel, senderName, peerId: _peer, ...rest } = request;
      gateway.publish("approval.requested", { channel, ...rest, ...(senderName !== undefined && { senderName }) });
    },
    bytesMaxOf: (provider, accountId) =>
      Math.min(policyOf(provider, accountId).mediaBytesMax, accounts.provider(provider)?.can.mediaInBytesMax ?? 0),
    keep: (bytes) => media.putAsync(bytes),
    mimeOf,
    placeFile: (agentId, name, bytes) => placeFile({ workspaces: ground.workspaces, ids }, agentId, { name, bytes }),
  });
}

/** WebChat's way in. */
export function buildOwnChat(
  { options, database, gateway }: Ground,
  parts: Pick<Features, "inbox" | "runs" | "sessions" | "idempotency">,
): OwnChat {
  const { clock, ids } = options.world;
  const { messages } = options.config;
  return new OwnChat({ ...parts, database, clock, ids, messages, publishChat: gateway.publish });
}
