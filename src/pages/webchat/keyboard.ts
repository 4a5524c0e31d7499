import { useEffect } from "preact/hooks";
import { useChat } from "./chat-context.ts";
import { conversationOf } from "./chat-state.ts";
import { showView, view } from "./views.ts";

interface Drawer {
  readonly isDrawerOpen: boolean;
  readonly openDrawer: () => void;
  readonly closeDrawer: () => void;
}

export const searchId = "session-search";

/**
 * Keys that work wherever the focus is: Esc stops the answer or leads back to the chat, Ctrl or Cmd with K looks for a
 * session.
 */
export function useKeyboard({ isDrawerOpen, openDrawer, closeDrawer }: Drawer): void {
  const chat = useChat();
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        openDrawer();
        return focusSearch();
      }
      if (event.key !== "Escape" || event.defaultPrevented || isSomethingInFront()) return;
      if (isDrawerOpen) return closeDrawer();
      if (view.value !== "chat") return showView("chat");
      const { value } = chat.state;
      if (conversationOf(value, value.shown).runs.length > 0) void chat.stop();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [chat, isDrawerOpen, openDrawer, closeDrawer]);
}

function focusSearch(): void {
  const field = document.getElementById(searchId);
  field?.focus();
  // A drawer cannot take the focus before it is drawn open.
  if (document.activeElement !== field) requestAnimationFrame(() => field?.focus());
}

/** Dialogs and menus close on Esc by themselves. */
function isSomethingInFront(): boolean {
  return document.querySelector("dialog[open], :popover-open") !== null;
}
