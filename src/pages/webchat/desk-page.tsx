import { Icon } from "../shared/icons.tsx";
import { WaitingDot } from "./desk-nav.tsx";
import { later } from "./later.tsx";
import { type Section, sectionTitles, showView } from "./views.ts";

/** One of the pages beside the chat, below its name. Their insides are loaded when the first of them is opened. */

export const SectionBody = later<{ readonly section: Section }>(
  async () => (await import("./desk/section-body.tsx")).SectionBody,
);

/** Commands that wait for a decision, above the composer. */
export const CommandNotice = later<object>(async () => (await import("./desk/command-notice.tsx")).CommandNotice);

export function SectionHeader({ section, openDrawer }: { readonly section: Section; readonly openDrawer: () => void }) {
  return (
    <header class="header">
      <button type="button" class="iconic only-narrow" aria-label="Open the list of conversations" onClick={openDrawer}>
        <Icon name="menu" />
        <WaitingDot />
      </button>
      <h2>{sectionTitles[section]}</h2>
      <button
        type="button"
        class="iconic"
        aria-label="Back to the chat"
        title="Back to the chat (Esc)"
        onClick={() => showView("chat")}
      >
        <Icon name="close" />
      </button>
    </header>
  );
}
