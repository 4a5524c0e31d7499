import type { Methods } from "../../gateway/index.ts";
import { realClock } from "../../lib/index.ts";
import type { ResultOf } from "../../protocol/index.ts";
import { type Connected, withGateway } from "../connected.ts";
import { refused } from "../failure.ts";
import type { GatewayFlags } from "../gateway-flags.ts";
import { printJson, printLine } from "../print.ts";
import { confirmed } from "../prompt.ts";
import { paint } from "../style.ts";
import { printFacts } from "../table.ts";
import { agoWords, shortId, shown } from "../words.ts";
import { chosenNode, type ListedNode, nodeName, printNodes } from "./ask-node.ts";

/** What the owner sees of nodes, and decides about them. */

type Pending = ResultOf<Methods["node.pair.list"]>["pending"][number];
type Paired = ResultOf<Methods["node.pair.list"]>["paired"][number];

export interface OnlyFlag extends GatewayFlags {
  readonly only?: string | undefined;
}

export async function listNodes(flags: GatewayFlags): Promise<void> {
  const { nodes, pending } = await withGateway(flags, async ({ call }) => {
    const { nodes: all } = await call("node.list", {});
    // Who may only read sees the nodes all the same.
    const asked = await call("node.pair.list", {}).catch(() => undefined);
    return { nodes: all, pending: asked?.pending ?? [] };
  });
  if (flags.json) return printJson({ nodes, pending });
  if (pending.length > 0) printPending(pending);
  if (nodes.length > 0) return printNodes(nodes);
  if (pending.length === 0)
    printLine(
      "There is no node yet. Connect one: an app, a browser (clawdia canvas link --qr), or clawdia node run on " +
        "another machine.",
    );
}

export async function describeOne(word: string, flags: GatewayFlags): Promise<void> {
  const node = await withGateway(flags, async ({ call }) => chosenNode((await call("node.list", {})).nodes, word));
  if (flags.json) return printJson(node);
  const nowMs = realClock.nowMs();
  printFacts([
    ["name", nodeName(node)],
    ["id", shown(node.nodeId)],
    ["platform", shown([node.platform, node.deviceFamily, node.modelIdentifier].filter(Boolean).join(", "))],
    ["version", shown(node.version)],
    ["address", shown(node.remoteIp)],
    ["state", node.connected ? `connected ${agoWords(node.connectedAtMs, nowMs)}` : "not connected"],
    ["abilities", shown(node.caps.join(", "))],
    ["may be asked for", lines(node.commands)],
    ["may chat", node.mayChat ? "yes: it talks to your agent and hears the conversations that it asks for" : "no"],
    ["waits for you", lines(node.pendingCommands ?? [])],
    ["permissions", lines(Object.entries(node.permissions ?? {}).map(([name, on]) => `${name}: ${on ? "yes" : "no"}`))],
    ["approve with", node.pendingRequestId && `clawdia nodes approve ${shortId(node.pendingRequestId)}`],
  ]);
}

export async function approve(word: string | undefined, flags: OnlyFlag): Promise<void> {
  const only = names(flags.only);
  const { node, requestId } = await withGateway(flags, async (gateway) => {
    const request = await requestFor(gateway, word, only);
    const commands = only.length > 0 && request.commands ? { commands: [...only] } : {};
    return gateway.call("node.pair.approve", { requestId: request.requestId, ...commands });
  });
  if (flags.json) return printJson({ requestId, node });
  printLine(`${nodeName(node)} may be asked for: ${shown((node.commands ?? []).join(", ")) || "nothing yet"}.`);
  if (node.commands === undefined) printLine("It connects by itself now; then clawdia nodes list says what it offers.");
}

export async function reject(word: string | undefined, flags: GatewayFlags): Promise<void> {
  const done = await withGateway(flags, async (gateway) => {
    const request = await requestFor(gateway, word, []);
    return gateway.call("node.pair.reject", { requestId: request.requestId });
  });
  if (flags.json) return printJson(done);
  printLine(
    `Rejected. ${shortId(done.nodeId)} does not ask for the same again; clawdia nodes approve gives it anyway.`,
  );
}

export async function revoke(word: string, flags: OnlyFlag): Promise<void> {
  const only = names(flags.only);
  const { node } = await withGateway(flags, async ({ call }) => {
    const { nodeId } = chosenNode((await call("node.list", {})).nodes, word);
    return call("node.pair.revoke", { nodeId, ...(only.length > 0 && { commands: [...only] }) });
  });
  if (flags.json) return printJson({ node });
  printLine(`${nodeName(node)} may be asked for: ${shown((node.commands ?? []).join(", ")) || "nothing"}.`);
}

export async function rename(word: string, displayName: string, flags: GatewayFlags): Promise<void> {
  const done = await withGateway(flags, async ({ call }) => {
    const { nodeId } = chosenNode((await call("node.list", {})).nodes, word);
    return call("node.rename", { nodeId, displayName });
  });
  if (flags.json) return printJson(done);
  printLine(`Node ${shortId(done.nodeId)} is called "${shown(done.displayName)}" now.`);
}

export async function remove(
  word: string,
  flags: GatewayFlags & { readonly yes?: boolean | undefined },
): Promise<void> {
  const done = await withGateway(flags, async ({ call }) => {
    const node: ListedNode = chosenNode((await call("node.list", {})).nodes, word);
    const isSure = flags.yes || (await confirmed(`Forget the node ${nodeName(node)}?`));
    return isSure ? call("node.pair.remove", { nodeId: node.nodeId }) : undefined;
  });
  if (!done) throw refused("no node was removed");
  if (flags.json) return printJson(done);
  printLine(`${shortId(done.nodeId)} is no node any more, until it is approved again.`);
}

/**
 * The request that is meant: by its id, by its node, or the only one. A node whose commands were declined asks for
 * them once more.
 */
async function requestFor({ call }: Connected, word: string | undefined, only: readonly string[]): Promise<Pending> {
  const { pending, paired } = await call("node.pair.list", {});
  const fitting = word === undefined ? pending : pending.filter((one) => isMeant(one, word));
  if (fitting.length === 1) {
    const [request] = fitting;
    const isWhole = only.every((command) => request!.commands?.includes(command) ?? true);
    return isWhole ? request! : askAgain(call, request!.nodeId, only);
  }
  if (fitting.length > 1) {
    printPending(fitting);
    throw refused(`${fitting.length} requests wait: say which one`, "clawdia nodes approve REQUEST, of this list");
  }
  const known = word === undefined ? [] : paired.filter((one) => isMeant({ ...one, requestId: "" }, word));
  if (known.length === 1) return askAgain(call, known[0]!.nodeId, only);
  if (pending.length > 0) printPending(pending);
  const problem = word === undefined ? "no node waits for approval" : `nothing that waits fits ${shown(word)}`;
  throw refused(problem, "clawdia nodes list");
}

async function askAgain(call: Connected["call"], nodeId: string, commands: readonly string[]): Promise<Pending> {
  return (await call("node.pair.request", { nodeId, ...(commands.length > 0 && { commands: [...commands] }) })).request;
}

function isMeant(
  one: Pick<Pending | (Paired & { requestId: string }), "nodeId" | "displayName" | "requestId">,
  word: string,
): boolean {
  const { requestId, nodeId, displayName } = one;
  const isId = word.length >= 4 && (requestId.startsWith(word) || nodeId.startsWith(word));
  return isId || displayName?.toLowerCase() === word.toLowerCase();
}

function printPending(pending: readonly Pending[]): void {
  for (const one of pending) {
    const what = one.commands ? "offers what nobody approved yet" : "wants to be a node";
    printLine(paint("yellow", `${nodeName(one)} ${what}`));
    printFacts([
      ["from", shown([one.platform, one.remoteIp ?? "this machine"].filter(Boolean).join(", "))],
      ["asks for", lines((one.commands ?? []).map(inWords))],
      ["asked", agoWords(one.ts, realClock.nowMs())],
      ["approve", `clawdia nodes approve ${shortId(one.requestId)}`],
      ["only some", one.commands && `clawdia nodes approve ${shortId(one.requestId)} --only ${one.commands[0] ?? ""}`],
      ["reject", `clawdia nodes reject ${shortId(one.requestId)}`],
    ]);
    printLine();
  }
}

const meanings: Readonly<Record<string, string>> = {
  chat: "talk to your agent, and hear the conversations that it asks for",
  "camera.snap": "take pictures",
  "camera.clip": "film, with sound",
  "screen.record": "record the screen",
  "sms.send": "send text messages in your name",
  "system.run": "run programs on it",
  "browser.proxy": "use the browser on it",
};

function inWords(command: string): string {
  const meaning = Object.hasOwn(meanings, command) ? meanings[command] : undefined;
  return meaning === undefined ? shown(command) : `${shown(command)}: ${meaning}`;
}

function lines(values: readonly string[]): string | undefined {
  return values.length === 0 ? undefined : values.map((value) => shown(value)).join(", ");
}

function names(written: string | undefined): readonly string[] {
  return (written ?? "")
    .split(",")
    .map((name) => name.trim())
    .filter((name) => name !== "");
}
