import { unreachable } from "../lib/index.ts";

/** Who may call a method or hear an event, and the one function that compares it with who is there. */

export const operatorScopes = [
  "operator.admin",
  "operator.read",
  "operator.write",
  "operator.approvals",
  "operator.pairing",
] as const;
export type OperatorScope = (typeof operatorScopes)[number];

export type Role = "operator" | "node";

export type Access =
  | { readonly kind: "operator"; readonly scope: OperatorScope }
  | { readonly kind: "node" }
  /** Any connection after `hello-ok`, whatever its role. */
  | { readonly kind: "connected" };

/** What a connection may do: from the stored record and the credential, never from what the client says it is. */
export interface Authority {
  readonly role: Role;
  readonly scopes: readonly OperatorScope[];
}

export type AccessVerdict =
  | { readonly kind: "allowed" }
  | { readonly kind: "wrong-role" }
  | { readonly kind: "missing-scope"; readonly scope: OperatorScope };

type ShortScope = OperatorScope extends `operator.${infer Short}` ? Short : never;

export const operator = (scope: ShortScope): Access => ({ kind: "operator", scope: `operator.${scope}` });
export const node = (): Access => ({ kind: "node" });
export const connected = (): Access => ({ kind: "connected" });

const allowed: AccessVerdict = { kind: "allowed" };
const wrongRole: AccessVerdict = { kind: "wrong-role" };

export function judgeAccess(access: Access, authority: Authority): AccessVerdict {
  switch (access.kind) {
    case "connected":
      return allowed;
    case "node":
      return authority.role === "node" ? allowed : wrongRole;
    case "operator":
      if (authority.role !== "operator") return wrongRole;
      return coversScope(authority.scopes, access.scope) ? allowed : { kind: "missing-scope", scope: access.scope };
    default:
      return unreachable(access);
  }
}

/** Admin covers every operator scope, write covers read. */
export function coversScope(held: readonly OperatorScope[], wanted: OperatorScope): boolean {
  if (held.includes("operator.admin") || held.includes(wanted)) return true;
  return wanted === "operator.read" && held.includes("operator.write");
}

/** The known scopes among those asked for, each once; unknown ones are left out, never refused. */
export function knownScopes(asked: readonly string[]): OperatorScope[] {
  return operatorScopes.filter((scope) => asked.includes(scope));
}

/** Those of `wanted` that `held` covers. */
export function coveredScopes(held: readonly OperatorScope[], wanted: readonly OperatorScope[]): OperatorScope[] {
  return wanted.filter((scope) => coversScope(held, scope));
}
