import { useState } from "preact/hooks";
import { useDesk } from "../desk-context.ts";
import { ConfirmDialog, RenameDialog } from "../dialogs.tsx";
import { Act, useMay } from "./frame.tsx";
import { meaningOf, nodeName, type ShownNode } from "./node-words.ts";
import { Exact, lineOf, Written } from "./written.tsx";

/** What a node may do in full, and what a person decides about it: opened when somebody wants to know. */

const forgetWords =
  "It is put out at once, and what was allowed to it is forgotten. To come back it needs a new approval or a new link.";

interface DetailsProps {
  readonly node: ShownNode;
  readonly declined: readonly string[];
}

export function NodeDetails({ node, declined }: DetailsProps) {
  const mayDecide = useMay("operator.pairing");
  const { nodeId, version, remoteIp, commands, pendingCommands = [], mayChat } = node;
  const given = [...commands, ...(mayChat ? ["chat"] : [])];
  return (
    <details class="node-details">
      <summary>
        What it may do, name and more
        {pendingCommands.length > 0 && <span class="faint"> · {pendingCommands.length} not allowed yet</span>}
      </summary>
      <dl class="facts">
        <Fact name="id" text={nodeId.slice(0, 12)} />
        {version !== undefined && <Fact name="version" text={version} />}
        <Fact name="address" text={remoteIp ?? "the gateway's own machine"} />
      </dl>
      <Commands node={node} title="May be asked for" commands={given} verb="Take back" />
      <Commands node={node} title="Waits for you, above" commands={pendingCommands} verb={undefined} />
      <Commands node={node} title="You said no to" commands={declined} verb="Ask again" />
      {mayDecide && <Decisions node={node} />}
    </details>
  );
}

function Fact({ name, text }: { readonly name: string; readonly text: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <Written text={text} isLine />
      </dd>
    </div>
  );
}

interface CommandsProps {
  readonly node: ShownNode;
  readonly title: string;
  readonly commands: readonly string[];
  readonly verb: "Take back" | "Ask again" | undefined;
}

/** What needs an approval of its own stands by itself, with what undoes it; the rest is one line. */
function Commands({ node, title, commands, verb }: CommandsProps) {
  const mayDecide = useMay("operator.pairing");
  if (commands.length === 0) return null;
  const special = commands.filter((command) => verb === "Ask again" || meaningOf(command) !== undefined);
  const usual = commands.filter((command) => !special.includes(command));
  return (
    <section class="may" aria-label={title}>
      <h5>{title}</h5>
      {usual.length > 0 && (
        <p class="faint">
          <Exact text={usual.join(", ")} />
        </p>
      )}
      <ul class="grants">
        {special.map((command) => (
          <li key={command} class="card-row">
            <span>
              {meaningOf(command)} <Exact text={command} />
            </span>
            {verb !== undefined && mayDecide && <CommandAct node={node} command={command} verb={verb} />}
          </li>
        ))}
      </ul>
    </section>
  );
}

interface CommandActProps {
  readonly node: ShownNode;
  readonly command: string;
  readonly verb: "Take back" | "Ask again";
}

function CommandAct({ node, command, verb }: CommandActProps) {
  const desk = useDesk();
  const { nodeId } = node;
  const name = lineOf(nodeName(node));
  const takeBack = () =>
    desk.act(
      (client) => client.call("node.pair.revoke", { nodeId, commands: [command] }),
      () => `${name} is not asked for ${command} any more.`,
      ["nodes", "nodeRequests"],
    );
  const askAgain = () =>
    desk.act(
      (client) => client.call("node.pair.request", { nodeId, commands: [command] }),
      () => `${command} of ${name} waits for your answer again.`,
      ["nodes", "nodeRequests"],
    );
  const act = verb === "Take back" ? takeBack : askAgain;
  return <Act text={verb} label={`${verb}: ${command} of ${name}`} act={() => void act()} />;
}

function Decisions({ node }: { readonly node: ShownNode }) {
  const desk = useDesk();
  const [asked, setAsked] = useState<"rename" | "forget">();
  const { nodeId } = node;
  const name = lineOf(nodeName(node));
  const rename = (displayName: string) => {
    if (displayName === "" || displayName === node.displayName) return;
    void desk.act(
      (client) => client.call("node.rename", { nodeId, displayName }),
      (done) => `It is called “${lineOf(done.displayName)}” now.`,
      ["nodes", "nodeRequests"],
    );
  };
  const forget = () =>
    desk.act(
      (client) => client.call("node.pair.remove", { nodeId }),
      () => `${name} is no node any more.`,
      ["nodes", "nodeRequests"],
    );
  return (
    <div class="acts">
      <Act text="Rename" label={`Rename ${name}`} act={() => setAsked("rename")} />
      <Act text="Forget" label={`Forget ${name}`} act={() => setAsked("forget")} />
      {asked === "rename" && (
        <RenameDialog
          title="Rename the node"
          hint="What it is called"
          label={node.displayName ?? ""}
          close={() => setAsked(undefined)}
          rename={rename}
        />
      )}
      {asked === "forget" && (
        <ConfirmDialog
          title={`Forget “${name}”?`}
          text={forgetWords}
          verb="Forget it"
          close={() => setAsked(undefined)}
          confirm={() => void forget()}
        />
      )}
    </div>
  );
}
