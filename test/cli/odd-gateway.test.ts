import { afterAll, expect, test } from "bun:test";
import { Person } from "./command-house.ts";
import { openDeafGateway } from "./deaf-gateway.ts";

/** Gateways that are not as they should be. A fake one answers: the real one has no such moods. */

const alice = new Person();
afterAll(() => alice[Symbol.dispose]());

interface Mood {
  /** How far its clock is behind this machine's. */
  readonly behindMs?: number;
  /** The reply to the nth `connect` (from 0): an error, or undefined to welcome. */
  readonly refuse?: (attempt: number) => object | undefined;
  readonly answers?: Readonly<Record<string, unknown>>;
  /** Hangs up instead of answering a call. */
  readonly hangsUp?: boolean;
}

function oddGateway({ behindMs = 0, refuse, answers = {}, hangsUp = false }: Mood) {
  let attempts = 0;
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: (request, self) => (self.upgrade(request) ? undefined : new Response("no", { status: 400 })),
    websocket: {
      open: (socket) => {
        const payload = { nonce: "n", ts: Date.now() - behindMs };
        socket.send(JSON.stringify({ type: "event", event: "connect.challenge", payload }));
      },
      message: (socket, raw) => {
        const { id, method } = JSON.parse(String(raw)) as { id: string; method: string };
        const error = method === "connect" ? refuse?.(attempts++) : undefined;
        if (method !== "connect" && hangsUp) return socket.close(1011, "out of breath");
        const payload = method === "connect" ? hello : answers[method];
        socket.send(JSON.stringify({ type: "res", id, ...(error ? { ok: false, error } : { ok: true, payload }) }));
      },
    },
  });
  return { url: `ws://127.0.0.1:${server.port}`, attempts: () => attempts, [Symbol.dispose]: () => server.stop(true) };
}

const hello = { type: "hello-ok", protocol: 4, snapshot: {}, policy: { tickIntervalMs: 30_000 } };
const models = { models: [{ id: "m\u001b[2Jx", name: "a\rb", provider: "p\u202e" }] };
const env = { CLAWDIA_GATEWAY_TOKEN: "t" };

test("names from the network cannot drive the terminal", async () => {
  using odd = oddGateway({ answers: { "models.list": models } });
  const { stdout } = await alice.types(["models", "--url", odd.url], { env });
  expect(stdout).toContain("p\\u202e/m\\u001b[2Jx");
  expect(stdout).toContain("a\\u000db");
  expect(stdout).not.toMatch(/[\u001b\r\u202e]/);
});

test("words of a refusal cannot drive the terminal either", async () => {
  using odd = oddGateway({ refuse: () => ({ code: "INVALID_REQUEST", message: "no\u001b[2J\u0007" }) });
  const { code, stderr } = await alice.types(["models", "--url", odd.url], { env });
  expect([code, stderr]).toEqual([1, expect.stringContaining("no\\u001b[2J\\u0007")]);
});

test("a clock that is off is warned of on stderr", async () => {
  using odd = oddGateway({ behindMs: 300_000, answers: { "models.list": models } });
  const { code, stderr } = await alice.types(["models", "--url", odd.url, "--json"], { env });
  expect([code, stderr]).toEqual([0, expect.stringContaining("this machine's clock is 5 min ahead of the gateway's")]);
});

test("another generation of the protocol is named with this one's", async () => {
  const error = { code: "INVALID_REQUEST", message: "protocol mismatch", details: { code: "PROTOCOL_MISMATCH" } };
  using odd = oddGateway({ refuse: () => error });
  const { code, stderr } = await alice.types(["models", "--url", odd.url], { env });
  expect([code, stderr]).toEqual([1, expect.stringContaining("next: update the older side")]);
  expect(stderr).toContain("protocol 3 to 4");
});

test("a gateway that is still starting is asked again", async () => {
  const starting = { code: "UNAVAILABLE", message: "starting", retryAfterMs: 1, details: { reason: "startup" } };
  using odd = oddGateway({
    refuse: (attempt) => (attempt < 2 ? starting : undefined),
    answers: { "models.list": models },
  });
  expect((await alice.types(["models", "--url", odd.url], { env })).code).toBe(0);
  expect(odd.attempts()).toBe(3);
});

test("too many attempts say how long to wait", async () => {
  using odd = oddGateway({ refuse: () => ({ code: "RATE_LIMITED", message: "slow down", retryAfterMs: 12_000 }) });
  const { code, stderr } = await alice.types(["models", "--url", odd.url], { env });
  expect([code, stderr]).toEqual([1, expect.stringContaining("next: wait 12 s and try again")]);
});

test("a connection that goes away under a call is exit code 69", async () => {
  using odd = oddGateway({ hangsUp: true });
  const { code, stdout } = await alice.types(["models", "--url", odd.url, "--json"], { env });
  expect([code, JSON.parse(stdout)]).toEqual([
    69,
    { error: { code: "CONNECTION_LOST", message: expect.stringContaining("out of breath") } },
  ]);
});

test("a gateway that does not answer the goodbye does not keep the command", async () => {
  await using deaf = await openDeafGateway([
    { type: "event", event: "connect.challenge", payload: { nonce: "n", ts: Date.now() } },
    { type: "res", id: "1", ok: true, payload: hello },
    { type: "res", id: "2", ok: true, payload: models },
  ]);
  expect((await alice.types(["models", "--url", deaf.url], { env })).code).toBe(0);
});

test("an answer of another shape is a fault that is told in one line", async () => {
  using odd = oddGateway({ answers: { "models.list": "nonsense" } });
  const { code, stdout, stderr } = await alice.types(["models", "--url", odd.url], { env });
  expect([code, stdout]).toEqual([70, ""]);
  expect(stderr.trim().split("\n")).toHaveLength(1);
  expect(stderr).toContain("CLAWDIA_DEBUG=1");
  const debug = await alice.types(["models", "--url", odd.url], { env: { ...env, CLAWDIA_DEBUG: "1" } });
  expect(debug.stderr).toMatch(/\n\s+at /);
});
