import { deepEqual, equal } from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { MessagesDouble } from "../../doubles/imessage/messages-double.ts";
import { wrapperDoor } from "../../doubles/imessage/ssh-door.ts";
import { play } from "../scene.ts";

/**
 * A Mac with imsg in its PATH is linked by its owner, a stranger is approved and answered, and the gateway is killed;
 * its imsg is gone with it. Then the same account reads the same Mac over ssh, and answers what came meanwhile, once.
 */
await using double = new MessagesDouble();
process.env["PATH"] = `${double.binFolder}:${process.env["PATH"]}`;
const bob = double.person({ name: "Bob", handle: "+15552223333" });
const { attachmentsFolder } = double;

await play(async ({ gateway, run, owner }) => {
  {
    await using first = await gateway({ providers: { imessage: { accounts: { main: { attachmentsFolder } } } } });
    const client = await owner();
    const asked = await client.call("channels.login.start", { channel: "imessage", accountId: "main" });
    equal(asked.step?.kind, "ask");
    await client.call("channels.login.next", { loginId: asked.loginId, value: "local" });
    const { done } = await client.call("channels.login.next", { loginId: asked.loginId });
    equal(done?.name, "Messages on this Mac (imsg 0.15.10)");
    client.close();
    await double.until(() => double.watchedFrom.length > 0);
    bob.says("hello");
    const { text } = await bob.reads(/Your code is/);
    await run("approvals", "approve", /code is (\S{8})\./.exec(text)![1]!);
    await bob.reads(/echo: hello/);
    first.process.kill("SIGKILL");
    await first.process.exited;
    await double.until(() => double.connections.length === 0);
  }
  bob.says("are you back?");
  const { host: remoteHost, sshArgs } = wrapperDoor(double);
  const overSsh = { attachmentsFolder, remoteHost, sshArgs };
  await using second = await gateway({ providers: { imessage: { accounts: { main: overSsh } } } });
  await bob.reads(/echo: .*are you back/s);
  const bytes = new Uint8Array(50_000).fill(7);
  bob.sendsFile({ bytes, fileName: "photo.png", mimeType: "image/png" }, { text: "look" });
  await bob.reads(/echo: .*look/s);
  const client = await owner();
  const { channels } = await client.call("channels.status", { probe: true });
  equal((channels["imessage"] as { readonly connected?: boolean }).connected, true);
  client.close();
  const answers = bob.sees().filter(({ isFromMe, text }) => isFromMe && /echo:/.test(text));
  equal(answers.length, 3);
  equal(readFileSync(join(double.folder, "ssh-arguments"), "utf8").includes("photo.png"), false);
  deepEqual([/are you back/.test(second.log()), /"error"/.test(second.log())], [false, false]);
});
