import { equal, match } from "node:assert/strict";
import type { Client } from "../../../src/client/index.ts";
import { WhatsAppDouble } from "../../doubles/whatsapp/whatsapp-double.ts";
import { play } from "../scene.ts";

/** A phone is linked by a code; a stranger is approved and answered once, also when the gateway is killed meanwhile. */
await play(async ({ certificate, gateway, run, owner }) => {
  await using whatsapp = await WhatsAppDouble.start({ port: 443, tls: certificate, mediaHost: "mmg.whatsapp.net" });
  const bob = await whatsapp.person({ number: "15557654321", name: "Bob" });
  const config = { agents: { echoNetworks: true }, providers: { whatsapp: { accounts: { main: {} } } } };
  {
    await using first = await gateway(config);
    const client = await owner();
    await link(client, whatsapp);
    client.close();
    await bob.says("hello");
    const { text } = await bob.reads(/Your code is/);
    await run("approvals", "approve", /code is (\S{8})\./.exec(text)![1]!);
    await bob.reads(/echo: .*hello/);
    await bob.sendsFile({ bytes: new Uint8Array(2000).fill(7), mimeType: "text/plain", fileName: "notes.txt" });
    await bob.reads(/echo: .*notes\.txt/s);
    await whatsapp.until(() => whatsapp.downloads > 0);
    first.process.kill("SIGKILL");
    await first.process.exited;
  }
  await bob.says("are you back?");
  await using second = await gateway(config);
  await bob.reads(/echo: .*are you back/);
  const client = await owner();
  const { channels } = await client.call("channels.status", { probe: true });
  equal((channels["whatsapp"] as { readonly connected?: boolean }).connected, true);
  client.close();
  equal(bob.hears().filter(({ text }) => text.startsWith("echo:")).length, 3);
  match(second.log(), /gateway\.started/);
  equal(second.log().includes(bob.number), false);
});

async function link(client: Client, whatsapp: WhatsAppDouble): Promise<void> {
  let progress = await client.call("channels.login.start", { channel: "whatsapp" });
  while (!progress.done) {
    const { loginId, step } = progress;
    if (step?.kind === "qr") whatsapp.scan(step.text!);
    progress = await client.call("channels.login.next", { loginId, ...(step?.kind === "ask" && { value: "qr" }) });
  }
}
