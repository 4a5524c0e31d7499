/** Ids of Discord: numbers that hold the time at which they were made. */

const epochMs = 1_420_070_400_000;
const timeShift = 22n;

/** Throws for what is no id: a message of nobody, or for nowhere, must not look like one of somebody. */
export function idOf(value: unknown): string {
  if (typeof value !== "string" || !/^\d{15,21}$/.test(value)) throw new RangeError("not an id");
  return value;
}

export function madeAtMs(id: string): number {
  return Number(BigInt(id) >> timeShift) + epochMs;
}

/** The least id that is made at that time: what was made before is below it. */
export function idAt(atMs: number): string {
  return (BigInt(Math.max(0, Math.floor(atMs) - epochMs)) << timeShift).toString();
}

/** The younger of two ids. */
export function laterId(one: string, other: string): string {
  return BigInt(one) > BigInt(other) ? one : other;
}
