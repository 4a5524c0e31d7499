import { useEffect, useRef, useState } from "preact/hooks";
import { useStore } from "../../shared/store.ts";
import { useDeskState } from "../desk-context.ts";
import { capitalised } from "../moments.ts";
import { endLogin, type Login, type LoginState, type LoginStep } from "./login.ts";
import { QrCode } from "./qr-code.tsx";
import { countdown, useNow } from "./spans.ts";
import { Written } from "./written.tsx";

/** The steps of linking an account, one at a time. */

export function LoginPanel({ login, label }: { readonly login: Login; readonly label: string }) {
  const state = useStore(login.state, (value) => value);
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  return (
    <div class="card login">
      <h4 ref={title} tabIndex={-1}>
        Link {label}
        {login.accountId !== "main" && ` (${login.accountId})`}
      </h4>
      <Step login={login} state={state} />
    </div>
  );
}

function Step({ login, state }: { readonly login: Login; readonly state: LoginState }) {
  switch (state.kind) {
    case "starting":
      return <Waiting text="Asking the gateway for the first step…" />;
    case "asked":
      return <Question key={state.step.name} login={login} step={state.step} refusal={state.refusal} />;
    case "waiting":
      return state.step?.kind === "qr" ? <Scan step={state.step} /> : <Waiting text={waitWords(state.step)} />;
    case "broken":
      return (
        <Stopped
          text="The connection to the gateway broke. It keeps the login for some minutes."
          verb="Go on"
          go={() => void login.goOn()}
        />
      );
    case "refused":
      return <Stopped text={state.reason} verb="Start again" go={() => void login.start()} />;
    case "done":
      return (
        <>
          <p class="told done" role="status">
            <Written text={state.text} isLine />
          </p>
          <div class="acts">
            <button type="button" class="strong" onClick={endLogin}>
              Done
            </button>
          </div>
        </>
      );
    default:
      return null;
  }
}

function waitWords(step: LoginStep | undefined): string {
  return step?.message ?? "Just a moment…";
}

const secretField = { type: "password" } as const;
const textField = { type: "text" } as const;

interface QuestionProps {
  readonly login: Login;
  readonly step: LoginStep;
  readonly refusal: string | undefined;
}

function Question({ login, step, refusal }: QuestionProps) {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), [step]);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const value = field.current?.value.trim() ?? "";
    if (value !== "") void login.answer(step, value);
  };
  return (
    <form onSubmit={submit}>
      {refusal !== undefined && (
        <p class="trouble" role="alert">
          <Written text={capitalised(refusal)} isLine />
        </p>
      )}
      {step.help !== undefined && (
        <p id="login-help">
          <Written text={step.help} />
        </p>
      )}
      <label for="login-answer">
        <Written text={step.label ?? step.name ?? "Answer"} isLine />
      </label>
      {/* A secret is not offered for keeping: it goes to the gateway and is forgotten here. */}
      <input
        id="login-answer"
        ref={field}
        {...(step.isSecret === true ? secretField : textField)}
        defaultValue={login.known(step)}
        maxLength={4096}
        autocomplete="off"
        spellcheck={false}
        aria-describedby={step.help === undefined ? undefined : "login-help"}
        required
      />
      <div class="acts">
        <CancelButton />
        <button type="submit" class="strong">
          Continue
        </button>
      </div>
    </form>
  );
}

function Scan({ step }: { readonly step: LoginStep }) {
  const skewMs = useDeskState((state) => state.skewMs);
  const nowMs = useNow(1_000);
  const leftMs = step.expiresAtMs === undefined ? undefined : step.expiresAtMs + skewMs - nowMs;
  return (
    <>
      {step.help !== undefined && (
        <p>
          <Written text={step.help} />
        </p>
      )}
      <QrCode text={step.text ?? ""} />
      <p class="faint" role="timer">
        {leftMs === undefined || leftMs > 0
          ? `Waiting for the scan${leftMs === undefined ? "" : `; this code holds for ${countdown(leftMs)}`}.`
          : "This code is too old; the network sends a new one or ends the login."}
      </p>
      <div class="acts">
        <CancelButton />
      </div>
    </>
  );
}

function Waiting({ text }: { readonly text: string }) {
  return (
    <>
      <p class="waiting" role="status">
        <span class="pulse" aria-hidden="true" />
        <Written text={text} isLine />
      </p>
      <div class="acts">
        <CancelButton />
      </div>
    </>
  );
}

interface StoppedProps {
  readonly text: string;
  readonly verb: string;
  readonly go: () => void;
}

function Stopped({ text, verb, go }: StoppedProps) {
  return (
    <>
      <p class="trouble" role="alert">
        <Written text={capitalised(text)} isLine />
      </p>
      <div class="acts">
        <CancelButton />
        <button type="button" class="strong" onClick={go}>
          {verb}
        </button>
      </div>
    </>
  );
}

function CancelButton() {
  return (
    <button type="button" class="plain" onClick={endLogin}>
      Cancel
    </button>
  );
}

/** Asks which account, before the first step. */
export function AccountForm({ begin }: { readonly begin: (accountId: string) => void }) {
  const field = useRef<HTMLInputElement>(null);
  const [isShown, setShown] = useState(false);
  if (!isShown) {
    return (
      <button type="button" class="quiet" onClick={() => setShown(true)}>
        Link another account
      </button>
    );
  }
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    setShown(false);
    begin(field.current?.value.trim() ?? "");
  };
  return (
    <form class="account-form" onSubmit={submit}>
      <label for="account-name">Short name of the account: small letters, digits, - and _</label>
      <div class="in-line">
        <input
          id="account-name"
          ref={field}
          pattern="[a-z0-9][a-z0-9_\-]{0,63}"
          maxLength={64}
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          autofocus
          required
        />
        <button type="submit" class="plain">
          Link it
        </button>
      </div>
    </form>
  );
}
