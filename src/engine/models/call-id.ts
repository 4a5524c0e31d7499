/** Ids of tool calls name rows of the store and pair calls with results, so that a run never uses one twice. */

const callIdCharsMax = 128;
const unusable = /[^A-Za-z0-9_.:-]/g;

/** The vendor's id where it is new and plain; otherwise one made of it. Some servers number from 0 in every step. */
export function freshCallId(wanted: string, used: ReadonlySet<string>): string {
  const plain = wanted.replace(unusable, "_").slice(0, callIdCharsMax) || "call";
  if (!used.has(plain)) return plain;
  for (let count = 2; ; count++) {
    const candidate = `${plain.slice(0, callIdCharsMax - 8)}-${count}`;
    if (!used.has(candidate)) return candidate;
  }
}
