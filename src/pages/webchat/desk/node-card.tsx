import { capitalised, timeOfDay } from "../moments.ts";
import { Chip } from "./frame.tsx";
import { useNode } from "./node-asking.ts";
import { NodeActs } from "./node-acts.tsx";
import { NodeDetails } from "./node-details.tsx";
import { abilitiesOf, nodeName, type Outcome, platformName, type ShownNode, stateOf } from "./node-words.ts";
import { useGatewayNow } from "./people.tsx";
import { agoWords } from "./spans.ts";
import { lineOf, Written } from "./written.tsx";

/** One node: how it is, what it can be asked, and what it answered. */

interface NodeProps {
  readonly node: ShownNode;
  readonly declined: readonly string[];
}

export function NodeCard({ node, declined }: NodeProps) {
  const nowMs = useGatewayNow();
  const { asking, outcome, ask, forget } = useNode(node);
  const [tone, state] = stateOf(node, asking);
  const abilities = abilitiesOf(node);
  return (
    <li class="card node" aria-label={lineOf(nodeName(node))}>
      <div class="card-head">
        <h4>
          <Written text={nodeName(node)} isLine /> <span class="faint">{platformName(node)}</span>
        </h4>
        <Chip tone={tone} text={state} />
      </div>
      <p class="faint">
        {abilities.length === 0 ? "Nothing may be asked of it yet" : capitalised(abilities.join(", "))}
        {whenWords(node, nowMs)}.
      </p>
      {node.connected ? (
        <NodeActs node={node} ask={ask} isAsking={asking !== undefined} />
      ) : (
        <p class="faint">It can be asked when it is back: open it on that device.</p>
      )}
      <div role="status" class="node-answer">
        {asking !== undefined && (
          <p class="waiting">
            <span class="pulse" aria-hidden="true" />
            {asking}
          </p>
        )}
        {outcome && <Answer outcome={outcome} name={lineOf(nodeName(node))} close={forget} />}
      </div>
      <NodeDetails node={node} declined={declined} />
    </li>
  );
}

function whenWords({ connected, connectedAtMs, lastConnectedAtMs }: ShownNode, nowMs: number): string {
  if (connected) return connectedAtMs === undefined ? "" : ` · connected ${agoWords(connectedAtMs, nowMs)}`;
  return lastConnectedAtMs === undefined ? " · never connected" : ` · seen ${agoWords(lastConnectedAtMs, nowMs)}`;
}

interface AnswerProps {
  readonly outcome: Outcome;
  readonly name: string;
  readonly close: () => void;
}

function Answer({ outcome, name, close }: AnswerProps) {
  if (outcome.kind === "picture") return <Picture picture={outcome} name={name} close={close} />;
  if (outcome.kind !== "place") {
    return (
      <p class={outcome.kind === "failed" ? "trouble" : "faint"}>
        <Written text={capitalised(outcome.text)} isLine />
      </p>
    );
  }
  const { lat, lon, about } = outcome;
  const map = `https://www.openstreetmap.org/?mlat=${lat}&mlon=${lon}#map=16/${lat}/${lon}`;
  return (
    <p>
      It is at {lat.toFixed(5)}, {lon.toFixed(5)}
      {about !== "" && <span class="faint"> ({about})</span>}.{" "}
      <a href={map} target="_blank" rel="noreferrer noopener">
        Show it on OpenStreetMap
      </a>
    </p>
  );
}

interface PictureProps {
  readonly picture: Extract<Outcome, { kind: "picture" }>;
  readonly name: string;
  readonly close: () => void;
}

function Picture({ picture: { address, file, atMs }, name, close }: PictureProps) {
  return (
    <figure class="taken">
      <img src={address} alt={`What ${name} saw at ${timeOfDay(atMs)}`} />
      <figcaption>
        <span class="faint">{timeOfDay(atMs)}</span>
        <a class="plain" href={address} download={file}>
          Save
        </a>
        <button type="button" class="plain" onClick={close}>
          Close
        </button>
      </figcaption>
    </figure>
  );
}
