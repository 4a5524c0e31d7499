import { readNote, writeNote } from "./notes.ts";
import { Store } from "./store.ts";

/** Light, dark, or as the system has it. */

export type Theme = "system" | "light" | "dark";

const themes: readonly Theme[] = ["system", "light", "dark"];

export const theme = new Store<Theme>(themes.find((name) => name === readNote("theme")) ?? "system");

export function applyTheme(): void {
  document.documentElement.dataset.theme = theme.value;
}

export function nextTheme(): void {
  theme.update((name) => themes[(themes.indexOf(name) + 1) % themes.length]!);
  writeNote("theme", theme.value);
  applyTheme();
}
