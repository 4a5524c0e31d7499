import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { realClock } from "../../lib/index.ts";
import { copyText } from "../shared/copy-button.tsx";
import { Icon } from "../shared/icons.tsx";
import { useChat, useChatState, useShown } from "./chat-context.ts";
import { type ChatMessage, messageKeys } from "./conversation.ts";
import { Failure, LiveAnswer, Message, UnsentMessage } from "./message.tsx";
import { dayName, isSameDay } from "./moments.ts";

/** So near to the end counts as at the end: then the list follows the answer. */
const followPixels = 80;

/** What was said in the shown session, with what is being said. */
export function MessageList() {
  const { list, isFollowing, follow } = useFollow();
  const written = useChatState(({ unsent }) => unsent.at(-1)?.idempotencyKey);
  // Whoever writes wants to see it, and the answer, wherever the list was.
  useLayoutEffect(() => {
    if (written !== undefined) follow();
  }, [written]);
  return (
    <div class="log-frame">
      <section
        class="log"
        ref={list}
        tabIndex={0}
        aria-label="Messages"
        onClick={(event) => void copyCode(event.target)}
      >
        <div class="column">
          <Messages />
        </div>
      </section>
      {!isFollowing && (
        <button type="button" class="to-end" aria-label="Go to the newest message" onClick={follow}>
          <Icon name="down" />
        </button>
      )}
    </div>
  );
}

function Messages() {
  const chat = useChat();
  const { sessionKey, conversation } = useShown();
  const { messages, runs, failures, freshness, hasEarlier } = conversation;
  const unsent = useChatState((state) => state.unsent);
  const waiting = unsent.filter(
    (one) => one.sessionKey === sessionKey && !messages.some(({ runId }) => runId === one.idempotencyKey),
  );
  const keys = messageKeys(messages);
  const isEmpty = messages.length + runs.length + waiting.length === 0;
  return (
    <>
      {hasEarlier && (
        <button type="button" class="quiet earlier" onClick={() => chat.readEarlier()}>
          Show earlier messages
        </button>
      )}
      {isEmpty && (freshness === "fresh" ? <Greeting /> : <p class="faint empty">Nothing to show yet.</p>)}
      {messages.map((message, index) => {
        const failure = failureAfter(messages, index, failures);
        return [
          !isSameDay(message.timestamp, messages[index - 1]?.timestamp ?? 0) && (
            <h3 key={`day ${keys[index]}`} class="day">
              {dayName(message.timestamp, Date.now())}
            </h3>
          ),
          <Message key={keys[index]} message={message} />,
          failure && (
            <Failure
              key={`failure ${keys[index]}`}
              reason={failure.reason}
              question={index === messages.length - 1 ? failure.question : undefined}
            />
          ),
        ];
      })}
      {waiting.map((one) => (
        <UnsentMessage key={`${one.idempotencyKey}:user:0`} unsent={one} />
      ))}
      {runs.map(({ runId, text }) => (
        <LiveAnswer key={`${runId}:assistant:0`} text={text} />
      ))}
    </>
  );
}

function Greeting() {
  return (
    <div class="empty">
      <p class="greeting">What is on your mind?</p>
      <p class="faint">Your agent reads what you write here. Images can be pasted or dropped.</p>
    </div>
  );
}

/** Why the run failed that this message is the last one of. */
function failureAfter(messages: readonly ChatMessage[], index: number, failures: Readonly<Record<string, string>>) {
  const { runId } = messages[index]!;
  const reason = runId === undefined ? undefined : failures[runId];
  if (reason === undefined || messages[index + 1]?.runId === runId) return undefined;
  return { reason, question: messages.find((message) => message.runId === runId && message.role === "user") };
}

/** The list stays at its end while it grows, unless a person scrolled up to read. */
function useFollow() {
  const list = useRef<HTMLElement>(null);
  const [isFollowing, setFollowing] = useState(true);
  const wants = useRef(true);
  const follow = () => {
    wants.current = true;
    setFollowing(true);
    if (list.current) list.current.scrollTop = list.current.scrollHeight;
  };
  useLayoutEffect(follow, []);
  useEffect(() => {
    const log = list.current;
    if (!log) return undefined;
    const growth = new ResizeObserver(() => {
      if (wants.current) log.scrollTop = log.scrollHeight;
    });
    growth.observe(log);
    growth.observe(log.firstElementChild!);
    let size = sizeOf(log);
    const look = () => {
      const before = size;
      size = sizeOf(log);
      // What moved it was the page's own layout, not the person.
      if (wants.current && size !== before) return follow();
      wants.current = log.scrollHeight - log.scrollTop - log.clientHeight < followPixels;
      setFollowing(wants.current);
    };
    log.addEventListener("scroll", look, { passive: true });
    return () => {
      growth.disconnect();
      log.removeEventListener("scroll", look);
    };
  }, []);
  return { list, isFollowing, follow };
}

function sizeOf({ scrollHeight, clientHeight }: HTMLElement): string {
  return `${scrollHeight}/${clientHeight}`;
}

const thanksMs = 1_600;

/** The buttons of code blocks are made with the answer's text, so their clicks are handled here. */
async function copyCode(target: EventTarget | null): Promise<void> {
  const button = target instanceof Element ? target.closest<HTMLButtonElement>("button.copy-code") : null;
  const code = button?.closest(".code")?.querySelector("code")?.textContent;
  if (!button || code === undefined || code === null || !(await copyText(code))) return;
  button.textContent = "Copied";
  await realClock.sleep(thanksMs);
  button.textContent = "Copy";
}
