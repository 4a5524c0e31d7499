import { expect, test } from "bun:test";
import { answerWebhook } from "../../../src/gateway/webhooks.ts";
import { type Linked, linked } from "./linked.ts";

/** Slack brings its events over HTTP, to an address where anybody may knock. */

/** The gateway's own door for webhooks, and an app whose events are brought there. */
async function brought(): Promise<Linked & { readonly url: string }> {
  const scene = await linked({ settings: { mode: "http", appToken: undefined } });
  const parts = {
    find: () => scene.ports.webhooks.values().next().value,
    clock: scene.clock,
    log: scene.ports.log,
  };
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request) => answerWebhook(request, new URL(request.url), parts) ?? new Response(null, { status: 404 }),
  });
  const url = `http://127.0.0.1:${server.port}/webhooks/slack/main`;
  scene.double.bringTo(url);
  return {
    ...scene,
    url,
    async [Symbol.asyncDispose]() {
      await scene[Symbol.asyncDispose]();
      await server.stop(true);
    },
  };
}

test("events, commands and buttons come in over HTTP, and no socket is opened", async () => {
  await using scene = await brought();
  const { double, ports, bob, link } = scene;
  const peer = { kind: "direct", id: bob.directId } as const;
  const text = { markup: "allow it?", plain: "allow it?" };
  const buttons = [[{ label: "Yes", value: "approve 1" }]];
  const asked = await link.send({ sendId: "a".repeat(24), peer, text, buttons }, new AbortController().signal);
  const { deliveries } = await bob.says("hello");
  const told = [...deliveries, bob.presses(asked.messageId, "Yes"), bob.commands("/clawdia", "what now?")];
  await double.until(() => told.every(({ isTaken }) => isTaken));
  expect(new Set(ports.received.map(({ event, text: words }) => `${event.kind} ${words}`))).toEqual(
    new Set(["button approve 1", "message hello", "message what now?"]),
  );
  expect(double.sockets.opened).toBe(0);
  await link.probe(new AbortController().signal);
});

test("what could not be stored is brought again, and is then known as a repetition", async () => {
  await using scene = await brought();
  const { double, ports, bob } = scene;
  ports.store = () => Promise.reject(new Error("the disk is full"));
  const { ts, deliveries } = await bob.says("hello");
  await ports.heard(ts);
  ports.store = () => Promise.resolve();
  await double.bringAgain();
  await double.until(() => deliveries.every(({ isTaken }) => isTaken));
  expect(ports.received.map(({ ref }) => ref.messageId)).toEqual([ts, ts]);
  expect(ports.captured.records.find(({ event }) => event === "delivery.repeated")?.fields).toMatchObject({
    retries: 1,
  });
});

const hello = (fields: object = {}) => JSON.stringify({ type: "url_verification", challenge: "prove it", ...fields });

test("Slack's question whether the address is ours is answered", async () => {
  await using scene = await brought();
  const body = hello();
  const response = await fetch(scene.url, { method: "POST", headers: scene.double.signed(body), body });
  expect([response.status, await response.text()]).toEqual([200, "prove it"]);
  const check = "ssl_check=1&token=x";
  const checked = await fetch(scene.url, { method: "POST", headers: scene.double.signed(check), body: check });
  expect(checked.status).toBe(200);
});

type Forge = (headers: Record<string, string>, scene: Linked) => { readonly headers?: object; readonly body?: string };

const forged: readonly (readonly [name: string, status: number, forge: Forge])[] = [
  ["no signature", 401, () => ({ headers: {} })],
  ["another body", 401, (headers) => ({ headers, body: hello({ more: 1 }) })],
  [
    "a signature of another secret",
    401,
    (headers) => ({ headers: { ...headers, "x-slack-signature": `v0=${"0".repeat(64)}` } }),
  ],
  ["a signature in another form", 401, (headers) => ({ headers: { ...headers, "x-slack-signature": "v1=00" } })],
  ["another time", 401, (headers) => ({ headers: { ...headers, "x-slack-request-timestamp": "1799999990" } })],
  ["no time", 401, (headers) => ({ headers: { "x-slack-signature": headers["x-slack-signature"]! } })],
  ["a time that is none", 401, (headers) => ({ headers: { ...headers, "x-slack-request-timestamp": "soon" } })],
  ["what is signed and no request of Slack's", 400, (_, { double }) => ({ headers: double.signed("{]"), body: "{]" })],
  ["an empty form", 400, (_, { double }) => ({ headers: double.signed("a=b"), body: "a=b" })],
  [
    "a challenge that is no text",
    400,
    (_, { double }) => {
      const body = hello({ challenge: { a: 1 } });
      return { headers: double.signed(body), body };
    },
  ],
];

test.each(forged)("a request with %s is answered with %p", async (_, status, forge) => {
  await using scene = await brought();
  const body = hello();
  const request = { headers: scene.double.signed(body), body, ...forge(scene.double.signed(body), scene) };
  const response = await fetch(scene.url, { method: "POST", ...request } as RequestInit);
  expect(response.status).toBe(status);
  expect(scene.ports.received).toEqual([]);
});

test("a request that was recorded is worth nothing after five minutes, nor one from the future", async () => {
  await using scene = await brought();
  const body = hello();
  const headers = scene.double.signed(body);
  scene.clock.jump(5 * 60_000 + 1000);
  expect((await fetch(scene.url, { method: "POST", headers, body })).status).toBe(401);
  scene.clock.jump(-11 * 60_000);
  expect((await fetch(scene.url, { method: "POST", headers, body })).status).toBe(401);
});

test("without a signing secret the account says what is missing, and serves nothing", async () => {
  await using scene = await linked({ settings: { mode: "http", signingSecret: undefined }, until: "connecting" });
  expect(await scene.ports.told("logged-out")).toMatchObject({ reason: "there is no signingSecret" });
  expect(scene.ports.webhooks.size).toBe(0);
});
