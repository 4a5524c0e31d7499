/**
 * Which arguments an entry of the allow-list admits, as JSON text in its `argPattern`: an array with one member an
 * argument. `*` stands for one argument whatever it is, `**` at the end for any that follow, a leading backslash makes
 * the rest literal. Nothing is searched inside of an argument, so there is nothing to be tricked and nothing slow.
 */

const argumentsMax = 256;
const patternCharsMax = 16_384;

/** No pattern admits no arguments. A text that is not understood admits nothing. */
export function admitsArguments(pattern: string | undefined, args: readonly string[]): boolean {
  const members = pattern === undefined ? [] : parseMembers(pattern);
  if (members === undefined) return false;
  const hasRest = members.at(-1) === "**";
  const fixed = hasRest ? members.slice(0, -1) : members;
  if (args.length < fixed.length || (args.length > fixed.length && !hasRest)) return false;
  return fixed.every((member, index) => member === "*" || literalOf(member) === args[index]);
}

/** False for a text that admits nothing because it is not understood. */
export function isArgumentPattern(pattern: string): boolean {
  return parseMembers(pattern) !== undefined;
}

/** The pattern that admits exactly these arguments; undefined when they are too many or too long to be kept. */
export function patternOfExactly(args: readonly string[]): string | undefined {
  const pattern = JSON.stringify(args.map((arg) => (/^(\\|\*\*?$)/.test(arg) ? `\\${arg}` : arg)));
  return args.length <= argumentsMax && pattern.length <= patternCharsMax ? pattern : undefined;
}

function literalOf(member: string): string {
  return member.startsWith("\\") ? member.slice(1) : member;
}

function parseMembers(pattern: string): readonly string[] | undefined {
  if (pattern.length > patternCharsMax) return undefined;
  try {
    const parsed: unknown = JSON.parse(pattern);
    if (!Array.isArray(parsed) || parsed.length > argumentsMax) return undefined;
    const members: unknown[] = parsed;
    if (!members.every((member) => typeof member === "string")) return undefined;
    return members.slice(0, -1).includes("**") ? undefined : members;
  } catch {
    return undefined;
  }
}
