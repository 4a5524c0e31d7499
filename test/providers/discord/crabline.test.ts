import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startDiscordServer } from "@openclaw/crabline";
import { expect, test } from "bun:test";
import { discord } from "../../../src/providers/discord/index.ts";
import { discordAccount } from "../../contracts/discord-stage.ts";
import { FakeClock } from "../../doubles/fake-clock.ts";
import { RecordingPorts } from "../../doubles/recording-ports.ts";
import { never, outbound } from "./linked.ts";

/** The link on a Discord that is not ours, so that a mistake which the double shares would show. */

test("a link talks with crabline's Discord: in, out, a file, an edit, a reaction, a thread, the menu", async () => {
  const folder = mkdtempSync(join(tmpdir(), "crabline-discord-"));
  const server = await startDiscordServer({ recorderPath: join(folder, "calls.jsonl"), adminToken: "admin" });
  const { botToken, endpoints, fixture, applicationId } = server.manifest;
  const says = async (body: object) => {
    const response = await fetch(endpoints.adminInboundUrl, {
      method: "POST",
      headers: { "content-type": "application/json", "x-crabline-admin-token": "admin" },
      body: JSON.stringify({ senderId: "135000000000000077", senderName: "bob", ...body }),
    });
    const { message } = (await response.json()) as { readonly message: { readonly id: string } };
    return message.id;
  };
  try {
    const ports = new RecordingPorts(new FakeClock());
    const settings = { botToken, apiRoot: endpoints.apiRoot, messageContent: false };
    await using link = await discord.open(discordAccount(settings), ports);
    const { self } = await ports.told("connected");
    expect(self.id).toBe(applicationId);
    await link.probe(never);
    const { guildId, channelId } = fixture;
    const heard = await ports.heard(await says({ channelId, guildId, content: `<@${self.id}> hello` }));
    expect(heard).toMatchObject({ ref: { peer: { kind: "group", id: channelId } }, text: "hello", mentionsSelf: true });
    const { peer, messageId: replyToId } = heard.ref;
    const { messageId } = await link.send(outbound(peer, "hi", { replyToId }), never);
    await link.edit!({ peer, messageId }, outbound(peer, "hi there"), never);
    await link.react!(heard.ref, "👀", never);
    await link.react!(heard.ref, null, never);
    const bytes = new Uint8Array([1, 2, 3]);
    const media = { kind: "document", mimeType: "text/plain", fileName: "a.txt", bytes: () => bytes } as const;
    const file = await link.send(outbound(peer, "", { media }), never);
    expect(file.messageId).not.toBe(messageId);
    await link.send(outbound({ kind: "direct", id: "135000000000000077" }, "directly"), never);
    await link.setCommands!([{ name: "status", summary: "How it is." }]);
    const inThread = await says({
      channelId: "135000000000000099",
      parentChannelId: channelId,
      guildId,
      content: "soup",
    });
    const { ref } = await ports.heard(inThread);
    expect(ref.peer).toEqual({ kind: "group", id: channelId, threadId: "135000000000000099" });
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
