import { equal, match } from "node:assert/strict";
import { TelegramDouble } from "../../doubles/telegram/telegram-double.ts";
import { play } from "../scene.ts";

/** A stranger writes, is approved in a terminal, and is answered once, also when the gateway is killed meanwhile. */
await play(async ({ certificate, gateway, run, owner }) => {
  await using telegram = await TelegramDouble.start({ port: 443, tls: certificate });
  const bob = telegram.person({ name: "Bob" });
  const config = { providers: { telegram: { accounts: { main: { botToken: telegram.token } } } } };
  {
    await using first = await gateway(config);
    await bob.says("hello");
    const { text } = await bob.reads(/Your code is/);
    await run("approvals", "approve", /code is (\S{8})\./.exec(text)![1]!);
    await bob.reads(/echo: hello\s+No language model is connected.*choose one\./s);
    first.process.kill("SIGKILL");
    await first.process.exited;
  }
  await bob.says("are you back?");
  await using second = await gateway(config);
  await bob.reads(/echo: .*are you back/);
  const client = await owner();
  const { channels } = await client.call("channels.status", { probe: true });
  equal((channels["telegram"] as { readonly connected?: boolean }).connected, true);
  client.close();
  equal(bob.sees().filter(({ isFromBot, text }) => isFromBot && /echo:/.test(text)).length, 2);
  match(second.log(), /gateway\.started/);
  equal(second.log().includes(telegram.token), false);
});
