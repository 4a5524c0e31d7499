import { useState } from "preact/hooks";
import { useDesk, useDeskState } from "../desk-context.ts";
import type { Lists } from "../desk-readings.ts";
import { ConfirmDialog } from "../dialogs.tsx";
import { CommandCard } from "./command-card.tsx";
import { Act, Hollow, Listing } from "./frame.tsx";
import { useGatewayNow } from "./people.tsx";
import { type AllowedEntry, entryKey, ruleLines, withoutEntry } from "./rule-words.ts";
import { agoWords } from "./spans.ts";
import { Exact, lineOf } from "./written.tsx";

/** Commands that wait for a decision, and the rules for those that need not wait. */

export function Commands() {
  const commands = useDeskState((state) => state.commands);
  const rules = useDeskState((state) => state.rules);
  return (
    <>
      <h3>Waiting for your decision</h3>
      <Listing name="commands" reading={commands} what="which commands wait" command="clawdia exec pending">
        {(waiting) =>
          waiting.length === 0 ? (
            <Hollow title="No command waits">
              When an agent wants to run a command that your rules do not allow, it asks here and in the chat.
            </Hollow>
          ) : (
            waiting.map((one) => <CommandCard key={one.id} one={one} isInChat={false} />)
          )
        }
      </Listing>
      <h3>Your rules</h3>
      <Listing name="rules" reading={rules} what="the rules" command="clawdia exec policy">
        {(snapshot) => <Rules snapshot={snapshot} />}
      </Listing>
    </>
  );
}

type Snapshot = Lists["rules"];

function Rules({ snapshot }: { readonly snapshot: Snapshot }) {
  const { file } = snapshot;
  const agents = Object.entries(file.agents ?? {});
  const isListed = agents.some(([, { allowlist = [] }]) => allowlist.length > 0);
  return (
    <>
      <ul class="rules">
        {ruleLines(file.defaults).map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      {!isListed && <p class="faint">No command is allowed for good yet.</p>}
      {agents.map(([agent, { allowlist = [], ...rules }]) => (
        <div key={agent} class="desk-group">
          <h4>
            {agent === "*" ? "Every agent" : "Agent "}
            {agent !== "*" && <Exact text={agent} />}
          </h4>
          <ul class="rules">
            {ruleLines(rules, {}).map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
          <ul class="cards">
            {allowlist.map((entry) => (
              <EntryCard key={entryKey(entry)} entry={entry} agent={agent} snapshot={snapshot} />
            ))}
          </ul>
        </div>
      ))}
    </>
  );
}

interface EntryProps {
  readonly entry: AllowedEntry;
  readonly agent: string;
  readonly snapshot: Snapshot;
}

function EntryCard({ entry, agent, snapshot }: EntryProps) {
  const desk = useDesk();
  /** The rules as they were when the question was put: those that are changed meanwhile are not written over. */
  const [asked, setAsked] = useState<Snapshot | undefined>(undefined);
  const nowMs = useGatewayNow();
  const { pattern, argPattern, commandText, lastUsedAt } = entry;
  const forget = ({ file, hash }: Snapshot) =>
    desk.act(
      (client) =>
        client.call("exec.approvals.set", { file: withoutEntry(file, agent, entryKey(entry)), baseHash: hash }),
      () => "The command asks again from now on.",
      ["rules"],
    );
  return (
    <li class="card slim">
      <div class="card-row">
        <div>
          <code>
            <Exact text={commandText ?? `${pattern} ${argPattern ?? ""}`.trim()} />
          </code>
          <p class="faint">
            <Exact text={pattern} />
            {" · "}
            {lastUsedAt === undefined ? "never used" : `used ${agoWords(lastUsedAt, nowMs)}`}
          </p>
        </div>
        <Act text="Forget" label={`Forget ${lineOf(commandText ?? pattern)}`} act={() => setAsked(snapshot)} />
      </div>
      {asked && (
        <ConfirmDialog
          title="Ask again before this command runs?"
          text={lineOf(commandText ?? pattern)}
          verb="Ask again"
          close={() => setAsked(undefined)}
          confirm={() => void forget(asked)}
        />
      )}
    </li>
  );
}
