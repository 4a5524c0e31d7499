import { sameSecret } from "../lib/index.ts";
import { coveredScopes, knownScopes, type OperatorScope, type Principal, type Refusal } from "../protocol/index.ts";
import { type Attempts, attemptSource, type CredentialKind } from "./attempts.ts";
import { type Secrets, sharedSecretScopes } from "./authenticate.ts";

/**
 * Who asks over plain HTTP. There is no key to prove a device with, so only the gateway's token or password counts; it
 * gives what it gives to a socket without a device, and wrong ones are charged like wrong ones of sockets.
 */

export interface BearerFacts {
  /** The Authorization header. */
  readonly authorization: string | null;
  /** Scopes that the client wants at most, from `x-clawdia-scopes`; null for all that it may have. */
  readonly scopes: string | null;
  readonly address: string;
  readonly origin: string | undefined;
  readonly isLocal: boolean;
}

export type BearerVerdict =
  | { readonly kind: "admitted"; readonly principal: Principal }
  | { readonly kind: "refused"; readonly refusal: Refusal };

export interface BearerParts {
  readonly attempts: Attempts;
  readonly secrets: Secrets;
}

export function judgeBearer(facts: BearerFacts, parts: BearerParts): BearerVerdict {
  const given = /^bearer +(.+)$/i.exec(facts.authorization?.trim() ?? "")?.[1];
  if (given === undefined) return refused("unauthorized", "send the gateway's token as Authorization: Bearer");
  const { attempts, secrets } = parts;
  const source = attemptSource(facts.address, facts.origin);
  const kinds: readonly CredentialKind[] = secrets.password === undefined ? ["token"] : ["token", "password"];
  const open = kinds.filter((kind) => attempts.lockedForMs(source, kind) === 0);
  const right = open.find((kind) => secretsOf(kind, secrets).some((known) => sameSecret(given, known)));
  if (right !== undefined) {
    attempts.succeed(source, right);
    return { kind: "admitted", principal: principalOf(facts) };
  }
  if (open.length === 0) return lockedOut(Math.max(...kinds.map((kind) => attempts.lockedForMs(source, kind))));
  for (const kind of open) attempts.fail(source, kind);
  return refused("unauthorized", "that is not the gateway's token: run `clawdia token` on its machine");
}

/** As HTTP says that somebody has to wait. */
export function lockedOut(retryAfterMs: number): Extract<BearerVerdict, { kind: "refused" }> {
  const message = `too many wrong attempts; try again in ${Math.ceil(retryAfterMs / 1000)} s`;
  return { kind: "refused", refusal: { status: 429, code: "rate_limited", message, retryAfterMs } };
}

function refused(code: string, message: string): BearerVerdict {
  return { kind: "refused", refusal: { status: 401, code, message } };
}

function secretsOf(kind: CredentialKind, { tokens, password }: Secrets): readonly string[] {
  if (kind === "token") return tokens;
  return password === undefined ? [] : [password];
}

function principalOf({ scopes, isLocal }: BearerFacts): Principal {
  const held: readonly OperatorScope[] = isLocal ? ["operator.admin"] : sharedSecretScopes;
  const asked = scopes === null ? held : coveredScopes(held, knownScopes(scopes.split(/[\s,]+/)));
  return { id: "shared-secret", role: "operator", scopes: asked, displayName: "HTTP", isLocal };
}
