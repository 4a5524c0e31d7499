import { expect, test } from "bun:test";
import type { Webhook } from "../../../src/providers/index.ts";
import { webhookFor } from "../../../src/providers/telegram/webhook.ts";
import { rejectionOf } from "../../doubles/rejection.ts";
import { type Linked, linked, never } from "./linked.ts";

/** Telegram brings its updates, to an address where anybody may knock. */

const secret = "a-secret-of-thirty-two-characters";
const path = "/webhooks/telegram/main";

/** The gateway's side of webhooks, as far as it matters here. */
function front(webhook: () => Webhook | undefined) {
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      const found = new URL(request.url).pathname === path ? webhook() : undefined;
      if (!found) return new Response(null, { status: 404 });
      if (!found.admits(request.headers)) return new Response(null, { status: 401 });
      const body = new Uint8Array(await request.arrayBuffer());
      if (body.byteLength > found.bodyBytesMax) return new Response(null, { status: 413 });
      const taken = await found.take(body, request.headers);
      return typeof taken === "number" ? new Response(null, { status: taken }) : new Response(taken.text, taken);
    },
  });
  return { url: `http://127.0.0.1:${server.port}${path}`, [Symbol.asyncDispose]: () => server.stop(true) };
}

/** A bot whose updates are brought, and the address where they are brought to. */
async function brought(): Promise<Linked & { readonly url: string }> {
  let scene: Linked | undefined;
  const gateway = front(() => scene?.ports.webhooks.values().next().value);
  const settings = { mode: "webhook", webhookUrl: gateway.url, webhookSecret: secret } as const;
  scene = await linked({ settings });
  const opened = scene;
  return {
    ...opened,
    url: gateway.url,
    async [Symbol.asyncDispose]() {
      await opened[Symbol.asyncDispose]();
      await gateway[Symbol.asyncDispose]();
    },
  };
}

const update = (text: string) => {
  const chat = { id: 42, type: "private", first_name: "Bob" };
  const from = { id: 42, is_bot: false, first_name: "Bob" };
  return JSON.stringify({ update_id: 5, message: { message_id: 1, date: 1_800_000_000, chat, from, text } });
};

const post = (url: string, body: string, token?: string) =>
  fetch(url, {
    method: "POST",
    body,
    headers: token === undefined ? {} : { "x-telegram-bot-api-secret-token": token },
  });

test("the webhook is set with its secret, and nothing is polled", async () => {
  await using scene = await brought();
  const { double, bob, ports } = scene;
  const [set] = double.calls("setWebhook");
  expect(set!.params).toMatchObject({ url: scene.url, secret_token: secret, drop_pending_updates: false });
  expect(set!.params["allowed_updates"]).toContain("message_reaction");
  const { messageId } = await bob.says("hello");
  expect(await ports.heard(String(messageId))).toMatchObject({ text: "hello", mentionsSelf: true });
  expect(double.calls("getUpdates")).toEqual([]);
  await scene.link.probe(never);
});

test("an update is acknowledged only once it is stored, and brought again when it was not", async () => {
  await using scene = await brought();
  const { double, bob, ports } = scene;
  const stored = Promise.withResolvers<void>();
  ports.store = () => stored.promise;
  const { updateId, messageId } = await bob.says("hello");
  await ports.heard(String(messageId));
  expect(double.deliveries).toEqual([]);
  stored.reject(new Error("the disk is full"));
  ports.store = () => Promise.resolve();
  await double.until(() => double.confirmed === updateId);
  expect(double.deliveries[0]).toEqual({ updateId: updateId!, status: 500 });
  expect(double.deliveries.at(-1)).toEqual({ updateId: updateId!, status: 200 });
});

test.each([
  ["no secret", undefined],
  ["an empty secret", ""],
  ["another secret", "b-secret-of-thirty-two-characters"],
  ["a part of the secret", secret.slice(0, -1)],
  ["the secret and more", `${secret}x`],
  ["the secret in capitals", secret.toUpperCase()],
])("whoever knocks with %s is turned away", async (_, token) => {
  await using scene = await brought();
  expect((await post(scene.url, update("let me in"), token)).status).toBe(401);
  expect(scene.ports.received).toEqual([]);
});

test("what is no update is refused, and what is too large is not read", async () => {
  await using scene = await brought();
  for (const body of ["", "null", "[]", "{}", "{", '{"update_id":"7"}', "\ud800", update("x").slice(0, -1)]) {
    expect([body, (await post(scene.url, body, secret)).status]).toEqual([body, 400]);
  }
  expect((await post(scene.url, " ".repeat(1024 * 1024 + 1), secret)).status).toBe(413);
  expect((await post(scene.url, '{"update_id":9,"unheard_of":{}}', secret)).status).toBe(200);
  expect(scene.ports.received).toEqual([]);
});

test("headers alone decide, before any of the body", () => {
  const webhook = webhookFor(secret, () => Promise.reject(new Error("the body was read")));
  expect(webhook.admits(new Headers({ "X-Telegram-Bot-Api-Secret-Token": secret }))).toBe(true);
  expect(webhook.admits(new Headers())).toBe(false);
  expect(webhook.bodyBytesMax).toBe(1024 * 1024);
});

test.each([
  ["webhookSecret", { webhookUrl: "https://example.org/x" }],
  ["webhookUrl", { webhookSecret: secret }],
] as const)("webhook mode without %s is not opened", async (missing, settings) => {
  await using scene = await linked({ settings: { mode: "webhook", ...settings }, until: "connecting" });
  const { reason, cure } = await scene.ports.told("logged-out");
  expect([reason, cure]).toEqual([
    `webhook mode needs ${missing}`,
    `clawdia config set providers.telegram.accounts.main.${missing}`,
  ]);
  expect(scene.double.calls()).toEqual([]);
  expect(scene.ports.webhooks.size).toBe(0);
});

test("a webhook that somebody else took is found by the probe", async () => {
  await using scene = await brought();
  const { double, link } = scene;
  await fetch(`${double.apiRoot}/bot${double.token}/deleteWebhook`);
  expect(await rejectionOf(link.probe(never))).toHaveProperty(
    "message",
    "Telegram takes the bot's updates to another address",
  );
});

test("a revoked token is found by any call, and the route is given back", async () => {
  await using scene = await brought();
  const { double, link, ports } = scene;
  double.revokeToken();
  expect(await rejectionOf(link.probe(never))).toHaveProperty("message", expect.stringContaining("Unauthorized"));
  await ports.told("logged-out");
  await ports.until(() => ports.webhooks.size === 0);
  expect((await post(scene.url, update("too late"), secret)).status).toBe(404);
});
