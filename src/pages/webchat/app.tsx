import { useState } from "preact/hooks";
import { ApprovalScreen, ConnectingScreen, EntryScreen } from "../shared/gate.tsx";
import type { GatewayLink } from "../shared/gateway-link.ts";
import { describeBrowser } from "../shared/identity.ts";
import { useStore } from "../shared/store.ts";
import type { Chat } from "./chat.ts";
import { ChatContext, useChatState } from "./chat-context.ts";
import { Composer } from "./composer.tsx";
import type { Desk } from "./desk.ts";
import { DeskContext, useDeskState } from "./desk-context.ts";
import { CommandNotice, SectionBody, SectionHeader } from "./desk-page.tsx";
import { Header } from "./header.tsx";
import { useKeyboard } from "./keyboard.ts";
import { MessageList } from "./message-list.tsx";
import { useNarrow } from "./narrow.ts";
import { Sidebar } from "./sidebar.tsx";
import { StateBar } from "./state-bar.tsx";
import { type Section, view } from "./views.ts";

interface AppProps {
  readonly link: GatewayLink;
  readonly chat: Chat;
  readonly desk: Desk;
}

/** Either a screen in front of the chat, or the chat. */
export function App({ link, chat, desk }: AppProps) {
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
      <DeskContext.Provider value={desk}>
        <ChatPage link={link} />
      </DeskContext.Provider>
    </ChatContext.Provider>
  );
}

function ChatPage({ link }: { readonly link: GatewayLink }) {
  const isNarrow = useNarrow();
  const [isAskedFor, setAskedFor] = useState(false);
  const isDrawerOpen = isNarrow && isAskedFor;
  const shown = useStore(view, (value) => value);
  const announcement = useChatState((state) => state.announcement);
  const deskAnnouncement = useDeskState((state) => state.announcement);
  const openDrawer = () => setAskedFor(isNarrow);
  const closeDrawer = () => setAskedFor(false);
  useKeyboard({ openDrawer, closeDrawer, isDrawerOpen });
  return (
    <div class="app">
      <Sidebar isReachable={!isNarrow || isDrawerOpen} isOpen={isDrawerOpen} close={closeDrawer} />
      <main class="chat" inert={isDrawerOpen}>
        {shown === "chat" ? (
          <Conversation link={link} openDrawer={openDrawer} />
        ) : (
          <Beside section={shown} link={link} openDrawer={openDrawer} />
        )}
      </main>
      <div class="unseen" role="status" aria-live="polite">
        {announcement}
      </div>
      <div class="unseen" role="status" aria-live="polite">
        {deskAnnouncement}
      </div>
    </div>
  );
}

interface PartProps {
  readonly link: GatewayLink;
  readonly openDrawer: () => void;
}

function Conversation({ link, openDrawer }: PartProps) {
  const sessionKey = useChatState(({ shown }) => shown);
  const isCommandWaiting = useDeskState(({ commands }) => (commands.value?.length ?? 0) > 0);
  return (
    <>
      <Header openDrawer={openDrawer} />
      <StateBar link={link} />
      <MessageList key={`messages ${sessionKey}`} />
      {isCommandWaiting && <CommandNotice />}
      <Composer key={`composer ${sessionKey}`} />
    </>
  );
}

function Beside({ section, link, openDrawer }: PartProps & { readonly section: Section }) {
  return (
    <>
      <SectionHeader section={section} openDrawer={openDrawer} />
      <StateBar link={link} />
      <SectionBody key={section} section={section} />
    </>
  );
}
