import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { coversScope, type OperatorScope } from "../../../protocol/index.ts";
import { Icon } from "../../shared/icons.tsx";
import { useDesk, useDeskState } from "../desk-context.ts";
import { type ListName, listScopes, type Lists, type Reading } from "../desk-readings.ts";
import { capitalised, timeOfDay } from "../moments.ts";
import { Written } from "./written.tsx";

/** What all pages beside the chat have: what became of the last decision, and a list in each of its states. */

export function Page({ children }: { readonly children: ComponentChildren }) {
  return (
    <section class="desk" tabIndex={-1}>
      <Told />
      <div class="column desk-column">{children}</div>
    </section>
  );
}

function Told() {
  const desk = useDesk();
  const notice = useDeskState((state) => state.notice);
  const line = useRef<HTMLDivElement>(null);
  // The button that was pressed may be gone with its card; the keyboard goes on from here.
  useEffect(() => {
    if (notice && document.activeElement === document.body) line.current?.focus();
  }, [notice]);
  return (
    <div class="column told-place" role={notice?.kind === "trouble" ? "alert" : "status"}>
      {notice && (
        <div ref={line} tabIndex={-1} class={`told ${notice.kind}`}>
          <span>
            <Written text={capitalised(notice.text)} />
          </span>
          <button type="button" class="iconic" aria-label="Dismiss" onClick={() => desk.tell(undefined)}>
            <Icon name="close" />
          </button>
        </div>
      )}
    </div>
  );
}

interface ListingProps<N extends ListName> {
  readonly name: N;
  readonly reading: Reading<Lists[N]>;
  /** In words, what this list is: `who asks to talk`. */
  readonly what: string;
  /** The command line's way to the same. */
  readonly command: string;
  readonly children: (value: Lists[N]) => ComponentChildren;
}

/** A list, or in words why there is none. */
export function Listing<N extends ListName>({ name, reading, what, command, children }: ListingProps<N>) {
  const desk = useDesk();
  const isOpen = useDeskState((state) => state.isOpen);
  const isAllowed = useMay(listScopes[name]);
  const { value, problem, atMs } = reading;
  if (!isAllowed) return <Missing scope={listScopes[name]} what={`see ${what}`} command={command} />;
  if (value === undefined && problem !== undefined) {
    return (
      <div class="failure" role="alert">
        <p>
          The gateway did not say {what}: <Written text={problem} isLine />
        </p>
        <button type="button" class="plain" onClick={() => void desk.read(name)}>
          <Icon name="retry" />
          Try again
        </button>
      </div>
    );
  }
  if (value === undefined) {
    const words = isOpen ? "Just a moment…" : "The gateway is away. What is here shows when it is back.";
    return (
      <p class="faint hollow" role="status">
        {words}
      </p>
    );
  }
  return (
    <>
      {!isOpen && <p class="faint">You see what was here at {timeOfDay(atMs)}. Decisions wait until it is back.</p>}
      {isOpen && problem !== undefined && (
        <p class="faint" role="status">
          You see what was here at {timeOfDay(atMs)}: <Written text={problem} isLine />
        </p>
      )}
      {children(value)}
    </>
  );
}

/** Whether this device may; true until the gateway said so. */
export function useMay(scope: OperatorScope): boolean {
  return useDeskState(({ scopes }) => scopes === undefined || coversScope(scopes, scope));
}

interface MissingProps {
  readonly scope: OperatorScope;
  /** `see who asks`, `decide over deliveries`. */
  readonly what: string;
  readonly command: string;
}

export function Missing({ scope, what, command }: MissingProps) {
  return (
    <p class="lacking">
      This device may not {what}: it was approved without <code>{scope}</code>. Use a device that has it, or on the
      gateway's machine: <code>{command}</code>
    </p>
  );
}

export function Hollow({ title, children }: { readonly title: string; readonly children?: ComponentChildren }) {
  return (
    <div class="hollow">
      <p class="hollow-title">{title}</p>
      {children !== undefined && <p class="faint">{children}</p>}
    </div>
  );
}

export type Tone = "good" | "busy" | "bad" | "calm";

export function Chip({ tone, text }: { readonly tone: Tone; readonly text: string }) {
  return <span class={`chip ${tone}`}>{text}</span>;
}

interface ActProps {
  readonly text: string;
  readonly act: () => void;
  readonly kind?: "plain" | "strong";
  readonly icon?: "retry" | undefined;
  readonly label?: string;
  /** For a button that opens something below it. */
  readonly isPressed?: boolean;
}

/** A button for a decision; it stays in the way of the keyboard while it can do nothing. */
export function Act({ text, act, kind = "plain", icon, label, isPressed }: ActProps) {
  const isIdle = useDeskState((state) => state.isOpen && !state.isActing);
  return (
    <button
      type="button"
      class={kind}
      aria-label={label}
      aria-expanded={isPressed}
      aria-disabled={isIdle ? undefined : "true"}
      onClick={() => {
        if (isIdle) act();
      }}
    >
      {icon && <Icon name={icon} />}
      {text}
    </button>
  );
}
