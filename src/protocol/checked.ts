import type { Static, TSchema } from "@sinclair/typebox";
import { type TypeCheck, TypeCompiler } from "@sinclair/typebox/compiler";
import { explainProblems } from "./explain.ts";

/** A schema's checker, compiled when it is first needed and kept as long as the schema. */
export function checkerOf<S extends TSchema>(schema: S): TypeCheck<S> {
  const known = checkers.get(schema);
  if (known) return known as TypeCheck<S>;
  const made = TypeCompiler.Compile(schema);
  checkers.set(schema, made);
  return made;
}

const checkers = new WeakMap<TSchema, TypeCheck<TSchema>>();

export function fits<S extends TSchema>(schema: S, value: unknown): value is Static<S> {
  return checkerOf(schema).Check(value);
}

/** Why a value does not fit, as one bounded line (section 2.3 of the wire document gives the form). */
export function problemsOf(schema: TSchema, value: unknown): string {
  return explainProblems(checkerOf(schema).Errors(value));
}
