import { useLayoutEffect, useRef } from "preact/hooks";
import { useDesk } from "../desk-context.ts";
import { capitalised } from "../moments.ts";
import { QrCode } from "./qr-code.tsx";
import { type SetupState, type SetupStep, setupTalk } from "./setup-talk.ts";
import { useNow } from "./spans.ts";
import { Written } from "./written.tsx";

/** One step of the setup on the screen. */

type Shown = Extract<SetupState, { kind: "step" }>;
type Option = NonNullable<SetupStep["options"]>[number];

const stageNames = ["Model", "Network", "You", "Hello"] as const;

/** Where a person is in all of it, from 1; 0 is before, and 5 behind. */
export function Stages({ at }: { readonly at: number }) {
  return (
    <ol class="stages" aria-label="Parts of the setup">
      {stageNames.map((name, index) => {
        const place = index + 1 < at ? "past" : index + 1 === at ? "now" : "ahead";
        return (
          <li key={name} class={place} aria-current={place === "now" ? "step" : undefined}>
            {name}
          </li>
        );
      })}
    </ol>
  );
}

export function SetupStepCard({ state }: { readonly state: Shown }) {
  const { step, refusal, isSending } = state;
  const title = useRef<HTMLHeadingElement>(null);
  const { name, at } = titleOf(step);
  // A field takes the keyboard itself; elsewhere it goes on from the title.
  useLayoutEffect(() => {
    if (step.type !== "text") title.current?.focus();
  }, [step.id]);
  return (
    <div class="card setup-card" aria-busy={isSending}>
      <Stages at={at} />
      <h3 class="setup-title" ref={title} tabIndex={-1}>
        <Written text={name} isLine />
      </h3>
      {refusal !== undefined && (
        <p class="trouble" role="alert">
          <Written text={capitalised(refusal.replace(/^wizard: /, ""))} isLine />
        </p>
      )}
      {step.message !== undefined && (
        <p class="setup-message" id="setup-message">
          <Written text={step.message} />
        </p>
      )}
      <Answering key={step.id} step={step} isSending={isSending} />
    </div>
  );
}

/** The title without its place, which the stages show. */
function titleOf({ title = "" }: SetupStep): { readonly name: string; readonly at: number } {
  const place = / \((\d) of \d\)/.exec(title);
  return { name: title.replace(place?.[0] ?? "", ""), at: place ? Number(place[1]) : stageNames.length + 1 };
}

interface PartProps {
  readonly step: SetupStep;
  readonly isSending: boolean;
}

function Answering({ step, isSending }: PartProps) {
  switch (step.type) {
    case "select":
      return <Choices step={step} isSending={isSending} />;
    case "text":
      return <Field step={step} isSending={isSending} />;
    case "multiselect":
      return <Several step={step} isSending={isSending} />;
    case "progress":
      return <UnderWay step={step} isSending={isSending} />;
    case "confirm":
      return (
        <div class="acts setup-acts">
          <Answer step={step} text="Yes" value={true} isSending={isSending} isStrong />
          <Answer step={step} text="No" value={false} isSending={isSending} />
        </div>
      );
    default:
      return (
        <div class="acts setup-acts">
          <Answer step={step} text="Continue" value={true} isSending={isSending} isStrong />
          <Ways step={step} isSending={isSending} />
        </div>
      );
  }
}

const isWay = ({ value }: Option) => String(value).startsWith("@");

function Choices({ step, isSending }: PartProps) {
  const desk = useDesk();
  const list = useRef<HTMLUListElement>(null);
  const move = (event: KeyboardEvent) => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const buttons = [...(list.current?.querySelectorAll("button") ?? [])];
    const at = buttons.findIndex((button) => button === document.activeElement);
    if (by === undefined || at === -1) return;
    event.preventDefault();
    buttons[at + by]?.focus();
  };
  return (
    <>
      <ul class="choices" ref={list} onKeyDown={move}>
        {(step.options ?? [])
          .filter((option) => !isWay(option))
          .map(({ value, label, hint }) => (
            <li key={String(value)}>
              <button
                type="button"
                class="choice"
                aria-disabled={isSending ? "true" : undefined}
                onClick={() => {
                  if (!isSending) void setupTalk.answer(desk, step, value);
                }}
              >
                <span>
                  <Written text={label} isLine />
                </span>
                {hint !== undefined && (
                  <span class="faint small">
                    <Written text={hint} isLine />
                  </span>
                )}
              </button>
            </li>
          ))}
      </ul>
      <div class="acts setup-acts">
        <Ways step={step} isSending={isSending} />
      </div>
    </>
  );
}

const secretField = { type: "password" } as const;
const textField = { type: "text" } as const;

function Field({ step, isSending }: PartProps) {
  const desk = useDesk();
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => field.current?.focus(), []);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const value = field.current?.value.trim() ?? "";
    if (value === "" || isSending) return;
    // A secret goes to the gateway and is forgotten here.
    if (step.sensitive === true) field.current!.value = "";
    void setupTalk.answer(desk, step, value);
  };
  return (
    <form class="setup-form" onSubmit={submit}>
      <label for="setup-answer">
        <Written text={capitalised(step.placeholder ?? "Answer")} isLine />
      </label>
      <input
        id="setup-answer"
        ref={field}
        {...(step.sensitive === true ? secretField : textField)}
        maxLength={4096}
        autocomplete="off"
        autocapitalize="none"
        spellcheck={false}
        aria-describedby="setup-message"
        required
      />
      <div class="acts setup-acts">
        <button type="submit" class="strong" aria-disabled={isSending ? "true" : undefined}>
          Continue
        </button>
        <Ways step={step} isSending={isSending} />
      </div>
    </form>
  );
}

function Several({ step, isSending }: PartProps) {
  const desk = useDesk();
  const form = useRef<HTMLFormElement>(null);
  const options = step.options ?? [];
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const boxes = [...(form.current?.querySelectorAll("input") ?? [])];
    const chosen = options.filter((_, index) => boxes[index]?.checked).map(({ value }) => value);
    if (!isSending) void setupTalk.answer(desk, step, chosen);
  };
  return (
    <form class="setup-form" ref={form} onSubmit={submit}>
      {options.map(({ value, label, hint }) => (
        <label key={String(value)} class="choice">
          <span>
            <input type="checkbox" /> <Written text={label} isLine />
          </span>
          {hint !== undefined && <span class="faint small">{hint}</span>}
        </label>
      ))}
      <div class="acts setup-acts">
        <button type="submit" class="strong">
          Continue
        </button>
      </div>
    </form>
  );
}

/** From here on the time is told, so that nobody thinks that it stands. */
const tellFromSeconds = 3;

function UnderWay({ step, isSending }: PartProps) {
  const startedAtMs = useRef(Date.now());
  const seconds = Math.floor((useNow(1_000) - startedAtMs.current) / 1_000);
  const isCode = step.placeholder === "qr" && typeof step.initialValue === "string";
  return (
    <>
      {isCode && <QrCode text={String(step.initialValue)} />}
      <p class="waiting" role="status">
        <span class="pulse" aria-hidden="true" />
        {isCode ? "Waiting for the scan" : "Waiting"}
        {seconds >= tellFromSeconds && <span aria-hidden="true">{seconds} s</span>}
      </p>
      <div class="acts setup-acts">
        <Ways step={step} isSending={isSending} />
      </div>
    </>
  );
}

/** Back, and what leads off the step, in the order in which people look for them. */
function Ways({ step, isSending }: PartProps) {
  const isChoice = step.type === "select";
  const ways = (step.options ?? []).filter((option) => !isChoice || isWay(option));
  return (
    <>
      {ways.map(({ value, label, hint }) => (
        <Answer key={String(value)} step={step} text={label} value={value} hint={hint} isSending={isSending} />
      ))}
    </>
  );
}

interface AnswerProps extends PartProps {
  readonly text: string;
  readonly value: unknown;
  readonly hint?: string | undefined;
  readonly isStrong?: boolean;
}

function Answer({ step, text, value, hint, isSending, isStrong = false }: AnswerProps) {
  const desk = useDesk();
  return (
    <button
      type="button"
      class={isStrong ? "strong" : "plain"}
      title={hint}
      aria-disabled={isSending ? "true" : undefined}
      onClick={() => {
        if (!isSending) void setupTalk.answer(desk, step, value);
      }}
    >
      {text}
    </button>
  );
}
