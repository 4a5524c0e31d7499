import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import readCode from "jsqr";
import { accountDefaults, type AccountPolicy } from "../../src/config/index.ts";
import { ScriptedEngine } from "../doubles/scripted-engine.ts";
import type { Person } from "../doubles/whatsapp/person.ts";
import { WhatsAppDouble } from "../doubles/whatsapp/whatsapp-double.ts";
import { type OpenHouse, openHouse, type OpenHouseOptions } from "../open-house.ts";

/** The whole house on WhatsApp's real client, and a WhatsApp that is not theirs. */

interface Scene extends AsyncDisposable {
  readonly whatsapp: WhatsAppDouble;
  readonly bob: Person;
  house(policy?: Partial<AccountPolicy>, rest?: OpenHouseOptions): Promise<OpenHouse>;
}

async function scene(): Promise<Scene> {
  const stateDir = mkdtempSync(join(tmpdir(), "clawdia-whatsapp-"));
  const whatsapp = await WhatsAppDouble.start();
  const bob = await whatsapp.person({ number: "15557654321", name: "Bob" });
  return {
    whatsapp,
    bob,
    house: (policy = {}, rest = {}) => {
      const { webSocketUrl, mediaUrl } = whatsapp;
      const own = { deviceName: "Clawdia", selfChat: true, webSocketUrl, mediaUrl };
      const main = { ...accountDefaults("whatsapp"), ...own, ...policy };
      return openHouse({ stateDir, networks: { whatsapp: { enabled: true, accounts: { main } } }, ...rest });
    },
    async [Symbol.asyncDispose]() {
      await whatsapp[Symbol.asyncDispose]();
      rmSync(stateDir, { recursive: true, force: true });
    },
  };
}

/** As `clawdia providers add whatsapp` does it, with a person who scans the code. */
async function link(house: OpenHouse, whatsapp: WhatsAppDouble): Promise<void> {
  using alice = await house.operator();
  let progress = await alice.call("channels.login.start", { channel: "whatsapp" });
  while (!progress.done) {
    const { loginId, step } = progress;
    if (step?.kind === "qr") whatsapp.scan(step.text!);
    progress = await alice.call("channels.login.next", { loginId, ...(step?.kind === "ask" && { value: "qr" }) });
  }
  const isUp = () => house.log.of("link.connected").some(({ name }) => name === "whatsapp");
  while (!isUp()) await alice.call("channels.status", {});
}

test("a stranger on WhatsApp gets a code, is approved, is answered once, and again after a restart", async () => {
  await using stage = await scene();
  const { whatsapp, bob } = stage;
  {
    await using house = await stage.house();
    await link(house, whatsapp);
    using alice = await house.operator();
    await bob.says("hello");
    const { text } = await bob.reads(/Your code is/);
    await alice.call("approvals.approve", { code: /code is (\S{8})\./.exec(text)![1]! });
    await bob.reads(/heard: .*hello/);
    expect(house.log.records.filter(({ level }) => level === "error")).toEqual([]);
    expect(house.log.text).not.toContain("15557654321");
  }
  await bob.says("are you back?");
  await using again = await stage.house();
  await bob.reads(/heard: .*are you back/);
  expect(bob.hears().filter(({ text }) => text.startsWith("heard:")).length).toBe(2);
  expect(again.log.records.filter(({ level }) => level === "error")).toEqual([]);
});

test("markup arrives as WhatsApp shows it, groups are answered when they mention us, ticks turn blue", async () => {
  await using stage = await scene();
  const { whatsapp, bob } = stage;
  const engine = new ScriptedEngine();
  engine.answer = () => "**bold** and `code`";
  const group = whatsapp.group("house", [bob]);
  const groups = { [group.jid]: { enabled: true, requireMention: true } };
  await using house = await stage.house({ allowFrom: [`+${bob.number}`], groups, readReceipts: true }, { engine });
  await link(house, whatsapp);
  const first = await bob.says("hi");
  expect((await bob.reads(/bold/)).text).toBe("*bold* and `code`");
  await whatsapp.until(() => whatsapp.receipts("read").includes(first));
  await bob.says("nobody asked", { to: group.jid });
  const asked = await bob.says("@15550001111 and now?", { to: group.jid, mentions: [whatsapp.jid] });
  const answer = await whatsapp.until(() => bob.hears(group.jid)[0]);
  expect(answer.quotedId).toBe(asked);
  expect(engine.turns[1]!.prompt).toContain("Bob: nobody asked");
});

test("a send that the network never confirmed goes again, and is one message", async () => {
  await using stage = await scene();
  const { whatsapp, bob } = stage;
  await using house = await stage.house({ allowFrom: [`+${bob.number}`], streaming: "off" });
  await link(house, whatsapp);
  whatsapp.fault({ kind: "cut-after" });
  await bob.says("once");
  await bob.reads(/once/);
  await bob.says("twice");
  await bob.reads(/twice/);
  expect(bob.hears().filter(({ text }) => text.endsWith("once"))).toHaveLength(1);
});

test("a device that the phone removed ends the account with the cure, and clients' buttons link it anew", async () => {
  await using stage = await scene();
  const { whatsapp } = stage;
  await using house = await stage.house();
  await link(house, whatsapp);
  using alice = await house.operator();
  expect(await alice.call("web.login.start", {})).toEqual({ message: "WhatsApp is already linked." });
  const first = whatsapp.device!;
  whatsapp.removeDevice();
  for (;;) {
    const status = await alice.call("channels.status", {});
    const [account] = status.channelAccounts["whatsapp"]!;
    if (account!["state"] !== "logged-out") continue;
    expect(account).toMatchObject({ connected: false, linked: false, cure: "clawdia providers add whatsapp" });
    break;
  }
  const { qrDataUrl } = await alice.call("web.login.start", {});
  const png = Uint8Array.fromBase64(qrDataUrl!.replace("data:image/png;base64,", ""));
  const waiting = alice.call("web.login.wait", {});
  whatsapp.scan(scanned(png));
  expect(await waiting).toMatchObject({ connected: true, message: expect.stringContaining("+15550001111") });
  await whatsapp.until(() => whatsapp.device !== first && whatsapp.device?.connection);
  expect(await alice.call("web.login.wait", {})).toMatchObject({ connected: false });
});

/** What a phone reads from the picture: a bit of grey a pixel, so its rows unfold without a decoder. */
function scanned(png: Uint8Array): string {
  const view = new DataView(png.buffer, png.byteOffset);
  const side = view.getUint32(16);
  const zlibHead = 41 + 2;
  const raw = Bun.inflateSync(Uint8Array.from(png.subarray(zlibHead, 41 + view.getUint32(33) - 4)));
  const rowBytes = 1 + Math.ceil(side / 8);
  const pixels = new Uint8ClampedArray(side * side * 4).fill(255);
  for (let at = 0; at < side * side; at++) {
    const [y, x] = [Math.floor(at / side), at % side];
    const isLight = (raw[y * rowBytes + 1 + (x >> 3)]! & (0x80 >> (x & 7))) !== 0;
    if (!isLight) pixels.set([0, 0, 0], at * 4);
  }
  return readCode(pixels, side, side)!.data;
}
