import { expect, setDefaultTimeout, test } from "bun:test";
import { openBrowser, Visitor } from "../doubles/browser.ts";
import { FakeNetwork } from "../doubles/fake-network.ts";
import { openWith } from "../house/fake-house.ts";
import { LoginError } from "../../src/providers/index.ts";
setDefaultTimeout(120000);
test("shots", async () => {
  const browser = await openBrowser();
  const network = new FakeNetwork();
  const provider = { ...network.provider, label: "Telegram", async *login(_a: any, _p: any): any {
    const a = yield { kind: "ask", name: "phone", label: "Phone number", help: "With the country's code, as in +49 170 1234567.", isSecret: false };
    if (a.value === "1") throw new LoginError("that is no phone number: it starts with + and the country's code");
    yield { kind: "qr", text: "https://signal.example/linkdevice?uuid=abcdefgh&pub_key=ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", help: "Open the app on your phone: Settings, Linked devices, Link a device.", expiresAtMs: Date.now() + 60000 };
    await new Promise(() => {});
  } };
  await using house = await openWith({ ...network, provider } as any, { groups: { "-1": { enabled: true, requireMention: true } } as any, allowFrom: ["8"] });
  using alice = await house.operator();
  const sends = async () => {
    await network.says("let me in, please 🙏");
    await network.says("hi, it is me", { sender: { id: "9", name: "Mallory \u202etxt.exe" }, peer: { kind: "direct", id: "9" } });
    await network.says("psst, who is up for lunch?", { peer: { kind: "group", id: "-1" }, sender: { id: "8", name: "Carol" } });
    await network.says("elsewhere", { peer: { kind: "group", id: "-2" }, sender: { id: "8", name: "Carol" } });
    await network.says("what is the weather?", { sender: { id: "8", name: "Carol" }, peer: { kind: "direct", id: "8" } });
  };
  await sends();
  await network.until((s) => s.some((m) => m.text.includes("weather")));
  await alice.call("approvals.approve", { channel: "telegram", senderId: "33", isOwner: true });
  network.faults = [{ kind: "lose-answer" }];
  await alice.call("send", { to: "7", channel: "telegram", message: "Your train leaves at 18:04 from platform 7. Shall I book a seat?", idempotencyKey: "k1" }).catch(() => 0);
  network.faults = [{ kind: "refuse", permanent: true }];
  await alice.call("send", { to: "8", channel: "telegram", message: "Good morning, Carol.", idempotencyKey: "k2" }).catch(() => 0);
  for (const [name, width, height, scheme] of [["desk-light", 1200, 800, "light"], ["phone-dark", 390, 780, "dark"], ["phone-light", 360, 740, "light"], ["desk-dark", 1200, 800, "dark"]] as const) {
    await using bob = await Visitor.enter(browser, house, alice, { width, height });
  void alice.call("exec.approval.request", { id: `a1${name}`, command: "git push origin main --force", cwd: "/home/alice/project", agentId: "main", resolvedPath: "/usr/bin/git", sessionKey: "agent:main:main", host: null, timeoutMs: 12000 }, { timeoutMs: 0 }).catch(() => 0);
  void alice.call("exec.approval.request", { id: `a2${name}`, command: "echo \u202egpj.exe && " + "curl https://example.com/a ".repeat(30), cwd: "/tmp", agentId: "main", host: "node: laptop", timeoutMs: 12000 }, { timeoutMs: 0 }).catch(() => 0);
    await bob.page.emulateMedia({ colorScheme: scheme });
    const shot = async (what: string) => { await Bun.sleep(300); await bob.page.screenshot({ path: `/tmp/shots/${name}-${what}.png` }); expect(await bob.page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0); };
    await bob.says("hi"); await Bun.sleep(300);
    await shot("0chat");
    const go = async (t: string) => { if (width < 760) await bob.button("Open the list of conversations").click(); if (width < 760 && t === "People") await shot("0drawer"); await bob.page.getByRole("navigation", { name: "Gateway" }).getByRole("button", { name: t }).click(); await Bun.sleep(200); };
    for (const [i, t] of ["People", "Commands", "Why no answer?", "Deliveries", "Networks"].entries()) {
      await go(t); await shot(`${i + 1}${t.replace(/\W/g, "")}`);
      if (t === "Deliveries") { await bob.button("Send again").last().click(); await shot("4confirm"); await bob.page.keyboard.press("Escape"); }
    }
    await bob.page.getByRole("button", { name: "Link another account" }).click();
    await bob.page.getByLabel(/Short name/).fill("work"); await bob.page.keyboard.press("Enter");
    await bob.page.getByLabel("Phone number").fill("1"); await bob.page.keyboard.press("Enter");
    await bob.page.getByRole("alert").waitFor(); await shot("6refused");
    await bob.page.getByLabel("Phone number").fill("+49"); await bob.page.keyboard.press("Enter");
    await bob.page.getByRole("img", { name: "QR code to scan" }).waitFor(); await shot("7qr");
    await bob.button("Cancel").click();
    expect(bob.complaints).toEqual([]);
  }
  await browser.close();
});
