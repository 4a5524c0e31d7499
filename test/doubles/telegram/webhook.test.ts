import { expect, test } from "bun:test";
import { Api, InputFile } from "grammy";
import { selfSigned } from "../certificate.ts";
import { clientOf, refusal } from "./official-client.ts";
import { TelegramDouble } from "./telegram-double.ts";

interface Received {
  readonly text: unknown;
  readonly secret: string | null;
}

/** A bot's webhook that gives these statuses in turn, and 200 after them. */
function openBot(statuses: readonly number[]) {
  const received: Received[] = [];
  const left = [...statuses];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: async (request) => {
      const update = (await request.json()) as { readonly message?: { readonly text?: string } };
      const secret = request.headers.get("x-telegram-bot-api-secret-token");
      received.push({ text: update.message?.text, secret });
      return new Response(null, { status: left.shift() ?? 200 });
    },
  });
  return { url: server.url.href, received, [Symbol.asyncDispose]: () => server.stop(true) };
}

test("a webhook gets updates with the secret, again after a failure, and polling is refused meanwhile", async () => {
  await using telegram = await TelegramDouble.start();
  await using bot = openBot([500]);
  const bob = telegram.person({ name: "Bob" });
  const api = clientOf(telegram);
  await api.setWebhook(bot.url, { secret_token: "s3cret", allowed_updates: ["message"] });
  await bob.says("one");
  const { updateId } = await bob.says("two");
  await telegram.until(() => telegram.confirmed === updateId);
  expect(bot.received).toEqual(["one", "one", "two"].map((text) => ({ text, secret: "s3cret" })));
  expect(telegram.deliveries.map(({ status }) => status)).toEqual([500, 200, 200]);
  expect(await api.getWebhookInfo()).toMatchObject({
    url: bot.url,
    allowed_updates: ["message"],
    pending_update_count: 0,
  });
  expect(await refusal(api.getUpdates())).toEqual([409, expect.stringContaining("webhook is active")]);
  await api.deleteWebhook();
  await bob.says("three");
  expect(await api.getUpdates()).toMatchObject([{ message: { text: "three" } }]);
});

test("during an outage nothing reaches the webhook, and afterwards all of it does", async () => {
  await using telegram = await TelegramDouble.start();
  await using bot = openBot([]);
  const bob = telegram.person({ name: "Bob" });
  await clientOf(telegram).setWebhook(bot.url, { secret_token: "s3cret" });
  telegram.goDown();
  const { updateId } = await bob.says("late");
  await telegram.comeBack();
  await telegram.until(() => telegram.confirmed === updateId);
  expect(bot.received).toEqual([{ text: "late", secret: "s3cret" }]);
});

test("a webhook without https is refused, beyond this machine", async () => {
  await using telegram = await TelegramDouble.start();
  const api = clientOf(telegram);
  expect(await refusal(api.setWebhook("http://example.org/hook"))).toEqual([
    400,
    "Bad Request: bad webhook: An HTTPS URL must be provided for webhook",
  ]);
});

test("with a certificate the double speaks https, and takes the zipped bodies that come over it", async () => {
  const tls = selfSigned();
  await using telegram = await TelegramDouble.start({ tls });
  const bob = telegram.person({ name: "Bob" });
  const trust = { tls: { ca: tls.cert } } as { readonly compress?: boolean };
  expect(telegram.apiRoot).toStartWith("https://");
  const api = new Api(telegram.token, { apiRoot: telegram.apiRoot, baseFetchConfig: trust });
  await api.sendMessage(bob.id, "hi");
  await api.sendDocument(bob.id, new InputFile(new Uint8Array([1, 2]), "d.bin"));
  expect(bob.sees()).toMatchObject([{ text: "hi" }, { media: [{ bytes: new Uint8Array([1, 2]) }] }]);
  const url = `${telegram.apiRoot}/bot${telegram.token}/getMe`;
  const odd = await fetch(url, { method: "POST", body: "x", headers: { "content-encoding": "br" }, ...trust });
  expect(odd.status).toBe(415);
});
