import { useEffect, useRef, useState } from "preact/hooks";
import type { ConnectError, LinkState } from "../../client/index.ts";
import { CopyButton } from "../shared/copy-button.tsx";
import { ConnectingScreen, EntryScreen } from "../shared/gate.tsx";
import type { GatewayLink } from "../shared/gateway-link.ts";
import { useStore } from "../shared/store.ts";
import { fillScreen } from "./kiosk.ts";
import type { Stage } from "./stage.ts";

/** What the tab shows around its stage: a name, the wait for approval, and a small bar. */

interface NameProps {
  readonly suggestion: string;
  readonly named: (name: string, isKiosk: boolean) => void;
}

export function NameScreen({ suggestion, named }: NameProps) {
  const field = useRef<HTMLInputElement>(null);
  const kiosk = useRef<HTMLInputElement>(null);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    named(field.current?.value.trim() || suggestion, kiosk.current?.checked ?? false);
  };
  return (
    <Card title="A screen for your agent">
      <form class="entry" onSubmit={submit}>
        <label for="name">What is this screen called?</label>
        <input id="name" ref={field} maxLength={64} defaultValue={suggestion} autocomplete="off" autofocus />
        <label class="choice">
          <input type="checkbox" ref={kiosk} /> For a wall: full screen, without a bar, awake
        </label>
        <button type="submit" class="strong">
          Open the canvas
        </button>
      </form>
      <p class="faint">Your agent draws here, and hears what you press.</p>
    </Card>
  );
}

export function OtherTabScreen({ takeOver }: { readonly takeOver: () => void }) {
  return (
    <Card title="This screen is open in another tab">
      <p>One tab of this browser is the screen at a time.</p>
      <button type="button" class="strong" onClick={takeOver}>
        Show it here
      </button>
    </Card>
  );
}

interface ShellProps {
  readonly link: GatewayLink;
  readonly stage: Stage;
  readonly stageRoot: HTMLElement;
  readonly name: string;
  readonly isKiosk: boolean;
}

export function TabShell({ link, stage, stageRoot, name, isKiosk }: ShellProps) {
  const state = useStore(link.state, (value) => value);
  const [wasOpen, setWasOpen] = useState(false);
  const isOpen = state.kind === "open";
  useEffect(() => {
    if (isOpen) setWasOpen(true);
  }, [isOpen]);
  // Once it was there the picture stays while the gateway is away; a refusal is a person's business.
  const isShown = isOpen || (wasOpen && (state.kind === "waiting" || state.kind === "connecting"));
  useEffect(() => {
    stageRoot.hidden = !isShown;
  }, [isShown, stageRoot]);
  if (!isShown) return <Gate state={state} link={link} name={name} />;
  return <Bar stage={stage} name={name} isKiosk={isKiosk} isConnected={isOpen} />;
}

function Gate({ state, link, name }: { readonly state: LinkState; readonly link: GatewayLink; readonly name: string }) {
  switch (state.kind) {
    case "approval":
      return <ApprovalCard requestId={state.requestId} name={name} />;
    case "refused":
      return <RefusedCard error={state.error} link={link} />;
    default:
      return <ConnectingScreen state={state} hurry={() => link.hurry()} />;
  }
}

/** A code that is spent or too old is not the person's fault: they are told how to get another one. */
function RefusedCard({ error, link }: { readonly error: ConnectError; readonly link: GatewayLink }) {
  const [hasToken, setHasToken] = useState(false);
  if (error.detailCode !== "AUTH_BOOTSTRAP_TOKEN_INVALID" || hasToken) {
    return (
      <EntryScreen
        error={error}
        enter={(credentials) => link.startWith(credentials)}
        linkCommand={linkCommand}
        linkWords="On the gateway's machine, this prints a link that makes one browser a screen, without the token:"
      />
    );
  }
  return (
    <Card title="This link lets nobody in any more">
      <p>It works once, and within five minutes. Make another one: on the gateway's machine, run</p>
      <CommandLine text={linkCommand} />
      <p>or say /screen to your agent in a private chat, or press “New screen” in WebChat under Nodes.</p>
      <button type="button" class="plain" onClick={() => setHasToken(true)}>
        Enter the gateway's token instead
      </button>
    </Card>
  );
}

const linkCommand = "clawdia canvas link --qr";

function CommandLine({ text }: { readonly text: string }) {
  return (
    <div class="command">
      <code>{text}</code>
      <CopyButton text={text} label="Copy the command" />
    </div>
  );
}

function ApprovalCard({ requestId, name }: { readonly requestId: string; readonly name: string }) {
  const command = `clawdia devices approve ${requestId}`;
  return (
    <Card title="One thing is left: approve this screen">
      <p>In WebChat under Nodes, press “Approve”; or on the gateway's machine, run:</p>
      <CommandLine text={command} />
      <p class="waiting" role="status">
        <span class="pulse" aria-hidden="true" />
        Waiting for approval of “{name}”. The canvas opens by itself.
      </p>
    </Card>
  );
}

interface BarProps {
  readonly stage: Stage;
  readonly name: string;
  readonly isKiosk: boolean;
  readonly isConnected: boolean;
}

function Bar({ stage, name, isKiosk, isConnected }: BarProps) {
  const view = useStore(stage.view, (value) => value);
  const isLive = isConnected && view.isOnline;
  return (
    <>
      {(!isKiosk || !isLive) && (
        <header class={isLive ? "bar" : "bar away"}>
          <span class="dot" aria-hidden="true" />
          <strong>{name}</strong>
          <span class="faint" role="status">
            {isLive ? "" : `offline${view.updatedAtMs === undefined ? "" : `, as of ${timeOf(view.updatedAtMs)}`}`}
            {view.watched}
          </span>
          {document.fullscreenEnabled && (
            <button type="button" class="plain" onClick={() => void fillScreen()}>
              Full screen
            </button>
          )}
        </header>
      )}
      {isKiosk && isLive && view.watched !== undefined && (
        <p class="watched" role="status">
          {view.watched}
        </p>
      )}
      {view.isEmpty && isLive && (
        <p class="empty">Nothing is drawn yet. Ask your agent to show something on the canvas.</p>
      )}
      {view.question !== undefined && (
        <Choice title={view.question} yes="Allow" no="Do not allow" decide={(isYes) => stage.answerConsent(isYes)} />
      )}
      {view.question === undefined && view.wish !== undefined && (
        <Choice
          title="This page wants to tell your agent:"
          words={view.wish}
          yes="Send"
          no="Do not send"
          decide={(isYes) => stage.decide(isYes)}
        />
      )}
    </>
  );
}

interface ChoiceProps {
  readonly title: string;
  readonly words?: string;
  readonly yes: string;
  readonly no: string;
  readonly decide: (isYes: boolean) => void;
}

/** A question to the person at the screen, at its lower edge. */
function Choice({ title, words, yes, no, decide }: ChoiceProps) {
  return (
    <div class="wish" role="alertdialog" aria-label={title}>
      <p>{title}</p>
      {words !== undefined && <blockquote>{words}</blockquote>}
      <div class="wish-choice">
        <button type="button" class="strong" onClick={() => decide(true)}>
          {yes}
        </button>
        <button type="button" class="plain" onClick={() => decide(false)}>
          {no}
        </button>
      </div>
    </div>
  );
}

function Card({ title, children }: { readonly title: string; readonly children: preact.ComponentChildren }) {
  return (
    <main class="gate">
      <div class="gate-card">
        <h1>{title}</h1>
        {children}
      </div>
    </main>
  );
}

function timeOf(atMs: number): string {
  return new Intl.DateTimeFormat(undefined, { timeStyle: "short" }).format(atMs);
}
