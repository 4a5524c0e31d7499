import { type TSchema, Type } from "@sinclair/typebox";
import { expect, test } from "bun:test";
import { type Caller, Dispatcher } from "../../src/gateway/dispatch.ts";
import { makeIds, realRandom } from "../../src/lib/index.ts";
import {
  type Access,
  type AnyMethod,
  conflict,
  connected,
  joinMethods,
  node,
  operator,
  type OperatorScope,
  PreparedJson,
  type Role,
  wireLimits,
} from "../../src/protocol/index.ts";
import { CapturedLog } from "../doubles/captured-log.ts";
import { FakeClock } from "../doubles/fake-clock.ts";

const closed = { additionalProperties: false };
const Params = Type.Object({ text: Type.String() }, closed);
const canary = "canary-4711";

function method(
  handle: AnyMethod["handle"],
  access: Access = operator("read"),
  result: TSchema = Type.Unknown(),
): AnyMethod {
  return { summary: "x", access, params: Params, result, acknowledgement: Type.Object({ n: Type.Number() }), handle };
}

const slow = Promise.withResolvers<unknown>();

const table = joinMethods({
  echo: method(({ text }: { text: string }) => ({ text })),
  later: method(async ({ text }: { text: string }) => Promise.resolve({ text })),
  nothing: method(() => undefined),
  prepared: method(() => new PreparedJson({ ready: true }), operator("read"), Type.Object({ ready: Type.Boolean() })),
  lie: method(() => ({ text: 1 }), operator("read"), Type.Object({ text: Type.String() })),
  huge: method(() => "x".repeat(wireLimits.replyBytesMax)),
  slow: method(() => slow.promise),
  refuse: method(() => {
    throw conflict("the key was used", { details: { code: "X" }, payload: { runId: "r" }, cause: new Error(canary) });
  }),
  fault: method(() => {
    throw new Error(canary);
  }),
  laterFault: method(async () => Promise.reject(new Error(canary))),
  odd: method(() => {
    // A library may throw anything.
    // oxlint-disable-next-line typescript/only-throw-error
    throw canary;
  }),
  admin: method(() => 1, operator("admin")),
  camera: method(() => 1, node()),
  anybody: method(() => 1, connected()),
  twice: method((_params, _deps, call) => {
    call.acknowledge({ n: 1 });
    return 2;
  }),
  wrongFirst: method((_params, _deps, call) => {
    call.acknowledge({ n: "one" });
    return 2;
  }),
});

class Stage implements Caller {
  readonly log = new CapturedLog(new FakeClock());
  readonly replies: Record<string, unknown>[] = [];
  readonly principal;
  readonly connectionId = "c1";
  readonly signal = new AbortController().signal;
  inFlight = 0;
  oversteps = 0;
  readonly #dispatcher: Dispatcher;

  constructor(role: Role = "operator", scopes: readonly OperatorScope[] = ["operator.admin"], checksResults = true) {
    const clock = new FakeClock();
    this.principal = { id: "p", role, scopes, displayName: "alice", isLocal: true };
    const ids = makeIds(clock, realRandom);
    const parts = { house: {}, alsoMay: () => false, ids, log: this.log.log, elapsedMs: () => 0, checksResults };
    this.#dispatcher = new Dispatcher({ ...parts, methods: table });
  }

  reply(text: string): void {
    this.replies.push(JSON.parse(text) as Record<string, unknown>);
  }

  nameTopic(): void {}
  hearTopic(): void {}
  leaveTopic(): void {}

  overstepped(): void {
    this.oversteps++;
  }

  /** The replies to one request. */
  async ask(name: string, params: unknown = { text: "hi" }): Promise<Record<string, unknown>[]> {
    const from = this.replies.length;
    this.#dispatcher.dispatch({ type: "req", id: "1", method: name, params }, this);
    await new Promise((resolve) => setImmediate(resolve));
    return this.replies.slice(from);
  }

  /** `CODE message` of the only reply. */
  async refusal(name: string, params?: unknown): Promise<string> {
    const [reply, ...rest] = await this.ask(name, params);
    expect([reply?.["ok"], rest]).toEqual([false, []]);
    const error = reply?.["error"] as { code: string; message: string };
    return `${error.code} ${error.message}`;
  }
}

const ok = (payload: unknown) => [{ type: "res", id: "1", ok: true, payload }];

test("a request is answered once, at once or later", async () => {
  const stage = new Stage();
  expect(await stage.ask("echo")).toEqual(ok({ text: "hi" }));
  expect(await stage.ask("later")).toEqual(ok({ text: "hi" }));
  expect(await stage.ask("nothing")).toEqual(ok(null));
  expect(await stage.ask("prepared")).toEqual(ok({ ready: true }));
  expect(stage.inFlight).toBe(0);
});

test("an acknowledgement goes out before the answer, on the same id", async () => {
  expect(await new Stage().ask("twice")).toEqual([...ok({ n: 1 }), ...ok(2)]);
});

test("params that are absent or null are none", async () => {
  const stage = new Stage();
  const missing = "INVALID_REQUEST invalid echo params: must have required property 'text'; at /text: must be string";
  expect(await stage.refusal("echo", null)).toBe(missing);
  expect(await stage.refusal("echo", {})).toBe(missing);
});

const nobody = ["toString", "constructor", "__proto__", "hasOwnProperty", "valueOf", "", "ECHO", "echo ", "connect\0"];
for (const name of nobody) {
  test(`${JSON.stringify(name)} is an unknown method`, async () => {
    expect(await new Stage().refusal(name)).toBe(`INVALID_REQUEST unknown method: ${name}`);
  });
}

const bad = { text: 1 };
const order: readonly (readonly [
  role: Role,
  scopes: readonly OperatorScope[],
  name: string,
  params: unknown,
  refusal: string,
])[] = [
  ["node", [], "echo", bad, "INVALID_REQUEST unauthorized role: node"],
  ["node", [], "unknown", bad, "INVALID_REQUEST unauthorized role: node"],
  ["operator", ["operator.admin"], "camera", bad, "INVALID_REQUEST unauthorized role: operator"],
  ["operator", [], "echo", bad, "FORBIDDEN missing scope: operator.read"],
  ["operator", ["operator.pairing"], "echo", bad, "FORBIDDEN missing scope: operator.read"],
  ["operator", ["operator.write"], "admin", bad, "FORBIDDEN missing scope: operator.admin"],
  ["operator", ["operator.read"], "unknown", bad, "FORBIDDEN missing scope: operator.admin"],
  ["operator", ["operator.admin"], "unknown", bad, "INVALID_REQUEST unknown method: unknown"],
  ["operator", ["operator.read"], "echo", bad, "INVALID_REQUEST invalid echo params: at /text: must be string"],
];
for (const [role, scopes, name, params, refusal] of order) {
  test(`role, scope, name, params, in that order: ${role} ${scopes.join()} ${name}: ${refusal}`, async () => {
    const stage = new Stage(role, scopes);
    expect(await stage.refusal(name, params)).toBe(refusal);
    expect(stage.oversteps).toBe(/unauthorized role|missing scope/.test(refusal) ? 1 : 0);
  });
}

test("a missing scope is named for machines", async () => {
  const [reply] = await new Stage("operator", ["operator.read"]).ask("admin");
  expect(reply?.["error"]).toEqual({
    code: "FORBIDDEN",
    message: "missing scope: operator.admin",
    details: { code: "MISSING_SCOPE", missingScope: "operator.admin", requiredScopes: ["operator.admin"] },
  });
});

test("any connection may ask what is for any connection", async () => {
  expect(await new Stage("node", []).ask("anybody")).toEqual(ok(1));
  expect(await new Stage("operator", []).ask("anybody")).toEqual(ok(1));
  expect(await new Stage("node", []).ask("camera")).toEqual(ok(1));
});

test("what a handler refuses reaches the caller, its cause does not", async () => {
  const stage = new Stage();
  expect(await stage.ask("refuse")).toEqual([
    {
      type: "res",
      id: "1",
      ok: false,
      error: { code: "CONFLICT", message: "the key was used", details: { code: "X" } },
      payload: { runId: "r" },
    },
  ]);
});

for (const name of ["fault", "laterFault", "odd"]) {
  test(`a fault (${name}) is answered with an id that the log has, and with nothing else of it`, async () => {
    const stage = new Stage();
    const refusal = await stage.refusal(name);
    const id = /err_\w+/.exec(refusal)?.[0];
    expect(refusal).toBe(`INTERNAL ${name} failed: a fault of the gateway, ${id}; see \`clawdia logs\``);
    expect(JSON.stringify(stage.replies)).not.toContain(canary);
    const [record, ...more] = stage.log.of("request.failed");
    expect([record?.level, record?.fields["errorId"], record?.fields["error"], more.length]).toEqual([
      "error",
      id,
      canary,
      0,
    ]);
    expect(stage.inFlight).toBe(0);
  });
}

test("a result outside of its schema is a fault where results are checked", async () => {
  expect(await new Stage().refusal("lie")).toStartWith("INTERNAL lie failed");
  expect(await new Stage().refusal("wrongFirst")).toStartWith("INTERNAL wrongFirst failed");
  expect(await new Stage("operator", ["operator.admin"], false).ask("lie")).toEqual(ok({ text: 1 }));
});

test("a reply above the limit is refused, not sent", async () => {
  expect(await new Stage().refusal("huge")).toStartWith("TOO_LARGE the reply of huge is larger than");
});

test("requests under way are bounded for each connection, and room comes back", async () => {
  const stage = new Stage();
  const other = new Stage();
  for (let count = 0; count < wireLimits.inFlightMax; count++) expect(await stage.ask("slow")).toEqual([]);
  const [refused] = await stage.ask("echo");
  expect(refused?.["error"]).toEqual({
    code: "UNAVAILABLE",
    message: `more than ${wireLimits.inFlightMax} requests under way; wait for answers`,
    retryable: true,
    retryAfterMs: 1000,
  });
  expect(await other.ask("echo")).toEqual(ok({ text: "hi" }));
  slow.resolve(7);
  await slow.promise;
  await new Promise((resolve) => setImmediate(resolve));
  expect(stage.inFlight).toBe(0);
  expect(await stage.ask("echo")).toEqual(ok({ text: "hi" }));
});

test("a method that is declared twice ends the process at load", () => {
  const one = { echo: method(() => 1) };
  expect(() => joinMethods(one, { echo: method(() => 2) })).toThrow("method echo is declared twice");
});
