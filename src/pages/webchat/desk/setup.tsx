import { useEffect } from "preact/hooks";
import { useStore } from "../../shared/store.ts";
import { useDesk, useDeskState } from "../desk-context.ts";
import type { Lists } from "../desk-readings.ts";
import { dismissFirstRun } from "../first-run.ts";
import { showView } from "../views.ts";
import { Act, Chip, Listing, type Tone } from "./frame.tsx";
import { SetupStepCard, Stages } from "./setup-step.tsx";
import { setupTalk } from "./setup-talk.ts";
import { Written } from "./written.tsx";

/** The first run, and whatever of it a person wants to change later. */

type Overview = Lists["setup"];

export function Setup() {
  const setup = useDeskState((state) => state.setup);
  const state = useStore(setupTalk.state, (value) => value);
  const isOpen = useDeskState((desk) => desk.isOpen);
  const desk = useDesk();
  const isBroken = state.kind === "broken";
  // The gateway keeps the conversation for this browser, and gives the step at which it stood.
  useEffect(() => {
    if (isBroken && isOpen) void setupTalk.start(desk);
  }, [isBroken, isOpen]);
  if (state.kind === "step") return <SetupStepCard state={state} />;
  if (state.kind === "starting" || isBroken) return <Waiting isBroken={isBroken && !isOpen} />;
  if (state.kind === "refused") return <Refused reason={state.reason} />;
  return (
    <Listing name="setup" reading={setup} what="what is set up" command="clawdia setup">
      {(overview) => <Intro overview={overview} isDone={state.kind === "done"} />}
    </Listing>
  );
}

function Waiting({ isBroken }: { readonly isBroken: boolean }) {
  return (
    <div class="card setup-card">
      <p class="waiting" role="status">
        <span class="pulse" aria-hidden="true" />
        {isBroken ? "The connection to the gateway broke. The setup goes on where it was." : "Just a moment…"}
      </p>
    </div>
  );
}

function Refused({ reason }: { readonly reason: string }) {
  const desk = useDesk();
  const isTaken = reason === "wizard already running";
  const taken = "The setup is open somewhere else, in a terminal or another browser. Finish or close it there.";
  return (
    <div class="card setup-card">
      <p class="trouble" role="alert">
        {isTaken ? taken : <Written text={reason} />}
      </p>
      <div class="acts">
        <Act text="Try again" kind="strong" act={() => void setupTalk.start(desk)} />
        <button type="button" class="plain" onClick={() => leave(desk)}>
          Not now
        </button>
      </div>
    </div>
  );
}

/** Back to the chat; what was done stays, and this page does not open by itself any more. */
function leave(desk: ReturnType<typeof useDesk>): void {
  dismissFirstRun();
  void setupTalk.close(desk);
  showView("chat");
}

const names: Readonly<Record<Overview["parts"][number]["name"], string>> = {
  model: "A model that answers",
  network: "A network to talk on",
  owner: "You as the owner",
};

const tones: Readonly<Record<Overview["parts"][number]["state"], Tone>> = {
  done: "good",
  skipped: "calm",
  open: "busy",
};
const words = { done: "Done", skipped: "Skipped", open: "Missing" } as const;

function Intro({ overview, isDone }: { readonly overview: Overview; readonly isDone: boolean }) {
  const desk = useDesk();
  const { parts, isFinished } = overview;
  const isFresh = parts.every(({ state }) => state === "open");
  return (
    <div class="card setup-card">
      <Stages at={isFinished ? stagesEnd : 0} />
      <h3 class="setup-title">{isFresh ? "Welcome to Clawdia" : isFinished ? "Clawdia is set up" : "Almost there"}</h3>
      <p>
        {isFinished
          ? "All of it can be changed at any time."
          : "Three minutes, and your agent answers. Every step can be skipped, and what is done stays done."}
      </p>
      <ul class="setup-parts">
        {parts.map(({ name, state, summary }) => (
          <li key={name}>
            <span>
              {names[name]}
              {summary !== undefined && (
                <span class="faint setup-summary">
                  <Written text={summary} isLine />
                </span>
              )}
            </span>
            <Chip tone={tones[state]} text={words[state]} />
          </li>
        ))}
      </ul>
      <div class="acts setup-acts">
        <Act
          text={isFinished ? "Change something" : isFresh ? "Begin" : "Go on"}
          kind={isFinished ? "plain" : "strong"}
          act={() => void setupTalk.start(desk)}
        />
        <button type="button" class={isFinished ? "strong" : "plain"} onClick={() => leave(desk)}>
          {isFinished ? (isDone ? "To the chat" : "Close") : "Not now"}
        </button>
      </div>
    </div>
  );
}

/** Behind the last of the four. */
const stagesEnd = 5;
