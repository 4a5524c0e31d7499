import { useRef, useState } from "preact/hooks";
import { ConfirmDialog } from "../dialogs.tsx";
import { Act, useMay } from "./frame.tsx";
import type { Question } from "./node-asking.ts";
import { nodeName, pictureIn, placeIn, type ShownNode } from "./node-words.ts";
import { lineOf } from "./written.tsx";

/** What a person asks of a node with a press: as far as it may be asked, and it can. */

interface ActsProps {
  readonly node: ShownNode;
  readonly ask: (question: Question) => Promise<void>;
  readonly isAsking: boolean;
}

const shortMs = 15_000;
const cameraMs = 30_000;
const notificationCharsMax = 200;

export function NodeActs({ node, ask, isAsking }: ActsProps) {
  const mayAsk = useMay("operator.write");
  const [isWriting, setWriting] = useState(false);
  const [isClearing, setClearing] = useState(false);
  const name = lineOf(nodeName(node));
  const can = (command: string) => node.commands.includes(command);
  if (!mayAsk || node.commands.length === 0) return null;
  const button = (text: string, question: Question) => (
    <Act text={text} label={`${text}: ${name}`} act={() => void ask(question)} />
  );
  const isAskable = !isAsking;
  return (
    <>
      <div class={isAskable ? "acts node-acts" : "acts node-acts resting"} inert={!isAskable}>
        {can("camera.snap") && button("Take a photo", photoOf(name, "front"))}
        {can("camera.snap") && hasTwoCameras(node) && button("Back camera", photoOf(name, "back"))}
        {can("location.get") && button("Where is it?", place)}
        {can("system.notify") && (
          <Act text="Notify…" label={`Notify ${name}`} act={() => setWriting(!isWriting)} isPressed={isWriting} />
        )}
        {can("canvas.present") && button("Show canvas", present)}
        {can("canvas.snapshot") && button("Look at canvas", lookAt(name))}
        {can("canvas.a2ui.reset") && (
          <Act text="Clear canvas…" label={`Clear the canvas of ${name}`} act={() => setClearing(true)} />
        )}
      </div>
      {isWriting && (
        <NotifyForm
          name={name}
          send={(title) => {
            setWriting(false);
            void ask(notice(title));
          }}
        />
      )}
      {isClearing && (
        <ConfirmDialog
          title={`Clear the canvas of “${name}”?`}
          text="What your agent drew goes away, on every screen that shows the same board."
          verb="Clear it"
          close={() => setClearing(false)}
          confirm={() => void ask(reset)}
        />
      )}
    </>
  );
}

function NotifyForm({ name, send }: { readonly name: string; readonly send: (title: string) => void }) {
  const field = useRef<HTMLInputElement>(null);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const text = field.current?.value.trim() ?? "";
    if (text !== "") send(text);
  };
  return (
    <form class="in-line" onSubmit={submit}>
      <input
        ref={field}
        aria-label={`What ${name} shows`}
        placeholder="What shall it show?"
        maxLength={notificationCharsMax}
        autocomplete="off"
        autofocus
        required
      />
      <button type="submit" class="plain">
        Send
      </button>
    </form>
  );
}

function hasTwoCameras({ platform = "" }: ShownNode): boolean {
  return /^(web|ios|ipados|android)/i.test(platform);
}

function photoOf(name: string, facing: "front" | "back"): Question {
  return {
    command: "camera.snap",
    params: { facing, maxWidth: 1600, quality: 0.9, format: "jpg" },
    asking: "Taking a photo…",
    timeoutMs: cameraMs,
    read: (payload) => pictureIn(payload, name, Date.now()),
  };
}

function lookAt(name: string): Question {
  return {
    command: "canvas.snapshot",
    params: { format: "png" },
    asking: "Looking at the canvas…",
    timeoutMs: cameraMs,
    read: (payload) => pictureIn(payload, `${name} canvas`, Date.now()),
  };
}

const place: Question = {
  command: "location.get",
  params: { timeoutMs: 10_000, maxAgeMs: 60_000, desiredAccuracy: "balanced" },
  asking: "Asking where it is…",
  timeoutMs: shortMs,
  read: placeIn,
};

const present: Question = {
  command: "canvas.present",
  params: {},
  asking: "Showing the canvas…",
  timeoutMs: shortMs,
  read: () => ({ kind: "done", text: "It shows the canvas." }),
};

const reset: Question = {
  command: "canvas.a2ui.reset",
  params: {},
  asking: "Clearing the canvas…",
  timeoutMs: shortMs,
  read: () => ({ kind: "done", text: "The canvas is empty." }),
};

function notice(title: string): Question {
  return {
    command: "system.notify",
    params: { title: "Clawdia", body: title },
    asking: "Sending the notification…",
    timeoutMs: shortMs,
    read: () => ({ kind: "done", text: `It shows “${title}”.` }),
  };
}
