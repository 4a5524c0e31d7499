import { closesFence, type Fence, fenceOpenedBy } from "./lines.ts";

/** Link targets that a text names apart from its links: `[name]: https://…`. */
export interface Definitions {
  find(name: string): string | undefined;
  isDefinition(line: string): boolean;
}

const nameCharsMax = 100;
const definitionPattern = /^ {0,3}\[([^[\]]{1,100})\]:[ \t]+(\S+)(?:[ \t]+(?:"[^"]*"|'[^']*'))?[ \t]*$/;

export const noDefinitions: Definitions = { find: () => undefined, isDefinition: () => false };

/** Of two with the same name the first one counts. Names are compared without case. */
export function readDefinitions(lines: readonly string[]): Definitions {
  const targets = new Map<string, string>();
  let fence: Fence | undefined;
  for (const line of lines) {
    if (fence) {
      if (closesFence(line, fence)) fence = undefined;
      continue;
    }
    fence = fenceOpenedBy(line);
    const found = line.includes("]:") ? definitionPattern.exec(line) : null;
    if (!found) continue;
    const name = normalised(found[1]!);
    if (!targets.has(name)) targets.set(name, found[2]!.replace(/^<(.*)>$/, "$1"));
  }
  if (targets.size === 0) return noDefinitions;
  return {
    find: (name) => (name.length > nameCharsMax ? undefined : targets.get(normalised(name))),
    isDefinition: (line) => line.includes("]:") && definitionPattern.test(line),
  };
}

function normalised(name: string): string {
  return name.trim().replace(/\s+/g, " ").toLowerCase();
}
