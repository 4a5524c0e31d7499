import { Type } from "@sinclair/typebox";
import { expect, test } from "bun:test";
import { Broadcast, type Listener } from "../../src/gateway/broadcast.ts";
import { Outgoing } from "../../src/gateway/outgoing.ts";
import {
  connected,
  event,
  node,
  operator,
  type OperatorScope,
  type Principal,
  type Role,
} from "../../src/protocol/index.ts";

const events = {
  tick: event({ summary: "t", access: connected(), delivery: "lossy", payload: Type.Object({ ts: Type.Number() }) }),
  health: event({
    summary: "h",
    access: operator("read"),
    delivery: "sure",
    stateVersion: true,
    payload: Type.Object({ ok: Type.Boolean() }),
  }),
  paired: event({
    summary: "p",
    access: operator("pairing"),
    delivery: "lossy",
    payload: Type.Object({ id: Type.String() }),
  }),
  wake: event({ summary: "w", access: node(), delivery: "sure", payload: Type.Object({}) }),
  said: event({
    summary: "s",
    access: operator("read"),
    delivery: ({ state }) => (state === "delta" ? "lossy" : "sure"),
    topicKey: "sessionKey",
    payload: Type.Object({ sessionKey: Type.String(), state: Type.String(), written: Type.Unknown() }),
  }),
};

class Ear implements Listener {
  /** Topics that it asked for. */
  readonly topics = new Set<string>();
  readonly heard: string[] = [];
  readonly principal: Principal;
  readonly outgoing: Outgoing;
  readonly #names: ReadonlyMap<string, string>;

  constructor(stage: Stage, role: Role, scopes: readonly OperatorScope[], names: Readonly<Record<string, string>>) {
    this.principal = { id: "x", role, scopes, displayName: "x", isLocal: true };
    this.#names = new Map(Object.entries(names));
    const port = {
      send: (text: string) => this.heard.push(text),
      bufferedBytes: () => 0,
      cork: (write: () => void) => write(),
      pauseReading: () => undefined,
      resumeReading: () => undefined,
      close: () => undefined,
      ping: () => undefined,
      terminate: () => undefined,
    };
    this.outgoing = new Outgoing(
      port,
      (outgoing) => stage.broadcast.scheduleFlush(outgoing),
      () => 0,
    );
  }

  topicName(topic: string): string | undefined {
    return this.#names.get(topic);
  }

  hears(topic: string): boolean {
    return this.topics.has(topic);
  }

  /** Names of what was heard, with the number. */
  get names(): string[] {
    return this.heard
      .map((text) => JSON.parse(text) as { event: string; seq: number })
      .map(({ event: name, seq }) => `${name} ${seq}`);
  }

  get sessionKeys(): string[] {
    return this.heard.map((text) => (JSON.parse(text) as { payload: { sessionKey: string } }).payload.sessionKey);
  }
}

class Stage {
  readonly ears: Ear[] = [];
  readonly turns: (() => void)[] = [];
  readonly broadcast = new Broadcast({
    events,
    listeners: () => this.ears,
    stateVersion: () => ({ presence: 2, health: 5 }),
    soon: (run) => void this.turns.push(run),
  });

  ear(role: Role, scopes: readonly OperatorScope[] = [], names: Readonly<Record<string, string>> = {}): Ear {
    const ear = new Ear(this, role, scopes, names);
    this.ears.push(ear);
    return ear;
  }
}

test("an event is heard by those who may hear it, and numbers count per connection", () => {
  const stage = new Stage();
  const alice = stage.ear("operator", ["operator.admin"]);
  const reader = stage.ear("operator", ["operator.read"]);
  const writer = stage.ear("operator", ["operator.write"]);
  const approver = stage.ear("operator", ["operator.pairing"]);
  const nobody = stage.ear("operator", []);
  const camera = stage.ear("node");
  const { publish } = stage.broadcast;
  publish("tick", { ts: 1 });
  publish("paired", { id: "d" });
  publish("wake", {});
  publish("health", { ok: true });
  stage.broadcast.flush();
  expect([alice, reader, writer, approver, nobody, camera].map(({ names }) => names)).toEqual([
    ["tick 1", "paired 2", "health 3"],
    ["tick 1", "health 2"],
    ["tick 1", "health 2"],
    ["tick 1", "paired 2"],
    ["tick 1"],
    ["tick 1", "wake 2"],
  ]);
});

test("a node that asked for a topic hears of that one alone", () => {
  const stage = new Stage();
  const phone = stage.ear("node", [], { "agent:main:main": "main" });
  phone.topics.add("agent:main:main");
  for (const sessionKey of ["agent:main:main", "agent:main:other"]) {
    stage.broadcast.publish("said", { sessionKey, state: "final", written: 1 });
  }
  stage.broadcast.publish("health", { ok: true });
  stage.broadcast.flush();
  expect(phone.sessionKeys).toEqual(["main"]);
});

test("the counters stand on events that carry them, and nowhere else", () => {
  const stage = new Stage();
  const ear = stage.ear("operator", ["operator.read"]);
  stage.broadcast.publish("health", { ok: true });
  stage.broadcast.publish("tick", { ts: 1 });
  stage.broadcast.flush();
  expect(ear.heard).toEqual([
    '{"type":"event","event":"health","payload":{"ok":true},"seq":1,"stateVersion":{"presence":2,"health":5}}',
    '{"type":"event","event":"tick","payload":{"ts":1},"seq":2}',
  ]);
});

test("every client hears of a topic under its own name for it, and the rest is the same", () => {
  const stage = new Stage();
  const plain = stage.ear("operator", ["operator.read"]);
  const named = stage.ear("operator", ["operator.read"], { "agent:main:main": "Main" });
  stage.broadcast.publish("said", { sessionKey: "agent:main:main", state: "final", written: 1 });
  stage.broadcast.publish("said", { sessionKey: "agent:main:other", state: "final", written: 2 });
  stage.broadcast.flush();
  const [all, own] = [plain.sessionKeys, named.sessionKeys];
  expect([all, own]).toEqual([
    ["agent:main:main", "agent:main:other"],
    ["Main", "agent:main:other"],
  ]);
});

test("a payload is written once for each spelling, however many hear it", () => {
  const stage = new Stage();
  let writes = 0;
  const written = { toJSON: () => ++writes };
  for (let count = 0; count < 20; count++) stage.ear("operator", ["operator.read"]);
  for (let count = 0; count < 20; count++) stage.ear("operator", ["operator.read"], { a: "A" });
  stage.ear("node");
  stage.broadcast.publish("said", { sessionKey: "a", state: "delta", written });
  stage.broadcast.flush();
  expect(writes).toBe(2);
  expect(stage.ears.map(({ heard }) => heard.length)).toEqual([...Array.from({ length: 40 }, () => 1), 0]);
});

test("nothing is written for an event that nobody may hear", () => {
  const stage = new Stage();
  let writes = 0;
  stage.ear("node");
  stage.broadcast.publish("said", { sessionKey: "a", state: "delta", written: { toJSON: () => ++writes } });
  expect([writes, stage.turns.length]).toEqual([0, 0]);
});

test("events of one turn are written in one go, and later ones in the next", () => {
  const stage = new Stage();
  const ear = stage.ear("operator", ["operator.read"]);
  stage.ear("node");
  for (let count = 0; count < 10; count++) stage.broadcast.publish("tick", { ts: count });
  expect([stage.turns.length, ear.heard.length]).toEqual([1, 0]);
  stage.turns.shift()!();
  expect(ear.heard).toHaveLength(10);
  stage.broadcast.publish("tick", { ts: 11 });
  expect([stage.turns.length, ear.heard.length]).toEqual([1, 10]);
});
