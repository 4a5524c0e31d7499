import { useEffect, useState } from "preact/hooks";
import type { LinkState } from "../../client/index.ts";
import { Icon } from "../shared/icons.tsx";
import type { GatewayLink } from "../shared/gateway-link.ts";
import { useStore } from "../shared/store.ts";
import { useChat, useChatState, useShown } from "./chat-context.ts";
import { may } from "./chat-state.ts";
import { fullMoment, isSameDay, timeOfDay } from "./moments.ts";
import { view } from "./views.ts";

/** One line under the header, while something is not as it should be. */
export function StateBar({ link }: { readonly link: GatewayLink }) {
  const chat = useChat();
  const state = useStore(link.state, (value) => value);
  const lostAtMs = useLostAt(state);
  const { conversation } = useShown();
  const trouble = useChatState((value) => value.trouble);
  const isReader = useChatState((value) => value.isOpen && !may(value, "operator.write"));
  const unwell = useChatState((value) => value.unwell);
  const isOpen = state.kind === "open";
  const isChat = useStore(view, (value) => value === "chat");
  if (isOpen && trouble === undefined && unwell === undefined && !isReader) return null;
  if (isOpen && trouble !== undefined) {
    return (
      <div class="state-bar trouble" role="alert">
        <span>{trouble}</span>
        <button type="button" class="iconic" aria-label="Dismiss" onClick={() => chat.dismissTrouble()}>
          <Icon name="close" />
        </button>
      </div>
    );
  }
  if (isOpen && unwell !== undefined) {
    return (
      <div class="state-bar trouble" role="alert">
        <span>
          {unwell.reason}: {unwell.cure}
        </span>
      </div>
    );
  }
  if (isOpen) return <div class="state-bar">This device may read here, not write.</div>;
  const { keptAtMs } = conversation;
  const isKept = isChat && conversation.freshness === "kept";
  return (
    <div class="state-bar" role="status">
      <span class="pulse" aria-hidden="true" />
      <span>
        {wordsFor(state, lostAtMs)}
        {isKept && (
          <span class="faint">
            {" "}
            {keptAtMs === undefined ? "You see what was here then." : `You see what was here ${keptMoment(keptAtMs)}.`}
          </span>
        )}
      </span>
      {state.kind === "waiting" && (
        <button type="button" class="quiet" onClick={() => link.hurry()}>
          Try now
        </button>
      )}
    </div>
  );
}

function wordsFor(state: LinkState, lostAtMs: number): string {
  if (state.kind !== "waiting") return "Connecting…";
  return state.restarting ? "The gateway restarts…" : `Offline since ${timeOfDay(lostAtMs)}.`;
}

function keptMoment(keptAtMs: number): string {
  return isSameDay(keptAtMs, Date.now()) ? `at ${timeOfDay(keptAtMs)}` : `on ${fullMoment(keptAtMs)}`;
}

/** When the connection was last there, or the page was opened. */
function useLostAt({ kind }: LinkState): number {
  const [lostAtMs, setLostAtMs] = useState(Date.now);
  const isOpen = kind === "open";
  useEffect(() => {
    if (!isOpen) return undefined;
    return () => setLostAtMs(Date.now());
  }, [isOpen]);
  return lostAtMs;
}
