import { useMemo, useState } from "preact/hooks";
import { Icon, Mark } from "../shared/icons.tsx";
import { pageVersion } from "../shared/identity.ts";
import { useStore } from "../shared/store.ts";
import { nextTheme, theme } from "../shared/theme.ts";
import { useChat, useChatState } from "./chat-context.ts";
import { may } from "./chat-state.ts";
import { DeskNav } from "./desk-nav.tsx";
import { searchId } from "./keyboard.ts";
import { memo } from "./memo.ts";
import { listMoment } from "./moments.ts";
import type { SessionRow } from "./offline.ts";
import { matchesSearch, sessionTitle } from "./session-title.ts";
import { showView, view } from "./views.ts";

interface SidebarProps {
  readonly isOpen: boolean;
  /** False while it is a closed drawer. */
  readonly isReachable: boolean;
  readonly close: () => void;
}

/** The list of sessions; on a narrow screen a drawer. */
export function Sidebar({ isOpen, isReachable, close }: SidebarProps) {
  const chat = useChat();
  const [words, setWords] = useState("");
  const mayWrite = useChatState((state) => may(state, "operator.write"));
  const create = () => {
    chat.create();
    showView("chat");
    close();
  };
  return (
    <>
      <button type="button" class="scrim" hidden={!isOpen} aria-label="Close the list" onClick={close} />
      <aside class={isOpen ? "sidebar open" : "sidebar"} inert={!isReachable} aria-label="Conversations">
        <div class="brand">
          <Mark />
          <h1>Clawdia</h1>
          {mayWrite && (
            <button
              type="button"
              class="iconic"
              aria-label="New conversation"
              title="New conversation"
              onClick={create}
            >
              <Icon name="new" />
            </button>
          )}
        </div>
        <search class="search">
          <Icon name="search" />
          <input
            id={searchId}
            type="search"
            value={words}
            placeholder="Search"
            aria-label="Search conversations"
            aria-keyshortcuts="Control+K Meta+K"
            autocomplete="off"
            onInput={(event) => setWords(event.currentTarget.value)}
          />
        </search>
        <SessionList words={words.trim()} close={close} />
        <DeskNav close={close} />
        <div class="sidebar-foot">
          <ThemeSwitch />
          <span class="faint">{pageVersion}</span>
        </div>
      </aside>
    </>
  );
}

/** The main session first, then as the gateway orders them, with the one that has no message yet on top. */
function useEntries(words: string): readonly (readonly [key: string, row: SessionRow | undefined])[] {
  const rows = useChatState((state) => state.rows);
  const mainKey = useChatState((state) => state.mainKey);
  const shown = useChatState((state) => state.shown);
  return useMemo(() => {
    const byKey = new Map<string, SessionRow | undefined>(mainKey === "" ? [] : [[mainKey, undefined]]);
    if (shown !== "" && !rows.some(({ key }) => key === shown)) byKey.set(shown, undefined);
    for (const row of rows) byKey.set(row.key, row);
    const fits = ([key, row]: readonly [string, SessionRow | undefined]) =>
      words === "" || matchesSearch(words, sessionTitle(row, key, mainKey), row);
    return [...byKey].filter(fits);
  }, [rows, mainKey, shown, words]);
}

function SessionList({ words, close }: { readonly words: string; readonly close: () => void }) {
  const chat = useChat();
  const entries = useEntries(words);
  const mainKey = useChatState((state) => state.mainKey);
  const shown = useChatState((state) => state.shown);
  const unread = useChatState((state) => state.unread);
  const isChat = useStore(view, (value) => value === "chat");
  const [open] = useState(() => (key: string) => {
    chat.show(key);
    showView("chat");
  });
  return (
    <nav class="sessions" aria-label="Sessions" onClick={close}>
      {entries.length === 0 && <p class="faint">Nothing found.</p>}
      <ul>
        {entries.map(([key, row]) => (
          <SessionEntry
            key={key}
            sessionKey={key}
            title={sessionTitle(row, key, mainKey)}
            preview={row?.lastMessagePreview}
            updatedAtMs={row?.updatedAt ?? undefined}
            isShown={isChat && key === shown}
            isUnread={unread.includes(key)}
            open={open}
          />
        ))}
      </ul>
    </nav>
  );
}

interface SessionEntryProps {
  readonly sessionKey: string;
  readonly title: string;
  readonly preview: string | undefined;
  readonly updatedAtMs: number | undefined;
  readonly isShown: boolean;
  readonly isUnread: boolean;
  readonly open: (key: string) => void;
}

const SessionEntry = memo(function SessionEntry(props: SessionEntryProps) {
  const { sessionKey, title, preview, updatedAtMs, isShown, isUnread, open } = props;
  return (
    <li>
      <button
        type="button"
        class="session"
        aria-current={isShown ? "page" : undefined}
        onClick={() => open(sessionKey)}
      >
        <span class="session-title">{title}</span>
        {updatedAtMs !== undefined && <time class="faint">{listMoment(updatedAtMs, Date.now())}</time>}
        <span class="session-preview faint">{preview ?? "No messages yet"}</span>
        {isUnread && <span class="unread" role="img" aria-label="unread" />}
      </button>
    </li>
  );
});

function ThemeSwitch() {
  const name = useStore(theme, (value) => value);
  const words = { system: "System", light: "Light", dark: "Dark" }[name];
  return (
    <button type="button" class="quiet" aria-label={`Colours: ${words}. Change`} onClick={nextTheme}>
      <Icon name={name} />
      {words}
    </button>
  );
}
