import { useState } from "preact/hooks";
import { ApprovalScreen, ConnectingScreen, EntryScreen } from "../shared/gate.tsx";
import type { GatewayLink } from "../shared/gateway-link.ts";
import { describeBrowser } from "../shared/identity.ts";
import { useStore } from "../shared/store.ts";
import type { Chat } from "./chat.ts";
import { ChatContext, useChatState } from "./chat-context.ts";
import { Composer } from "./composer.tsx";
import { Header } from "./header.tsx";
import { useKeyboard } from "./keyboard.ts";
import { MessageList } from "./message-list.tsx";
import { useNarrow } from "./narrow.ts";
import { Sidebar } from "./sidebar.tsx";
import { StateBar } from "./state-bar.tsx";

/** Either a screen in front of the chat, or the chat. */
export function App({ link, chat }: { readonly link: GatewayLink; readonly chat: Chat }) {
  const state = useStore(link.state, (value) => value);
  const hasSomethingToShow = useStore(chat.state, ({ shown }) => shown !== "");
  if (state.kind === "refused")
    return <EntryScreen error={state.error} enter={(credentials) => link.startWith(credentials)} />;
  if (state.kind === "approval")
    return <ApprovalScreen state={state} deviceName={describeBrowser(navigator.userAgent).displayName} />;
  if (state.kind !== "open" && !hasSomethingToShow)
    return <ConnectingScreen state={state} hurry={() => link.hurry()} />;
  return (
    <ChatContext.Provider value={chat}>
      <ChatPage link={link} />
    </ChatContext.Provider>
  );
}

function ChatPage({ link }: { readonly link: GatewayLink }) {
  const isNarrow = useNarrow();
  const [isAskedFor, setAskedFor] = useState(false);
  const isDrawerOpen = isNarrow && isAskedFor;
  const sessionKey = useChatState(({ shown }) => shown);
  const announcement = useChatState((state) => state.announcement);
  const openDrawer = () => setAskedFor(isNarrow);
  const closeDrawer = () => setAskedFor(false);
  useKeyboard({ openDrawer, closeDrawer, isDrawerOpen });
  return (
    <div class="app">
      <Sidebar isReachable={!isNarrow || isDrawerOpen} isOpen={isDrawerOpen} close={closeDrawer} />
      <main class="chat" inert={isDrawerOpen}>
        <Header openDrawer={openDrawer} />
        <StateBar link={link} />
        <MessageList key={`messages ${sessionKey}`} />
        <Composer key={`composer ${sessionKey}`} />
      </main>
      <div class="unseen" role="status" aria-live="polite">
        {announcement}
      </div>
    </div>
  );
}
