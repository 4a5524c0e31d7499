import { type Static, Type } from "@sinclair/typebox";
import { shape } from "../protocol/index.ts";

/** The owner's rules for commands, in the form of section 5.18 of the wire document. */

const { arrayOf, count, named, namedOneOf, nonEmpty, optional, recordOf, text } = shape;

export const ExecSecurity = namedOneOf("ExecSecurity", "deny", "allowlist", "full");
export type ExecSecurity = Static<typeof ExecSecurity>;
export const ExecAsk = namedOneOf("ExecAsk", "off", "on-miss", "always");
export type ExecAsk = Static<typeof ExecAsk>;

const rules = {
  security: optional(ExecSecurity),
  ask: optional(ExecAsk),
  askFallback: optional(ExecSecurity),
  /** Kept for nodes, which may trust the programs of their skills. The gateway asks all the same. */
  autoAllowSkills: optional(Type.Boolean()),
};

export const AllowlistEntry = named("ExecAllowlistEntry", {
  id: optional(nonEmpty(128)),
  /** Absolute path of a program, exactly. */
  pattern: nonEmpty(4096),
  /** See `argument-pattern.ts`. */
  argPattern: optional(text(16_384)),
  source: optional(Type.Literal("allow-always")),
  commandText: optional(text(16_384)),
  lastUsedAt: optional(count()),
  lastUsedCommand: optional(text(16_384)),
  lastResolvedPath: optional(text(4096)),
});
export type AllowlistEntry = Static<typeof AllowlistEntry>;

export const ExecPolicyFile = named("ExecApprovalsFile", {
  version: Type.Integer({ minimum: 1, maximum: 1 }),
  socket: optional(named("ExecApprovalsSocket", { path: optional(text(4096)), token: optional(text(4096)) })),
  defaults: optional(named("ExecApprovalsDefaults", rules)),
  agents: optional(
    recordOf(named("ExecApprovalsAgent", { ...rules, allowlist: optional(arrayOf(AllowlistEntry, 1024)) })),
  ),
});
export type ExecPolicyFile = Static<typeof ExecPolicyFile>;

/** What holds where the file says nothing: nothing runs that the owner did not allow. */
export const cautious = { security: "allowlist", ask: "on-miss", askFallback: "deny" } as const;

/** What holds when the file cannot be understood. */
export const closedPolicy: ExecPolicyFile = { version: 1, defaults: { security: "deny" } };
