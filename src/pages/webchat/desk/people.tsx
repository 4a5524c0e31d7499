import { useRef, useState } from "preact/hooks";
import type { Desk, DeskState } from "../desk.ts";
import { useDesk, useDeskState } from "../desk-context.ts";
import type { Lists } from "../desk-readings.ts";
import { ConfirmDialog } from "../dialogs.tsx";
import { Act, Chip, Hollow, Listing } from "./frame.tsx";
import { spanWords } from "../../../lib/index.ts";
import { agoWords, useNow } from "./spans.ts";
import { lineOf, Written } from "./written.tsx";

/** Who may talk to the agent over a messaging network. */

type Asking = Lists["people"]["pending"][number];
type Approved = Lists["people"]["approved"][number];

const everyMs = 10_000;
const ownerText =
  "The owner may use every command and every tool of your agents, also those that run programs and change files on " +
  "the gateway's machine. Say yes only when this account is yours.";

export function People() {
  const people = useDeskState((state) => state.people);
  return (
    <Listing name="people" reading={people} what="who may talk to the agent" command="clawdia approvals list">
      {({ pending, approved }) => (
        <>
          <h3>Waiting for approval</h3>
          {pending.length === 0 ? (
            <Hollow title="Nobody waits">
              Whoever writes to your agent for the first time gets a code from it, and shows here.
            </Hollow>
          ) : (
            <ul class="cards">
              {pending.map((one) => (
                <AskingCard key={keyOf(one)} one={one} />
              ))}
            </ul>
          )}
          <CodeForm />
          <h3>May talk to the agent</h3>
          {approved.length === 0 ? (
            <Hollow title="Nobody is approved yet" />
          ) : (
            <ul class="cards">
              {approved.map((one) => (
                <ApprovedCard key={keyOf(one)} one={one} />
              ))}
            </ul>
          )}
        </>
      )}
    </Listing>
  );
}

function AskingCard({ one }: { readonly one: Asking }) {
  const desk = useDesk();
  const [isOwnerAsked, setOwnerAsked] = useState(false);
  const nowMs = useGatewayNow();
  const { channel, accountId, senderId, createdAtMs, expiresAtMs } = one;
  const name = lineOf(one.senderName ?? senderId);
  const who = { channel, accountId, senderId };
  const reject = () =>
    desk.act(
      (client) => client.call("approvals.reject", who),
      ({ ok }) => (ok ? "Turned down." : gone),
      ["people"],
    );
  return (
    <li class="card">
      <div class="card-head">
        <h4>
          <Written text={one.senderName ?? senderId} isLine />
        </h4>
        <span class="faint">asked {agoWords(createdAtMs, nowMs)}</span>
      </div>
      <Who one={one} />
      <p class="faint">
        They were told a code, which holds for {spanWords(expiresAtMs - nowMs)} more. A name is easily taken: to be sure
        who it is, ask for the code and enter it below.
      </p>
      <div class="acts">
        <Act kind="strong" text="Approve" label={`Approve ${name}`} act={() => void approve(desk, who, false)} />
        <Act text="This is me" label={`${name} is me, the owner`} act={() => setOwnerAsked(true)} />
        <Act text="Reject" label={`Reject ${name}`} act={() => void reject()} />
      </div>
      {isOwnerAsked && (
        <ConfirmDialog
          title={`Is “${name}” you?`}
          text={ownerText}
          verb="Yes, this is me"
          close={() => setOwnerAsked(false)}
          confirm={() => void approve(desk, who, true)}
        />
      )}
    </li>
  );
}

const gone = "There is no such request any more: it was decided elsewhere or its time is over.";

type Named = { readonly code: string } | { readonly channel: string; readonly accountId: string; senderId: string };

function approve(desk: Desk, named: Named, isOwner: boolean): Promise<boolean> {
  return desk.act(
    (client) => client.call("approvals.approve", { ...named, isOwner }),
    ({ senderName, senderId, released, channel }) => {
      const where = `on ${labelOf(desk.state.value, channel)}${isOwner ? " as the owner" : ""}`;
      const then = released > 0 ? " What they wrote before is answered now." : "";
      return `Approved ${lineOf(senderName ?? senderId)} ${where}.${then}`;
    },
    ["people"],
  );
}

function CodeForm() {
  const desk = useDesk();
  const field = useRef<HTMLInputElement>(null);
  const [isOwner, setOwner] = useState(false);
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const code = field.current?.value.trim().toUpperCase() ?? "";
    if (code === "" || !(await approve(desk, { code }, isOwner))) return;
    field.current!.value = "";
    setOwner(false);
  };
  return (
    <form class="card code-form" onSubmit={(event) => void submit(event)}>
      <label for="approval-code">Approve by code</label>
      <div class="in-line">
        <input
          id="approval-code"
          ref={field}
          maxLength={64}
          autocomplete="off"
          autocapitalize="characters"
          spellcheck={false}
          placeholder="ABCD2345"
          required
        />
        <button type="submit" class="plain">
          Approve
        </button>
      </div>
      <label class="check">
        <input type="checkbox" checked={isOwner} onChange={({ currentTarget }) => setOwner(currentTarget.checked)} />
        This is me: the owner, with every command and every tool
      </label>
    </form>
  );
}

function ApprovedCard({ one }: { readonly one: Approved }) {
  const desk = useDesk();
  const [isAsked, setAsked] = useState(false);
  const nowMs = useGatewayNow();
  const { channel, accountId, senderId, isOwner, approvedAtMs } = one;
  const name = lineOf(one.senderName ?? senderId);
  const revoke = () =>
    desk.act(
      (client) => client.call("approvals.revoke", { channel, accountId, senderId }),
      ({ ok }) => (ok ? `${name} may not talk to the agent any more.` : "The approval was taken back already."),
      ["people"],
    );
  return (
    <li class="card slim">
      <div class="card-head">
        <h4>
          <Written text={one.senderName ?? senderId} isLine />
        </h4>
        <Chip tone={isOwner ? "good" : "calm"} text={isOwner ? "owner" : "guest"} />
      </div>
      <div class="card-row">
        <div>
          <Who one={one} />
          <p class="faint">Approved {agoWords(approvedAtMs, nowMs)}.</p>
        </div>
        <Act text="Take back" label={`Take back the approval of ${name}`} act={() => setAsked(true)} />
      </div>
      {isAsked && (
        <ConfirmDialog
          title={`Take back the approval of “${name}”?`}
          text="The agent answers them no more. When they write again they get a new code."
          verb="Take back"
          close={() => setAsked(false)}
          confirm={() => void revoke()}
        />
      )}
    </li>
  );
}

function Who({ one }: { readonly one: Asking | Approved }) {
  const label = useLabel(one.channel);
  return (
    <p class="faint">
      <Written text={label} isLine />
      {one.accountId !== "main" && ` (${one.accountId})`} · id{" "}
      <code>
        <Written text={one.senderId} isLine />
      </code>
    </p>
  );
}

export function useLabel(channel: string): string {
  return useDeskState((state) => labelOf(state, channel));
}

function labelOf({ networks }: DeskState, channel: string): string {
  return channel === "webchat" ? "WebChat" : (networks.value?.channelLabels[channel] ?? channel);
}

/** The time at the gateway, which is in what it says. */
export function useGatewayNow(): number {
  const skewMs = useDeskState((state) => state.skewMs);
  return useNow(everyMs) - skewMs;
}

function keyOf({ channel, accountId, senderId }: Asking | Approved): string {
  return `${channel}/${accountId}/${senderId}`;
}
