import { equal, match } from "node:assert/strict";
import { DiscordDouble } from "../../doubles/discord/discord-double.ts";
import { play } from "../scene.ts";

/** A stranger writes, is approved in a terminal, and is answered once, also when the gateway is killed meanwhile. */
await play(async ({ certificate, gateway, run, owner }) => {
  const hosts = { gatewayUrl: "wss://gateway.discord.gg", cdnUrl: "https://cdn.discordapp.com" };
  await using discord = await DiscordDouble.start({ port: 443, tls: certificate, hosts });
  const bob = discord.person("Bob");
  const config = { providers: { discord: { accounts: { main: { botToken: discord.token } } } } };
  {
    await using first = await gateway(config);
    await discord.until(() => discord.sessionsOpened > 0);
    bob.says("hello");
    const { text } = await bob.reads(/Your code is/);
    await run("approvals", "approve", /code is (\S{8})\./.exec(text)![1]!);
    await bob.reads(/echo: hello\s+No language model is connected.*choose one\./s);
    first.process.kill("SIGKILL");
    await first.process.exited;
  }
  bob.says("are you back?");
  await using second = await gateway(config);
  await bob.reads(/echo: .*are you back/);
  bob.sendsFile({ bytes: Buffer.from("leeks"), fileName: "s.txt", mimeType: "text/plain" }, "");
  await bob.reads("s.txt");
  equal(discord.calls("download").filter(({ answered }) => answered).length, 1);
  const client = await owner();
  const { channels } = await client.call("channels.status", { probe: true });
  equal((channels["discord"] as { readonly connected?: boolean }).connected, true);
  client.close();
  equal(bob.sees().filter(({ isFromBot, text }) => isFromBot && /echo:/.test(text)).length, 3);
  match(second.log(), /gateway\.started/);
  equal(second.log().includes(discord.token), false);
});
