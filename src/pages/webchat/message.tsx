import { Icon } from "../shared/icons.tsx";
import { useChat, useChatState } from "./chat-context.ts";
import { type ChatMessage, imagesOf, isStopped, textOf } from "./conversation.ts";
import { imageAddress } from "./images.ts";
import { Markdown } from "./markdown.tsx";
import { memo } from "./memo.ts";
import { fullMoment, timeOfDay } from "./moments.ts";
import { messageOf, type Unsent } from "./unsent.ts";

/** One message. It is drawn again only when it is another object. */
export const Message = memo(function Message({ message }: { readonly message: ChatMessage }) {
  const isMine = message.role === "user";
  return (
    <article class={isMine ? "message mine" : "message"} aria-label={isMine ? "You" : "Agent"}>
      <Content message={message} />
      <footer class="message-foot faint">
        {isStopped(message) && <span>Stopped · </span>}
        <Moment atMs={message.timestamp} />
      </footer>
    </article>
  );
});

function Content({ message }: { readonly message: ChatMessage }) {
  const text = textOf(message);
  const thoughts = message.content.flatMap((block) => (block.type === "thinking" ? [block.thinking] : []));
  const images = imagesOf(message);
  return (
    <>
      {thoughts.length > 0 && (
        <details class="thoughts">
          <summary>Thoughts</summary>
          <Markdown text={thoughts.join("\n\n")} />
        </details>
      )}
      {images.length > 0 && (
        <div class="pictures">
          {images.map((image, index) => {
            const address = imageAddress(image);
            return address && <img key={index} src={address} alt={`${index + 1} of ${images.length} attached`} />;
          })}
        </div>
      )}
      {text !== "" && (message.role === "user" ? <p class="bubble">{text}</p> : <Markdown text={text} />)}
    </>
  );
}

function Moment({ atMs }: { readonly atMs: number }) {
  return (
    <time dateTime={new Date(atMs).toISOString()} title={fullMoment(atMs)}>
      {timeOfDay(atMs)}
    </time>
  );
}

/** An answer on its way. */
export function LiveAnswer({ text }: { readonly text: string }) {
  return (
    <article class="message live" aria-label="Agent, answering" aria-busy="true">
      {text === "" ? (
        <span class="typing" role="img" aria-label="The agent is thinking">
          <i />
          <i />
          <i />
        </span>
      ) : (
        <>
          <Markdown text={text} />
          <span class="pulse" aria-hidden="true" />
        </>
      )}
    </article>
  );
}

/** A message that the gateway does not have yet. */
export function UnsentMessage({ unsent }: { readonly unsent: Unsent }) {
  const chat = useChat();
  const isOpen = useChatState((state) => state.isOpen);
  const isRefused = unsent.state === "refused";
  const words = {
    waiting: isOpen ? "Not sent yet" : "Goes out when the gateway is back",
    sending: "Sending…",
    refused: `Not sent: ${unsent.reason ?? "the gateway refused it"}`,
  }[unsent.state];
  return (
    <article class={isRefused ? "message mine unsent refused" : "message mine unsent"} aria-label="You, not sent yet">
      <Content message={messageOf(unsent)} />
      <footer class="message-foot faint">
        <span role={isRefused ? "alert" : "status"}>{words}</span>
        {(isRefused || (unsent.state === "waiting" && isOpen)) && (
          <button type="button" class="quiet" onClick={() => chat.resend(unsent)}>
            <Icon name="retry" />
            Try again
          </button>
        )}
        {unsent.state !== "sending" && (
          <button type="button" class="quiet" onClick={() => chat.discard(unsent)}>
            <Icon name="close" />
            Discard
          </button>
        )}
      </footer>
    </article>
  );
}

interface FailureProps {
  readonly reason: string;
  /** What can be asked again; undefined once the conversation went on. */
  readonly question: ChatMessage | undefined;
}

export function Failure({ reason, question }: FailureProps) {
  const chat = useChat();
  const mayRetry = useChatState((state) => state.isOpen);
  return (
    <div class="failure" role="alert">
      <p>The answer failed: {reason}</p>
      {question && mayRetry && (
        <button type="button" class="plain" onClick={() => chat.askAgain(question)}>
          <Icon name="retry" />
          Try again
        </button>
      )}
    </div>
  );
}
