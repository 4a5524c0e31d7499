import type { ArgsDef } from "citty";
import type { Methods } from "../../gateway/index.ts";
import { makeIds, realClock, realRandom } from "../../lib/index.ts";
import { findNode, invokeTimeoutMs } from "../../nodes/index.ts";
import type { ResultOf } from "../../protocol/index.ts";
import { type Connected, withGateway } from "../connected.ts";
import { refused, UsageError, wholeNumber } from "../failure.ts";
import { type GatewayFlags, gatewayFlags } from "../gateway-flags.ts";
import { printTable } from "../table.ts";
import { agoWords, shortId, shown } from "../words.ts";

/** Which node a command means, and asking it. */

export type ListedNode = ResultOf<Methods["node.list"]>["nodes"][number];

export const nodeFlags = {
  node: { type: "string", description: "Name or id of the node (default: the only one that can)", valueHint: "NODE" },
  ...gatewayFlags,
} as const satisfies ArgsDef;

export interface NodeFlags extends GatewayFlags {
  readonly node?: string | undefined;
}

export interface Asked {
  readonly node: ListedNode;
  readonly payload: unknown;
}

/** The gateway tells first when a node's time is up. */
const graceMs = 15_000;
/** The longest that anybody waits for a node. */
const longestMs = 3_600_000;

export async function askNode(flags: NodeFlags, command: string, params: object | undefined): Promise<Asked> {
  return withGateway(flags, (gateway) => askOver(gateway, flags, { command, params }));
}

/** As `askNode`, over a connection that is open already. */
export async function askOver(
  { call }: Connected,
  flags: NodeFlags,
  { command, params }: { readonly command: string; readonly params: object | undefined },
): Promise<Asked> {
  const node = chosenNode((await call("node.list", {})).nodes, flags.node, command);
  const timeoutMs = invokeTimeoutMs(params, wholeNumber("timeout", flags.timeout, { max: longestMs }));
  const idempotencyKey = makeIds(realClock, realRandom).uuid();
  const asked = { nodeId: node.nodeId, command, timeoutMs, idempotencyKey, ...(params && { params }) };
  const { payload } = await call("node.invoke", asked, { timeoutMs: timeoutMs + graceMs });
  return { node, payload };
}

export function chosenNode(nodes: readonly ListedNode[], word: string | undefined, command?: string): ListedNode {
  const found = findNode(nodes, word, command);
  if (found.kind === "found") return found.node;
  if (found.kind === "several") {
    printNodes(found.nodes);
    throw refused(`${found.nodes.length} nodes fit: say which one`, "the same command with --node NAME");
  }
  throw refused(word === undefined ? found.problem : `${found.problem}: ${shown(word)}`, "clawdia nodes list");
}

export function printNodes(nodes: readonly ListedNode[]): void {
  const nowMs = realClock.nowMs();
  printTable(
    ["NODE", "NAME", "PLATFORM", "STATE", "MAY", "WAITS FOR YOU"],
    nodes.map((node) => [
      shortId(node.nodeId),
      nodeName(node),
      shown(node.platform),
      node.connected ? "connected" : `seen ${agoWords(node.lastConnectedAtMs, nowMs)}`,
      summary([...node.commands, ...(node.mayChat ? ["chat"] : [])]),
      shown((node.pendingCommands ?? []).join(", ")),
    ]),
  );
}

export function nodeName({ displayName, nodeId }: { readonly displayName?: string; readonly nodeId: string }): string {
  return shown(displayName ?? shortId(nodeId));
}

/** `canvas (8), camera.snap`: a group by its name once it has more than two. */
function summary(commands: readonly string[]): string {
  const groups = Map.groupBy(commands, (command) => command.split(".")[0]!);
  return [...groups]
    .map(([group, members]) => (members.length > 2 ? `${group} (${members.length})` : members.join(", ")))
    .map((part) => shown(part))
    .join(", ");
}

/** JSON of a flag, as an object. */
export function parsedObject(flag: string, text: string | undefined): object | undefined {
  if (text === undefined) return undefined;
  try {
    const value = JSON.parse(text) as unknown;
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  } catch (error) {
    throw new UsageError(`--${flag} is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  throw new UsageError(`--${flag} must be a JSON object, for instance '{"a":1}'`);
}
