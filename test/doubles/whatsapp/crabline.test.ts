import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startWhatsAppServer } from "@openclaw/crabline";
import { whatsapp } from "../../../src/providers/whatsapp/index.ts";
import { Keyring } from "../../../src/providers/whatsapp/keyring.ts";
import { whatsappAccount } from "../../contracts/whatsapp-stage.ts";
import { FakeClock } from "../fake-clock.ts";
import { memoryRecords } from "../memory-records.ts";
import { RecordingPorts } from "../recording-ports.ts";

/** A second WhatsApp, by others and with a codec of its own: what holds on both is not our double's doing. */

const number = "15550001111";
const bob = "15557654321@s.whatsapp.net";

test("the link connects, hears and is heard at a server that is not ours", async () => {
  const folder = mkdtempSync(join(tmpdir(), "clawdia-crabline-"));
  const events: string[] = [];
  const server = await startWhatsAppServer({
    selfJid: `${number}@s.whatsapp.net`,
    recorderPath: join(folder, "events.jsonl"),
    onEvent: (event) => void events.push(JSON.stringify(event)),
  });
  try {
    const { endpoints, adminToken } = server.manifest;
    const records = memoryRecords();
    // It pairs nobody: the device is one that was paired before.
    const keyring = await Keyring.fresh(records);
    keyring.creds.me = { id: `${number}:1@s.whatsapp.net`, name: "Clawdia" };
    keyring.creds.account = {
      details: Buffer.from([0]),
      accountSignatureKey: Buffer.alloc(32),
      accountSignature: Buffer.alloc(64),
      deviceSignature: Buffer.alloc(64),
    };
    await keyring.save();
    const account = whatsappAccount({ webSocketUrl: endpoints.baileysWebSocketUrl, mediaUrl: endpoints.apiRoot });
    const ports = new RecordingPorts(new FakeClock(), { linkedDevice: "yes" }, records);
    await using link = await whatsapp.open(account, ports);
    await ports.told("connected");
    const response = await fetch(endpoints.adminInboundUrl, {
      method: "POST",
      headers: { authorization: `Bearer ${adminToken}`, "content-type": "application/json" },
      body: JSON.stringify({ chatJid: bob, from: bob, text: "hello from crabline" }),
    });
    expect([response.status, await response.text()]).toEqual([200, expect.any(String)]);
    const heard = await ports.until(() => ports.received[0]);
    expect([heard.text, heard.ref.peer]).toEqual(["hello from crabline", { kind: "direct", id: "+15557654321" }]);
    const text = { markup: "hello crabline", plain: "hello crabline" };
    const sent = { sendId: "0123456789abcdef01234567", peer: heard.ref.peer, text };
    expect(await link.send(sent, new AbortController().signal)).toEqual({ messageId: "3EB06789ABCDEF01234567" });
    expect(events.some((event) => event.includes("hello crabline"))).toBe(true);
  } finally {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  }
});
