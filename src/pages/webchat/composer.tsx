import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Icon } from "../shared/icons.tsx";
import { useChat, useChatState, useShown } from "./chat-context.ts";
import { may } from "./chat-state.ts";
import { textOf } from "./conversation.ts";
import { draftImages, draftText, keepDraftImages, keepDraftText } from "./drafts.ts";
import { imageAddress, imageTypes, readImages } from "./images.ts";
import type { DraftImage } from "./unsent.ts";

/** Where a person writes. What is written stays until it is sent, whatever happens to the page. */
export function Composer() {
  const { sessionKey } = useShown();
  const mayWrite = useChatState((state) => may(state, "operator.write"));
  return mayWrite ? <WritingComposer sessionKey={sessionKey} /> : null;
}

function WritingComposer({ sessionKey }: { readonly sessionKey: string }) {
  const chat = useChat();
  const [text, setText] = useState(() => draftText(sessionKey));
  const { images, refusals, add, remove, clear } = useImages(sessionKey);
  const field = useRef<HTMLTextAreaElement>(null);
  const recall = useRecall();
  useGrowing(field, text);
  useDrop(add);
  useFocusAtFirst(field);
  const write = (next: string) => {
    setText(next);
    keepDraftText(sessionKey, next);
  };
  const canSend = text.trim() !== "" || images.length > 0;
  const send = () => {
    if (!canSend) return;
    chat.send(text, images);
    write("");
    clear();
    field.current?.focus();
  };
  const press = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      send();
    }
    const last = event.key === "ArrowUp" && text === "" ? recall() : undefined;
    if (last === undefined) return;
    event.preventDefault();
    write(last);
  };
  return (
    <form class="composer column" aria-label="Write a message" onSubmit={(event) => (event.preventDefault(), send())}>
      {refusals.map((refusal) => (
        <p key={refusal} class="refusal" role="alert">
          {refusal}
        </p>
      ))}
      <div class="composer-card">
        <Previews images={images} remove={remove} />
        <textarea
          ref={field}
          rows={1}
          value={text}
          placeholder="Write to your agent"
          aria-label="Message"
          enterkeyhint="send"
          onInput={(event) => write(event.currentTarget.value)}
          onKeyDown={press}
          onPaste={(event) => takeFiles(event, event.clipboardData, add)}
        />
        <div class="composer-foot">
          <AttachButton add={add} />
          <span class="faint hint">Enter sends, Shift and Enter makes a new line</span>
          <StopButton />
          <button type="submit" class="round strong" disabled={!canSend} aria-label="Send" title="Send">
            <Icon name="send" />
          </button>
        </div>
      </div>
    </form>
  );
}

function StopButton() {
  const chat = useChat();
  const { conversation } = useShown();
  if (conversation.runs.length === 0) return null;
  return (
    <button
      type="button"
      class="round"
      aria-label="Stop the answer"
      title="Stop (Esc)"
      onClick={() => void chat.stop()}
    >
      <Icon name="stop" />
    </button>
  );
}

function AttachButton({ add }: { readonly add: Add }) {
  const picker = useRef<HTMLInputElement>(null);
  return (
    <>
      <button
        type="button"
        class="iconic"
        aria-label="Attach images"
        title="Attach images"
        onClick={() => picker.current?.click()}
      >
        <Icon name="attach" />
      </button>
      <input
        ref={picker}
        type="file"
        hidden
        multiple
        accept={imageTypes.join(",")}
        aria-label="Images to attach"
        onChange={({ currentTarget }) => {
          void add([...(currentTarget.files ?? [])]);
          currentTarget.value = "";
        }}
      />
    </>
  );
}

interface PreviewsProps {
  readonly images: readonly DraftImage[];
  readonly remove: (image: DraftImage) => void;
}

function Previews({ images, remove }: PreviewsProps) {
  if (images.length === 0) return null;
  return (
    <ul class="previews" aria-label="Images to send">
      {images.map((image, index) => (
        <li key={index}>
          <img src={imageAddress(image)} alt={image.name} />
          <button type="button" aria-label={`Remove ${image.name}`} onClick={() => remove(image)}>
            <Icon name="close" />
          </button>
        </li>
      ))}
    </ul>
  );
}

function useImages(sessionKey: string) {
  const [images, setImages] = useState(() => draftImages(sessionKey));
  const [refusals, setRefusals] = useState<readonly string[]>([]);
  const put = (next: readonly DraftImage[]) => {
    keepDraftImages(sessionKey, next);
    setImages(next);
  };
  return {
    images,
    refusals,
    add: async (files: readonly File[]) => {
      const read = await readImages(files, draftImages(sessionKey));
      put([...draftImages(sessionKey), ...read.images]);
      setRefusals(read.refusals);
    },
    remove: (image: DraftImage) => put(images.filter((one) => one !== image)),
    clear: () => {
      put([]);
      setRefusals([]);
    },
  };
}

/** The text that this person sent last in the shown session. */
function useRecall(): () => string | undefined {
  const { sessionKey, conversation } = useShown();
  const unsent = useChatState((state) => state.unsent);
  return () => {
    const waiting = unsent.findLast((one) => one.sessionKey === sessionKey)?.text;
    const sent = conversation.messages.findLast(({ role }) => role === "user");
    return waiting ?? (sent && textOf(sent));
  };
}

/** As high as its text, within what the style sheet allows. */
function useGrowing(field: { readonly current: HTMLTextAreaElement | null }, text: string): void {
  useLayoutEffect(() => {
    const area = field.current;
    if (!area) return;
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight}px`;
  }, [field, text]);
}

/** Not where a keyboard would come up on the screen. */
function useFocusAtFirst(field: { readonly current: HTMLTextAreaElement | null }): void {
  useEffect(() => {
    if (matchMedia("(hover: hover)").matches) field.current?.focus();
  }, [field]);
}

type Add = (files: readonly File[]) => Promise<void>;

/** Files may be dropped anywhere on the page; without this the browser would leave the chat and open them. */
function useDrop(add: Add): void {
  const latest = useRef(add);
  latest.current = add;
  useEffect(() => {
    const over = (event: DragEvent) => event.preventDefault();
    const drop = (event: DragEvent) => takeFiles(event, event.dataTransfer, latest.current);
    addEventListener("dragover", over);
    addEventListener("drop", drop);
    return () => {
      removeEventListener("dragover", over);
      removeEventListener("drop", drop);
    };
  }, []);
}

function takeFiles(event: Event, transfer: DataTransfer | null, add: Add): void {
  const files = [...(transfer?.files ?? [])];
  if (event.type === "drop") event.preventDefault();
  if (files.length === 0) return;
  event.preventDefault();
  void add(files);
}
