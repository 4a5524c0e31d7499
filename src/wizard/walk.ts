import { helloPart, isGreeted } from "./hello-part.ts";
import { modelPart } from "./model-part.ts";
import { networkPart } from "./network-part.ts";
import { ownerPart } from "./owner-part.ts";
import { type Led, type Part, said } from "./part.ts";
import type { SetupDesk } from "./setup-desk.ts";
import type { SetupPart } from "./setup-state.ts";
import { skip } from "./step.ts";
import type { Talk } from "./talk.ts";

/** The way through the setup: what is done is passed by, what is missing is asked for, and back leads back. */

export interface Walker {
  readonly by: string;
  readonly flow?: "setup" | "channels" | undefined;
  readonly channel?: string | undefined;
  readonly installDaemon?: boolean | undefined;
  /** The client runs on the gateway's machine, beside it, and could install the service. */
  readonly isOnMachine: boolean;
}

const order = ["model", "network", "owner", "hello"] as const;
type StopName = (typeof order)[number];

const titles: Readonly<Record<StopName, string>> = {
  model: "A model",
  network: "A network",
  owner: "You as the owner",
  hello: "The first message",
};

const parts: Readonly<Record<StopName, Part>> = {
  model: modelPart,
  network: (room) => networkPart(room),
  owner: ownerPart,
  hello: helloPart,
};

export async function walk(talk: Talk, desk: SetupDesk, walker: Walker): Promise<void> {
  const { by, channel, flow } = walker;
  if (flow === "channels") {
    await networkPart({ talk, desk, by, title: titles.network }, channel);
    return;
  }
  const begin = await begun(talk, desk);
  if (begin === "close") return;
  await walkFrom(begin, { talk, desk, walker });
  await keepRunning(talk, desk, walker);
  await talk.note({ title: "That was it", message: farewell(desk) });
}

interface Stops {
  readonly talk: Talk;
  readonly desk: SetupDesk;
  readonly walker: Walker;
}

/** Parts are visited when something is missing there, or when the person came back to them. */
async function walkFrom({ at, before, isChange = false }: Begin, { talk, desk, walker }: Stops): Promise<void> {
  const visited: number[] = [];
  let isWanted = true;
  let first = before;
  for (let index = order.indexOf(at); index < order.length;) {
    const name = order[index]!;
    // Who changes one thing is not greeted for it, unless there is a new owner.
    const isKnown = name === "hello" && isChange && !visited.includes(order.indexOf("owner"));
    if (!isWanted && (isKnown || isSettled(desk, name))) {
      index++;
      continue;
    }
    const title = `${titles[name]} (${index + 1} of ${order.length})`;
    const led: Led = await parts[name]({ talk, desk, by: walker.by, title, before: first });
    first = undefined;
    if (led === "back") {
      // At the first part that was visited, back leads to the one before it.
      index = visited.pop() ?? Math.max(0, index - 1);
      isWanted = true;
      continue;
    }
    if (led === "skipped" && name !== "hello") await desk.skip(name);
    visited.push(index++);
    isWanted = false;
  }
}

function isSettled(desk: SetupDesk, name: StopName): boolean {
  return name !== "hello" && desk.state().parts.find((part) => part.name === name)?.state !== "open";
}

interface Begin {
  readonly at: StopName;
  /** What has been done before, for a setup that goes on. */
  readonly before?: string;
  readonly isChange?: boolean;
}

/** With a welcome, at the first part that is missing, or where the person wants to change something. */
async function begun(talk: Talk, desk: SetupDesk): Promise<Begin | "close"> {
  const state = desk.state();
  if (state.isFresh) {
    await talk.note({ title: "Welcome to Clawdia", message: welcome });
    return { at: "model" };
  }
  const open = state.parts.find((part) => part.state === "open");
  const before = `Done so far: ${state.parts.flatMap(doneWords).join("; ")}.`;
  if (open) return { at: open.name, ...(state.parts.some((part) => part.summary) && { before }) };
  const way = await talk.select({
    title: "Clawdia is set up",
    message: state.parts.map((part) => `${titles[part.name]}: ${part.summary ?? "skipped"}`).join("\n"),
    options: [
      { value: "close", label: "Close", hint: "all stays as it is" },
      { value: "model", label: "Choose another model" },
      { value: "network", label: "Link a network" },
      ...(desk.linked.length === 0 ? [] : [{ value: "owner", label: "Approve somebody as the owner" }]),
      ...(isGreeted(desk) ? [] : [{ value: "hello", label: "Send the first message" }]),
    ],
  });
  return way === "close" ? "close" : { at: way as StopName, isChange: true };
}

function doneWords({ name, summary }: SetupPart): string[] {
  return summary === undefined ? [] : [`${titles[name].toLowerCase()}: ${summary}`];
}

const welcome = [
  "Four things, in some three minutes; each can be skipped:",
  "1. a model that answers\n2. a network to talk on\n3. you as the owner\n4. a first message",
  "You can stop at any time. What is done stays done, and clawdia setup goes on where something is missing.",
].join("\n\n");

/** Only who sits at the gateway's machine can have the service installed; it is the client that does it. */
async function keepRunning(talk: Talk, { parts: { isService } }: SetupDesk, walker: Walker): Promise<void> {
  if (!walker.isOnMachine || isService || walker.installDaemon === false) return;
  await talk.act({
    title: "Keep it running",
    message: "clawdia service install has this machine start Clawdia by itself, and again after a crash.",
    options: [skip()],
  });
}

function farewell(desk: SetupDesk): string {
  const { parts: all } = desk.state();
  const missing = { model: "clawdia models choose", network: "clawdia providers add", owner: "clawdia approvals" };
  const left = all.flatMap(({ name, state }) => (state === "done" ? [] : [`${titles[name]}: ${missing[name]}`]));
  return said(
    all.flatMap(({ name, summary }) => (summary === undefined ? [] : [`${titles[name]}: ${summary}`])).join("\n"),
    left.length === 0 ? "" : `Skipped, and there when you want it:\n${left.join("\n")}`,
    [
      "Your agent answers where you linked it.",
      "In WebChat: clawdia token --link",
      "In a terminal: clawdia chat",
      "How it is: clawdia status",
      "To change any of this: clawdia setup",
    ].join("\n"),
  );
}
