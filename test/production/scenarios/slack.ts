import { equal, match } from "node:assert/strict";
import { SlackDouble } from "../../doubles/slack/slack-double.ts";
import { play } from "../scene.ts";

/**
 * A stranger writes, is approved in a terminal, and is answered once, also when the gateway is killed meanwhile; a
 * file and a mention in a channel come through Slack's own host names.
 */
await play(async ({ certificate, gateway, run, owner }) => {
  const urls = { web: "https://slack.com", files: "https://files.slack.com", sockets: "wss://wss-primary.slack.com" };
  await using slack = await SlackDouble.start({ port: 443, tls: certificate, urls, pausesMs: [0, 2000, 5000, 10_000] });
  const bob = await slack.person("Bob");
  const kitchen = await slack.channel("kitchen", [bob]);
  const { botToken, appToken } = slack;
  const groups = { [kitchen.id]: { enabled: true, allowFrom: [bob.id] } };
  const config = { providers: { slack: { accounts: { main: { botToken, appToken, groups } } } } };
  {
    await using first = await gateway(config);
    await bob.says("hello");
    const { text } = await bob.reads(/Your code is/);
    await run("approvals", "approve", /code is (\S{8})\./.exec(text)![1]!);
    await bob.reads(/echo: hello/);
    first.process.kill("SIGKILL");
    await first.process.exited;
  }
  await bob.says("are you back?");
  await using second = await gateway(config);
  await bob.reads(/echo: .*are you back/);
  await bob.says(`<@${slack.bot.userId}> and here?`, { chat: kitchen });
  await bob.reads(/echo: .*and here/, { chat: kitchen });
  await bob.sendsFile({ bytes: new TextEncoder().encode("the numbers"), fileName: "report.txt", text: "look" });
  await bob.reads(/echo: .*look/s);
  const client = await owner();
  const { channels } = await client.call("channels.status", { probe: true });
  equal((channels["slack"] as { readonly connected?: boolean }).connected, true);
  client.close();
  const answers = bob.sees().filter(({ isFromBot, text }) => isFromBot && /echo:/.test(text));
  equal(answers.filter(({ text }) => /are you back/.test(text)).length, 1);
  equal(answers.filter(({ text }) => /echo: hello/.test(text)).length, 1);
  equal(slack.sockets.most, 1);
  match(second.log(), /gateway\.started/);
  for (const secret of [botToken, appToken]) equal(second.log().includes(secret), false);
});
