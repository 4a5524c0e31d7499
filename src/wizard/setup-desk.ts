import type { AccountPolicy } from "../config/index.ts";
import type { Models, ModelSetup } from "../engine/index.ts";
import type { ApprovalRequest, Approvals } from "../inbox/index.ts";
import { type Clock, oneLine } from "../lib/index.ts";
import type { Outbox } from "../outbox/index.ts";
import type { Accounts, Capabilities, LinkKeeper, Logins, RenderedText } from "../providers/index.ts";
import type { Sessions } from "../sessions/index.ts";
import type { Choices, Database } from "../storage/index.ts";
import { type PartName, type SetupState, stateOf } from "./setup-state.ts";

/** What the setup works with, and what it knows of the gateway. */

/** Somebody who asks to talk to the agent. */
export type Stranger = ApprovalRequest;

export interface SetupDeskParts {
  readonly clock: Clock;
  readonly database: Pick<Database, "accept">;
  readonly choices: Pick<Choices, "get" | "set">;
  readonly models: Models;
  readonly modelSetup: ModelSetup;
  readonly accounts: Accounts;
  readonly logins: Logins;
  readonly policyOf: (provider: string, accountId: string) => AccountPolicy;
  readonly approvals: Approvals;
  /** Lets somebody talk to the agent, and has what they wrote answered. */
  readonly approve: (stranger: Stranger, isOwner: boolean, by: string) => Promise<void>;
  readonly outbox: Outbox;
  readonly sessions: Pick<Sessions, "mainKey" | "ensure">;
  readonly renderFor: (can: Capabilities, markdown: string) => Promise<readonly RenderedText[]>;
  /** A service manager keeps the gateway running already. */
  readonly isService: boolean;
}

const skippedChoice = "setup.skipped";
/** Of names that others gave themselves. */
export const nameCharsMax = 128;

export class SetupDesk {
  readonly parts: SetupDeskParts;

  constructor(parts: SetupDeskParts) {
    this.parts = parts;
  }

  state(): SetupState {
    return stateOf({
      model: this.model,
      networks: this.linked.map((keeper) => networkWords(keeper)),
      owners: this.#owners(),
      skipped: this.#skipped,
    });
  }

  /** The model that answers; undefined for the built-in one. */
  get model(): string | undefined {
    const { models } = this.parts;
    const { provider, model } = models.default;
    return models.isBuiltIn(`${provider}/${model}`) ? undefined : `${provider}/${model}`;
  }

  /** Accounts of networks that have what they need to be opened. */
  get linked(): readonly LinkKeeper[] {
    return this.parts.accounts.keepers.filter(
      ({ provider, isConfigured }) => provider.id !== "webchat" && isConfigured,
    );
  }

  get #skipped(): readonly string[] {
    return (this.parts.choices.get(skippedChoice) ?? "").split(" ").filter((name) => name !== "");
  }

  /** A part is not asked about again until somebody wants it. */
  async skip(name: PartName): Promise<void> {
    await this.parts.choices.set(skippedChoice, [...new Set([...this.#skipped, name])].join(" "));
  }

  #owners(): string[] {
    const linked = this.linked;
    const labelOf = (provider: string) => this.parts.accounts.provider(provider)?.label ?? provider;
    const approved = this.parts.approvals
      .approved()
      .filter(({ isOwner, provider, accountId }) => {
        return isOwner && linked.some((keeper) => keeper.provider.id === provider && keeper.account.id === accountId);
      })
      .map(
        ({ senderName, senderId, provider }) =>
          `${oneLine(senderName ?? senderId, nameCharsMax)} on ${labelOf(provider)}`,
      );
    // Whoever listed people in the config has decided who may talk, and is asked nothing.
    const listed = linked.flatMap(({ provider, account }) => {
      const { owners, allowFrom } = this.parts.policyOf(provider.id, account.id);
      return [...owners, ...allowFrom].slice(0, 1).map((id) => `${id} on ${provider.label}`);
    });
    return [...approved, ...listed];
  }
}

/** `Telegram as @clawdia_bot`. */
export function networkWords({ provider, account, state }: LinkKeeper): string {
  const name = account.id === "main" ? provider.label : `${provider.label} (${account.id})`;
  const handle = state.self?.handle ?? state.self?.name;
  return handle === undefined ? name : `${name} as ${oneLine(handle, nameCharsMax)}`;
}
