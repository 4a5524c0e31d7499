import { coversScope } from "../../protocol/index.ts";
import { Icon, type IconName } from "../shared/icons.tsx";
import { useStore } from "../shared/store.ts";
import { useDeskState } from "./desk-context.ts";
import type { DeskState } from "./desk.ts";
import { type Section, sections, sectionTitles, showView, view } from "./views.ts";

/** The way to what is looked after beside the chat, with how much of it waits for a person. */

const icons: Readonly<Record<Section, IconName>> = {
  people: "people",
  commands: "command",
  messages: "question",
  deliveries: "deliveries",
  networks: "networks",
  nodes: "system",
  setup: "setup",
};

export function DeskNav({ close }: { readonly close: () => void }) {
  const shown = useStore(view, (value) => value);
  const mayAll = useDeskState(({ scopes }) => scopes === undefined || coversScope(scopes, "operator.admin"));
  return (
    <nav class="desk-nav" aria-label="Gateway">
      {sections
        .filter((section) => mayAll || section !== "setup")
        .map((section) => (
          <button
            key={section}
            type="button"
            aria-current={shown === section ? "page" : undefined}
            onClick={() => {
              showView(section);
              close();
            }}
          >
            <Icon name={icons[section]} />
            <span>{sectionTitles[section]}</span>
            <Badge section={section} />
          </button>
        ))}
    </nav>
  );
}

function Badge({ section }: { readonly section: Section }) {
  const count = useDeskState((state) => waitingCount(state, section));
  if (count === 0) return null;
  return (
    <span class="badge">
      {count}
      <span class="unseen"> waiting</span>
    </span>
  );
}

/** Whether anything at all waits, for the button that opens the drawer. */
export function WaitingDot() {
  const isWaiting = useDeskState((state) => sections.some((section) => waitingCount(state, section) > 0));
  return isWaiting ? <span class="unread waiting-dot" aria-hidden="true" /> : null;
}

function waitingCount(state: DeskState, section: Section): number {
  if (section === "people") return state.people.value?.pending.length ?? 0;
  if (section === "commands") return state.commands.value?.length ?? 0;
  if (section === "deliveries") return state.troubled.value?.length ?? 0;
  if (section === "networks") return brokenAccounts(state);
  if (section === "nodes") return state.nodeRequests.value?.pending.length ?? 0;
  return 0;
}

/** Accounts that only a person can mend. */
function brokenAccounts({ networks }: DeskState): number {
  const accounts = Object.values(networks.value?.channelAccounts ?? {}).flat();
  return accounts.filter((account) => account["state"] === "logged-out").length;
}
