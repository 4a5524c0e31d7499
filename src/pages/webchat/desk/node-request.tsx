import { useState } from "preact/hooks";
import { useDesk } from "../desk-context.ts";
import { ConfirmDialog } from "../dialogs.tsx";
import { Act } from "./frame.tsx";
import { isGrave, meaningOf, nodeName, type NodeRequest, platformName } from "./node-words.ts";
import { useGatewayNow } from "./people.tsx";
import { agoWords } from "./spans.ts";
import { Exact, lineOf, Written } from "./written.tsx";

/** A device that wants to be a node, or a node that offers more than it was approved for. */

export function RequestCard({ one }: { readonly one: NodeRequest }) {
  const nowMs = useGatewayNow();
  return (
    <li class="card">
      <div class="card-head">
        <h4>
          <Written text={nodeName(one)} isLine />
        </h4>
        <span class="faint">asked {agoWords(one.ts, nowMs)}</span>
      </div>
      <p class="faint">
        <Written text={platformName(one)} isLine /> · from{" "}
        {one.remoteIp === undefined ? "the gateway's own machine" : <Written text={one.remoteIp} isLine />} · id{" "}
        <code>{one.nodeId.slice(0, 12)}</code>
      </p>
      {one.commands === undefined ? <NewNode one={one} /> : <MoreCommands one={one} commands={one.commands} />}
    </li>
  );
}

function NewNode({ one }: { readonly one: NodeRequest }) {
  const desk = useDesk();
  const name = lineOf(nodeName(one));
  const approve = () =>
    desk.act(
      (client) => client.call("node.pair.approve", { requestId: one.requestId }),
      () => `${name} is a node now. What it may not do yet shows here.`,
      ["nodeRequests", "nodes"],
    );
  return (
    <>
      <p>
        It wants to be a node: a canvas for your agent, and to tell where it is and show notifications as far as it can.
        Camera, screen, text messages and programs are asked about one by one afterwards.
      </p>
      <div class="acts">
        <Act kind="strong" text="Approve" label={`Approve ${name}`} act={() => void approve()} />
        <RejectAct one={one} />
      </div>
    </>
  );
}

interface MoreProps {
  readonly one: NodeRequest;
  readonly commands: readonly string[];
}

function MoreCommands({ one, commands }: MoreProps) {
  const desk = useDesk();
  const [without, setWithout] = useState<readonly string[]>([]);
  const [isAsked, setAsked] = useState(false);
  const chosen = commands.filter((command) => !without.includes(command));
  const grave = chosen.filter(isGrave);
  const name = lineOf(nodeName(one));
  const allow = () =>
    desk.act(
      (client) => client.call("node.pair.approve", { requestId: one.requestId, commands: [...chosen] }),
      () => `${name}: your agent may now ${inWords(chosen)}.`,
      ["nodeRequests", "nodes"],
    );
  return (
    <>
      <p>It offers what nobody allowed yet. If you allow it, your agent may:</p>
      <ul class="grants">
        {commands.map((command) => (
          <li key={command}>
            <label class="check">
              <input
                type="checkbox"
                checked={!without.includes(command)}
                onChange={({ currentTarget: { checked } }) =>
                  setWithout(checked ? without.filter((other) => other !== command) : [...without, command])
                }
              />
              <span>
                {meaningOf(command) ?? "ask it for"} <Exact text={command} />
              </span>
            </label>
          </li>
        ))}
      </ul>
      <div class="acts">
        {chosen.length > 0 && (
          <Act
            kind="strong"
            text={chosen.length === commands.length ? "Allow" : `Allow ${chosen.length} of ${commands.length}`}
            label={`Allow ${name} what is ticked`}
            act={() => (grave.length > 0 ? setAsked(true) : void allow())}
          />
        )}
        <RejectAct one={one} />
      </div>
      {isAsked && (
        <ConfirmDialog
          title={`Let your agent do this with “${name}”?`}
          text={`Your agent may then ${inWords(grave)}.`}
          verb="Allow it"
          close={() => setAsked(false)}
          confirm={() => void allow()}
        />
      )}
    </>
  );
}

function inWords(commands: readonly string[]): string {
  return commands.map((command) => meaningOf(command) ?? `ask it for ${lineOf(command)}`).join("; ");
}

function RejectAct({ one }: { readonly one: NodeRequest }) {
  const desk = useDesk();
  const name = lineOf(nodeName(one));
  const reject = () =>
    desk.act(
      (client) => client.call("node.pair.reject", { requestId: one.requestId }),
      () => (one.commands ? `${name} goes on without it, and does not ask again.` : "Turned down."),
      ["nodeRequests", "nodes"],
    );
  return <Act text="Reject" label={`Reject ${name}`} act={() => void reject()} />;
}
