import { Store } from "../shared/store.ts";

/** Which part of the page is on the screen. The browser's own Back leads to the one before; a reload stays. */

export const sections = ["people", "commands", "messages", "deliveries", "networks", "nodes", "setup"] as const;
export type Section = (typeof sections)[number];
export type View = "chat" | Section;

export const view = new Store<View>(viewOf(history.state));

/** What the page is called in the navigation and above itself. */
export const sectionTitles: Readonly<Record<Section, string>> = {
  people: "People",
  commands: "Commands",
  messages: "Why no answer?",
  deliveries: "Deliveries",
  networks: "Networks",
  nodes: "Nodes",
  setup: "Setup",
};

export function showView(next: View): void {
  if (view.value === next) return;
  history.pushState({ view: next }, "");
  view.set(next);
}

export function followHistory(): void {
  addEventListener("popstate", () => view.set(viewOf(history.state)));
}

/** The state is this page's own, but another version of it may have left it. */
function viewOf(state: unknown): View {
  const named = typeof state === "object" && state !== null && "view" in state ? state.view : undefined;
  return sections.find((section) => section === named) ?? "chat";
}
