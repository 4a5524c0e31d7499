import { useEffect, useId, useState } from "preact/hooks";
import { realClock, slept } from "../../../lib/index.ts";
import { useChatState } from "../chat-context.ts";
import { useDesk, useDeskState } from "../desk-context.ts";
import type { Lists } from "../desk-readings.ts";
import { sessionTitle } from "../session-title.ts";
import { showView } from "../views.ts";
import { countdown, useNow } from "./spans.ts";
import { Exact, Written } from "./written.tsx";

/** A command that waits for a person: all that is known of it, and three answers. */

export type WaitingCommand = Lists["commands"][number];
type Decision = "allow-once" | "allow-always" | "deny";

/** A card that just came takes no answer yet: the click or key was meant for what stood there before. */
const calmMs = 700;
/** A longer command is read on its own page, where nothing is cut, before it is allowed. */
const readInChatCharsMax = 400;

interface CardProps {
  readonly one: WaitingCommand;
  readonly isInChat: boolean;
}

export function CommandCard({ one, isInChat }: CardProps) {
  const titleId = useId();
  const { agentId, command } = one.request;
  const isCut = isInChat && command.length > readInChatCharsMax;
  return (
    <article class="card command-card" aria-labelledby={titleId}>
      <div class="card-head">
        <h4 id={titleId}>
          {agentId === null ? "A program" : "Your agent"} asks to run a command
          {agentId !== null && agentId !== "main" && (
            <span class="faint">
              {" "}
              (agent <Written text={agentId} isLine />)
            </span>
          )}
        </h4>
        <TimeLeft one={one} />
      </div>
      <pre class={isCut ? "command-text cut" : "command-text"} tabIndex={0} aria-label="The command">
        <code>
          <Exact text={command} />
        </code>
      </pre>
      <Facts one={one} />
      {isCut && <p>This command is long. Read it whole before you allow it.</p>}
      <Answers one={one} isInChat={isInChat} isCut={isCut} />
      <p class="faint small">
        Allow always: the same program with the same arguments needs not ask again. Without an answer your rules decide;
        they refuse unless you changed them.
      </p>
    </article>
  );
}

function TimeLeft({ one }: { readonly one: WaitingCommand }) {
  const skewMs = useDeskState((state) => state.skewMs);
  const leftMs = one.expiresAtMs + skewMs - useNow(1_000);
  return (
    <span class={leftMs < 20_000 ? "time-left short" : "time-left"} role="timer">
      {leftMs > 0 ? `${countdown(leftMs)} left` : "time is up"}
    </span>
  );
}

function Facts({ one }: { readonly one: WaitingCommand }) {
  const { cwd, resolvedPath, host, sessionKey } = one.request;
  const title = useChatState(({ rows, mainKey }) =>
    sessionKey === null
      ? undefined
      : sessionTitle(
          rows.find(({ key }) => key === sessionKey),
          sessionKey,
          mainKey,
        ),
  );
  const facts: readonly (readonly [name: string, value: string | null | undefined])[] = [
    ["Folder", cwd],
    ["Program", resolvedPath],
    ["Runs on", host],
    ["Asked in", title],
  ];
  return (
    <dl class="facts">
      {facts.map(
        ([name, value]) =>
          value && (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <Exact text={value} />
              </dd>
            </div>
          ),
      )}
    </dl>
  );
}

function Answers({ one, isInChat, isCut }: CardProps & { readonly isCut: boolean }) {
  const desk = useDesk();
  const isCalm = useCalm();
  const isReady = useDeskState((state) => state.isOpen && !state.isActing) && isCalm;
  const skewMs = useDeskState((state) => state.skewMs);
  const decide = (decision: Decision) => {
    if (!isReady || one.expiresAtMs + skewMs < Date.now()) return;
    void desk.act(
      (client) => client.call("exec.approval.resolve", { id: one.id, decision }),
      () => {
        if (isInChat) desk.announce(told[decision]);
        return told[decision];
      },
      decision === "allow-always" ? ["commands", "rules"] : ["commands"],
    );
  };
  const button = (decision: Decision, text: string, kind: string) => (
    <button type="button" class={kind} aria-disabled={isReady ? undefined : "true"} onClick={() => decide(decision)}>
      {text}
    </button>
  );
  return (
    <div class="acts">
      {button("deny", "Deny", "plain")}
      {isCut ? (
        <button type="button" class="strong" onClick={() => showView("commands")}>
          Read it whole
        </button>
      ) : (
        <>
          {button("allow-always", "Allow always", "plain")}
          {button("allow-once", "Allow once", "strong")}
        </>
      )}
    </div>
  );
}

const told: Readonly<Record<Decision, string>> = {
  "allow-once": "The command may run.",
  "allow-always": "The command may run, now and always.",
  deny: "The command is denied.",
};

function useCalm(): boolean {
  const [isCalm, setCalm] = useState(false);
  useEffect(() => {
    const over = new AbortController();
    const settle = async () => {
      if (await slept(realClock, calmMs, over.signal)) setCalm(true);
    };
    void settle();
    return () => over.abort();
  }, []);
  return isCalm;
}
