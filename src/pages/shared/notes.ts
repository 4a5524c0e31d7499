/** Short texts in localStorage, of this origin only. In a browser that forbids storage nothing is kept. */

const prefix = "clawdia:";

export function readNote(name: string): string | undefined {
  return attempt(() => localStorage.getItem(prefix + name) ?? undefined);
}

export function writeNote(name: string, text: string): void {
  attempt(() => localStorage.setItem(prefix + name, text));
}

export function removeNote(name: string): void {
  attempt(() => localStorage.removeItem(prefix + name));
}

function attempt<T>(use: () => T): T | undefined {
  try {
    return use();
  } catch {
    return undefined;
  }
}
