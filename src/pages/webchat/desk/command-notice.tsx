import { useDeskState } from "../desk-context.ts";
import { sectionTitles, showView } from "../views.ts";
import { CommandCard } from "./command-card.tsx";

/** The oldest command that waits, above the composer, and the way to the others. */
export function CommandNotice() {
  const waiting = useDeskState((state) => state.commands.value) ?? [];
  const trouble = useDeskState(({ notice }) => (notice?.kind === "trouble" ? notice.text : undefined));
  const first = waiting[0];
  if (!first) return null;
  return (
    <div class="column command-notice">
      {trouble !== undefined && (
        <p class="refusal" role="alert">
          {trouble}
        </p>
      )}
      <CommandCard key={first.id} one={first} isInChat />
      {waiting.length > 1 && (
        <button type="button" class="quiet" onClick={() => showView("commands")}>
          {waiting.length - 1} more under {sectionTitles.commands}
        </button>
      )}
    </div>
  );
}
