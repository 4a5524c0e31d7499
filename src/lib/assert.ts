/** Assertions are for bugs only: what a peer, a person or the machine can cause is an operating error instead. */
export class BugError extends Error {
  override readonly name = "BugError";
}

export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new BugError(message);
}

/** Ends an exhaustive switch; a new case then fails to compile where it is forgotten. */
export function unreachable(value: never): never {
  throw new BugError(`unreachable case: ${JSON.stringify(value)}`);
}
