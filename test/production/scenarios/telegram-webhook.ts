import { deepEqual, equal } from "node:assert/strict";
import { TelegramDouble } from "../../doubles/telegram/telegram-double.ts";
import { play, type Scene } from "../scene.ts";

/** Telegram brings updates to a public host name; a proxy takes the TLS off, as on a person's own server. */
await play(async ({ certificate, gateway }) => {
  await using telegram = await TelegramDouble.start({ port: 443, tls: certificate });
  const bob = telegram.person({ name: "Bob" });
  const account = {
    botToken: telegram.token,
    mode: "webhook",
    webhookUrl: "https://bot.example.org:8443/webhooks/telegram/main",
    webhookSecret: "a-secret-of-the-webhook-0123456789",
    allowFrom: [String(bob.id)],
    streaming: "off",
  };
  const config = {
    gateway: { allowedHosts: ["bot.example.org"], trustedProxies: ["127.0.0.1"] },
    providers: { telegram: { accounts: { main: account } } },
  };
  const proxyTo = (port: number) => openProxy(port, certificate);
  {
    await using first = await gateway(config);
    await using stack = new AsyncDisposableStack();
    stack.use(proxyTo(first.port));
    await bob.says("hello");
    await bob.reads(/echo: hello/);
    const forged = await fetch(account.webhookUrl, { method: "POST", body: "{}" });
    equal(forged.status, 401);
  }
  await bob.says("while you were away");
  await using second = await gateway(config);
  await using stack = new AsyncDisposableStack();
  stack.use(proxyTo(second.port));
  await bob.reads(/echo: while you were away/);
  const answers = bob.sees().filter(({ isFromBot, text }) => isFromBot && text.startsWith("echo:"));
  deepEqual(
    answers.map(({ text }) => text.split("\n")[0]),
    ["echo: hello", "echo: while you were away"],
  );
  equal(telegram.calls("getUpdates").length, 0);
  equal(second.log().includes(account.webhookSecret), false);
});

/** A reverse proxy: it takes the TLS off and says for whom it asks. */
function openProxy(port: number, tls: Scene["certificate"]): AsyncDisposable {
  const server = Bun.serve({
    port: 8443,
    hostname: "127.0.0.1",
    tls,
    fetch: async (request) => {
      const { pathname } = new URL(request.url);
      const headers = new Headers(request.headers);
      headers.set("x-forwarded-for", "149.154.167.220");
      headers.set("x-forwarded-proto", "https");
      const body = await request.arrayBuffer();
      return fetch(`http://127.0.0.1:${port}${pathname}`, { method: request.method, headers, body });
    },
  });
  return { [Symbol.asyncDispose]: () => server.stop(true) };
}
