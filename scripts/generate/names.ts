/** How names of the wire become names of Swift types, properties and cases. */

/** `chat.history` → ChatHistory, `system-presence` → SystemPresence. */
export function pascalCase(name: string): string {
  return wordsOf(name)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join("");
}

/** `in_flight` → inFlight, `NOT_PAIRED` → notPaired; a name without separators changes in its first letter only. */
export function camelCase(name: string): string {
  const pascal = pascalCase(name === name.toUpperCase() ? name.toLowerCase() : name);
  const camel = pascal.charAt(0).toLowerCase() + pascal.slice(1);
  return /^[0-9]/.test(camel) ? `_${camel}` : camel;
}

/** As it is written in Swift source, where a word of the language stands between back-ticks. */
export function escaped(identifier: string): string {
  return swiftWords.has(identifier) ? `\`${identifier}\`` : identifier;
}

/** Names of Swift that a nested type cannot take without hiding them. */
export const takenTypeNames: ReadonlySet<string> = new Set([
  "Any",
  "Array",
  "Bool",
  "Codable",
  "CodingKeys",
  "Decoder",
  "Dictionary",
  "Double",
  "Encoder",
  "Int",
  "JSONValue",
  "Nullable",
  "Optional",
  "Protocol",
  "Self",
  "String",
  "Type",
]);

const swiftWords: ReadonlySet<string> = new Set(
  (
    "associatedtype class deinit enum extension fileprivate func import init inout internal let open operator " +
    "precedencegroup private protocol public rethrows static struct subscript typealias var break case catch " +
    "continue default defer do else fallthrough for guard if in repeat return switch throw where while Any as " +
    "await false is nil self Self super throws true try"
  ).split(" "),
);

function wordsOf(name: string): string[] {
  return name.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
}
