import { type Clock, type Ids, sameSecret } from "../lib/index.ts";
import { coversScope, type OperatorScope, type Role, unavailable } from "../protocol/index.ts";

/**
 * Codes that the owner hands to one new device: each approves one request of one key, once, for no more than it was
 * made for, within minutes. They are kept in memory only, and say nothing of the gateway's own secrets.
 */

export const setupCodeLimits = { lifeMs: 5 * 60_000, openMax: 16 } as const;

export type SetupProfile = "full" | "limited" | "node";

/** What a device may become with a code. */
export interface SetupGrant {
  readonly role: Role;
  readonly scopes: readonly OperatorScope[];
}

const grants: Readonly<Record<SetupProfile, SetupGrant>> = {
  full: { role: "operator", scopes: ["operator.admin"] },
  limited: { role: "operator", scopes: ["operator.read", "operator.write", "operator.approvals"] },
  node: { role: "node", scopes: [] },
};

interface OpenCode {
  readonly secret: string;
  readonly grant: SetupGrant;
  readonly endsAtMs: number;
}

export class SetupCodes {
  readonly #clock: Pick<Clock, "nowMs" | "elapsedMs">;
  readonly #ids: Pick<Ids, "secret">;
  #open: OpenCode[] = [];

  constructor(clock: Pick<Clock, "nowMs" | "elapsedMs">, ids: Pick<Ids, "secret">) {
    this.#clock = clock;
    this.#ids = ids;
  }

  make(profile: SetupProfile): { readonly secret: string; readonly expiresAtMs: number } {
    this.#dropEnded();
    if (this.#open.length >= setupCodeLimits.openMax)
      throw unavailable(`${setupCodeLimits.openMax} setup codes are open already; they end within five minutes`);
    const secret = this.#ids.secret();
    const endsAtMs = this.#clock.elapsedMs() + setupCodeLimits.lifeMs;
    this.#open.push({ secret, grant: grants[profile], endsAtMs });
    return { secret, expiresAtMs: this.#clock.nowMs() + setupCodeLimits.lifeMs };
  }

  /** What the code is good for; undefined when there is no such code, or not any more. It stays open. */
  grantOf(secret: string): SetupGrant | undefined {
    return this.#find(secret)?.grant;
  }

  /** Ends the code. True for exactly one caller. */
  spend(secret: string): boolean {
    const found = this.#find(secret);
    this.#open = this.#open.filter((code) => code !== found);
    return found !== undefined;
  }

  #find(secret: string): OpenCode | undefined {
    this.#dropEnded();
    return this.#open.find((code) => sameSecret(secret, code.secret));
  }

  #dropEnded(): void {
    const nowMs = this.#clock.elapsedMs();
    this.#open = this.#open.filter(({ endsAtMs }) => endsAtMs > nowMs);
  }
}

/** The scopes that a device gets which asked for these; undefined when the code does not reach that far. */
export function grantedScopes(
  grant: SetupGrant,
  role: Role,
  asked: readonly OperatorScope[],
): readonly OperatorScope[] | undefined {
  if (grant.role !== role) return undefined;
  if (asked.length === 0) return grant.scopes;
  return asked.every((scope) => coversScope(grant.scopes, scope)) ? asked : undefined;
}
