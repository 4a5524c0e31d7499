import { useState } from "preact/hooks";
import { useDeskState } from "../desk-context.ts";
import type { Lists } from "../desk-readings.ts";
import { Hollow, Listing, Missing, useMay } from "./frame.tsx";
import { NewScreen } from "./new-screen.tsx";
import { NodeCard } from "./node-card.tsx";
import { RequestCard } from "./node-request.tsx";
import { nodeName, type ShownNode } from "./node-words.ts";

/** The devices that the agent may use: what waits for approval, each with what it can do, and the way to new ones. */

/** From so many on a person would rather type a name than look for it. */
const searchedFrom = 7;

export function Nodes() {
  const nodes = useDeskState((state) => state.nodes);
  return (
    <Listing name="nodes" reading={nodes} what="which nodes there are" command="clawdia nodes list">
      {(list) => (
        <>
          <NewScreen nodes={list} />
          <Requests />
          <h3>{list.length > 1 ? `Nodes (${list.length})` : "Nodes"}</h3>
          {list.length === 0 ? (
            <Hollow title="No node yet">
              A node is a device that your agent may use: its screen, camera, place or programs. “New screen” makes any
              browser one; an app connects by itself; on another machine: clawdia node run
            </Hollow>
          ) : (
            <NodeList list={list} />
          )}
        </>
      )}
    </Listing>
  );
}

function Requests() {
  const mayDecide = useMay("operator.pairing");
  const { value } = useDeskState((state) => state.nodeRequests);
  if (!mayDecide) {
    return <Missing scope="operator.pairing" what="approve, rename or forget nodes" command="clawdia nodes approve" />;
  }
  if (!value || value.pending.length === 0) return null;
  return (
    <>
      <h3>Waiting for approval</h3>
      <ul class="cards">
        {value.pending.map((one) => (
          <RequestCard key={one.requestId} one={one} />
        ))}
      </ul>
    </>
  );
}

function NodeList({ list }: { readonly list: readonly ShownNode[] }) {
  const paired = useDeskState((state) => state.nodeRequests.value?.paired);
  const [sought, setSought] = useState("");
  const isSearched = list.length >= searchedFrom;
  const shown = isSearched ? list.filter((node) => fits(node, sought)) : list;
  return (
    <>
      {isSearched && (
        <div class="filters">
          <input
            type="search"
            aria-label="Find a node"
            placeholder="Find a node by name or kind"
            value={sought}
            onInput={({ currentTarget }) => setSought(currentTarget.value)}
          />
        </div>
      )}
      {shown.length === 0 && <Hollow title="No node fits" />}
      <ul class="cards">
        {shown.map((node) => (
          <NodeCard key={node.nodeId} node={node} declined={declinedOf(paired, node)} />
        ))}
      </ul>
    </>
  );
}

function fits(node: ShownNode, sought: string): boolean {
  const text = `${nodeName(node)} ${node.platform ?? ""} ${node.deviceFamily ?? ""}`.toLowerCase();
  return text.includes(sought.trim().toLowerCase());
}

function declinedOf(paired: Lists["nodeRequests"]["paired"] | undefined, { nodeId }: ShownNode): readonly string[] {
  return paired?.find((one) => one.nodeId === nodeId)?.declinedCommands ?? [];
}
