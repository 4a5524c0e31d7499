import { expect, test } from "bun:test";
import {
  type Access,
  connected,
  coveredScopes,
  coversScope,
  judgeAccess,
  knownScopes,
  node,
  operator,
  type OperatorScope,
  operatorScopes,
  type Role,
} from "../../src/protocol/index.ts";

const [admin, read, write, approvals, pairing] = operatorScopes;

const rows: readonly (readonly [access: Access, role: Role, scopes: readonly OperatorScope[], verdict: string])[] = [
  [connected(), "operator", [], "allowed"],
  [connected(), "node", [], "allowed"],
  [node(), "node", [], "allowed"],
  [node(), "operator", [admin], "wrong-role"],
  [operator("read"), "node", [], "wrong-role"],
  [operator("read"), "node", [admin], "wrong-role"],
  [operator("read"), "operator", [], "missing-scope"],
  [operator("read"), "operator", [read], "allowed"],
  [operator("read"), "operator", [write], "allowed"],
  [operator("read"), "operator", [approvals, pairing], "missing-scope"],
  [operator("write"), "operator", [read], "missing-scope"],
  [operator("write"), "operator", [write], "allowed"],
  [operator("pairing"), "operator", [write], "missing-scope"],
  [operator("pairing"), "operator", [pairing], "allowed"],
  [operator("approvals"), "operator", [pairing], "missing-scope"],
  [operator("admin"), "operator", [read, write, approvals, pairing], "missing-scope"],
  ...operatorScopes.map((scope) => [{ kind: "operator", scope }, "operator", [admin], "allowed"] as const),
];
for (const [access, role, scopes, verdict] of rows) {
  const wanted = access.kind === "operator" ? access.scope : access.kind;
  test(`${role} with ${scopes.join() || "no scopes"} and ${wanted}: ${verdict}`, () => {
    expect(judgeAccess(access, { role, scopes }).kind).toBe(verdict as never);
  });
}

test("admin covers all, write covers read, and nothing else covers another", () => {
  const pairs = operatorScopes.flatMap((held) =>
    operatorScopes
      .filter((wanted) => wanted !== held && coversScope([held], wanted))
      .map((wanted) => `${held} > ${wanted}`),
  );
  expect(pairs).toEqual([...operatorScopes.slice(1).map((wanted) => `${admin} > ${wanted}`), `${write} > ${read}`]);
});

test("known scopes are named exactly, each once, in one order; others are left out", () => {
  const asked = [
    "operator.write",
    "operator.read",
    "operator.read",
    "operator.talk",
    "OPERATOR.ADMIN",
    "operator.*",
    "*",
    "",
    "admin",
    " operator.admin",
  ];
  expect(knownScopes(asked)).toEqual([read, write]);
  expect(knownScopes([])).toEqual([]);
});

test("covered scopes are those of the wanted ones that are held", () => {
  expect(coveredScopes([write], [admin, read, write, pairing])).toEqual([read, write]);
  expect(coveredScopes([admin], [pairing])).toEqual([pairing]);
  expect(coveredScopes([], [read])).toEqual([]);
  expect(coveredScopes([admin], [])).toEqual([]);
});
