import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import type { ConnectError, Credentials, LinkState } from "../../client/index.ts";
import { CopyButton } from "./copy-button.tsx";
import { Mark } from "./icons.tsx";

/** The full-page screens in front of a page: each says what is the matter and what a person can do now. */

const tunnelCommand = "ssh -N -L 18789:127.0.0.1:18789 user@host";

export function InsecureScreen() {
  return (
    <Screen title="This address is not safe to use">
      <p>
        Browsers keep a device key only for <strong>https</strong> and <strong>localhost</strong>, and this page came
        over plain http. Open the gateway by its https address, on its own machine, or through a tunnel:
      </p>
      <Command text={tunnelCommand} />
      <p>
        Then open <code>http://localhost:18789/</code> here.
      </p>
    </Screen>
  );
}

export function TooOldScreen() {
  return (
    <Screen title="This browser is too old">
      <p>
        It cannot make the key by which the gateway knows a device. Use Chrome 137, Safari 17, Firefox 129 or later.
      </p>
    </Screen>
  );
}

export function ConnectingScreen({ state, hurry }: { readonly state: LinkState; readonly hurry: () => void }) {
  const isWaiting = state.kind === "waiting";
  return (
    <Screen title={isWaiting ? "The gateway is away" : "Connecting…"}>
      <p role="status">
        {isWaiting ? `It does not answer (${state.reason}). This page tries again by itself.` : "Just a moment."}
      </p>
      {isWaiting && (
        <button type="button" class="plain" onClick={hurry}>
          Try now
        </button>
      )}
    </Screen>
  );
}

type Approval = Extract<LinkState, { kind: "approval" }>;

export function ApprovalScreen({ state, deviceName }: { readonly state: Approval; readonly deviceName: string }) {
  return (
    <Screen title={state.reason === "not-paired" ? "One thing is left: approve this browser" : "Approve it once more"}>
      <p>
        The gateway knows its owner by approved devices. On its machine, or on a device that is approved already, run:
      </p>
      <Command text={`clawdia devices approve ${state.requestId}`} />
      <p class="waiting" role="status">
        <span class="pulse" aria-hidden="true" />
        Waiting for approval of “{deviceName}”. Keep this page open: the chat opens by itself.
      </p>
    </Screen>
  );
}

/** The codes of a refusal that only says: tell me who you are. */
const missingCodes: readonly (string | undefined)[] = ["AUTH_TOKEN_MISSING", "AUTH_PASSWORD_MISSING"];

const hints: Readonly<Record<string, string>> = {
  AUTH_TOKEN_MISMATCH: "The gateway does not know that token. It may have been replaced since.",
  AUTH_PASSWORD_MISMATCH: "That is not the gateway's password.",
  AUTH_BOOTSTRAP_TOKEN_INVALID: "This link was used already or too old: it works once, within five minutes.",
  AUTH_DEVICE_TOKEN_MISMATCH: "This browser's access was taken back, or the gateway was set up anew.",
  PROTOCOL_MISMATCH: "The gateway was updated. Load this page again.",
};

interface EntryProps {
  readonly error: ConnectError;
  readonly enter: (credentials: Credentials) => void;
  /** What prints a link that lets this page in by itself; WebChat's when it is not said. */
  readonly linkCommand?: string;
  readonly linkWords?: string;
}

/** Refused, or not yet asked: either way the way on is the token (or password). */
export function EntryScreen({
  error,
  enter,
  linkCommand = "clawdia token --link",
  linkWords = "On the gateway's machine, this prints a link that opens this page signed in:",
}: EntryProps) {
  const field = useRef<HTMLInputElement>(null);
  const code = error.detailCode;
  const isPassword = code?.startsWith("AUTH_PASSWORD") === true;
  const word = isPassword ? "password" : "token";
  const isFirst = missingCodes.includes(code);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const secret = field.current?.value.trim() ?? "";
    if (secret !== "") enter(isPassword ? { password: secret } : { token: secret });
  };
  return (
    <Screen title={isFirst ? "Welcome to Clawdia" : "The gateway said no"}>
      {!isFirst && (
        <p class="trouble" role="alert">
          {(code && hints[code]) ?? error.message}
        </p>
      )}
      <form class="entry" onSubmit={submit}>
        <label for="secret">Gateway {word}</label>
        {/* A password field whose value no browser offers to keep: the token is used once and then forgotten. */}
        <input id="secret" ref={field} type="password" autocomplete="off" spellcheck={false} autofocus required />
        <button type="submit" class="strong">
          Connect
        </button>
      </form>
      {isPassword ? (
        <p class="faint">It is the password that the gateway was started with.</p>
      ) : (
        <>
          <p class="faint">{linkWords}</p>
          <Command text={linkCommand} />
        </>
      )}
    </Screen>
  );
}

function Command({ text }: { readonly text: string }) {
  return (
    <div class="command">
      <code>{text}</code>
      <CopyButton text={text} label="Copy the command" />
    </div>
  );
}

function Screen({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  return (
    <main class="gate">
      <div class="gate-card">
        <Mark />
        <h1>{title}</h1>
        {children}
      </div>
    </main>
  );
}
