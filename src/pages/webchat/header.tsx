import { useRef, useState } from "preact/hooks";
import { Icon } from "../shared/icons.tsx";
import { useChat, useChatState, useShown } from "./chat-context.ts";
import { may, presentClients } from "./chat-state.ts";
import { WaitingDot } from "./desk-nav.tsx";
import { ConfirmDialog, RenameDialog } from "./dialogs.tsx";
import { sessionTitle } from "./session-title.ts";

/** The shown session's name and what can be done with it. */
export function Header({ openDrawer }: { readonly openDrawer: () => void }) {
  const { sessionKey } = useShown();
  const title = useTitle(sessionKey);
  return (
    <header class="header">
      <button type="button" class="iconic only-narrow" aria-label="Open the list of conversations" onClick={openDrawer}>
        <Icon name="menu" />
        <WaitingDot />
      </button>
      <h2>{title}</h2>
      <Presence />
      <SessionMenu sessionKey={sessionKey} title={title} />
    </header>
  );
}

function useTitle(sessionKey: string): string {
  return useChatState(({ rows, mainKey }) =>
    sessionTitle(
      rows.find(({ key }) => key === sessionKey),
      sessionKey,
      mainKey,
    ),
  );
}

function Presence() {
  const count = useChatState((state) => presentClients(state).length);
  const names = useChatState((state) =>
    presentClients(state)
      .map(({ host, platform, mode }) => host ?? platform ?? mode ?? "a client")
      .join(", "),
  );
  if (count === 0) return null;
  const label = count === 1 ? "1 client is connected" : `${count} clients are connected`;
  return (
    <span class="presence faint" role="img" aria-label={label} title={names}>
      <Icon name="people" />
      {count}
    </span>
  );
}

type Open = "rename" | "reset" | "delete" | undefined;

function SessionMenu({ sessionKey, title }: { readonly sessionKey: string; readonly title: string }) {
  const chat = useChat();
  const menu = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState<Open>(undefined);
  const mayChange = useChatState((state) => state.isOpen && may(state, "operator.admin"));
  const isMain = useChatState(({ mainKey }) => mainKey === sessionKey);
  const label = useChatState(({ rows }) => rows.find(({ key }) => key === sessionKey)?.label ?? "");
  if (!mayChange) return null;
  const choose = (choice: Open) => {
    menu.current?.hidePopover();
    setOpen(choice);
  };
  const close = () => setOpen(undefined);
  return (
    <>
      <button type="button" class="iconic" popovertarget="session-menu" aria-label="What to do with this conversation">
        <Icon name="more" />
      </button>
      <div id="session-menu" class="menu" popover="auto" ref={menu}>
        <MenuItem text="Rename" choose={() => choose("rename")} />
        <MenuItem text="Start over" choose={() => choose("reset")} />
        {!isMain && <MenuItem text="Delete" choose={() => choose("delete")} />}
      </div>
      {open === "rename" && (
        <RenameDialog
          title="Rename the conversation"
          hint="Name; empty takes the first words said"
          label={label}
          close={close}
          rename={(text) => void chat.rename(sessionKey, text)}
        />
      )}
      {open === "reset" && (
        <ConfirmDialog
          title={`Start “${title}” over?`}
          text="The agent forgets what was said here, and this page shows it no more."
          verb="Start over"
          close={close}
          confirm={() => void chat.reset(sessionKey)}
        />
      )}
      {open === "delete" && (
        <ConfirmDialog
          title={`Delete “${title}”?`}
          text="The conversation and all of its messages are deleted for good."
          verb="Delete"
          close={close}
          confirm={() => void chat.remove(sessionKey)}
        />
      )}
    </>
  );
}

function MenuItem({ text, choose }: { readonly text: string; readonly choose: () => void }) {
  return (
    <button type="button" onClick={choose}>
      {text}
    </button>
  );
}
