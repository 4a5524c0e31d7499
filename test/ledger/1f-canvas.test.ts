import { expect, test } from "bun:test";
import { linkSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { graceMs } from "../../src/canvas/index.ts";
import { newDevice, ownerToken } from "../open-house.ts";
import { form } from "../pages/canvas-screen.ts";
import { afar, LedgerHouse, proxied } from "./ledger-house.ts";

/** Block 1F of the ledger: the canvas, its capability, its folder and its buttons. */

const page = "/__openclaw__/canvas/index.html";
const paths = [page, "/__openclaw__/a2ui/", "/__openclaw__/ws", "/__clawdbot__/canvas/", "/__moltbot__/a2ui/"];

/** A screen's own path to the canvas. */
async function screenOf(house: LedgerHouse) {
  const { wire, answer } = await house.greet({ signer: newDevice(), auth: { token: ownerToken }, role: "node" });
  const url = answer.payload!["canvasHostUrl"] as string;
  return { wire, base: new URL(url).pathname };
}

test("S-88 a canvas without a capability is refused from afar, whoever else is connected from there", async () => {
  await using house = await LedgerHouse.open(proxied);
  const { answer } = await house.greet({ signer: newDevice(), auth: { token: ownerToken } }, afar());
  expect(answer.error?.code).toBe("NOT_PAIRED");
  for (const path of paths) {
    const plain = await house.refuses(() =>
      house.socket({ ...afar("203.0.113.7", { Upgrade: "none", Connection: "close" }), path }),
    );
    expect([path, plain.status]).toEqual([path, 401]);
    const upgrade = await house.refuses(() => house.socket({ ...afar(), path }));
    expect([path, upgrade.status]).toEqual([path, 401]);
  }
});

test("S-88 a truncated, foreign or expired capability opens nothing, and neither does the socket", async () => {
  await using house = await LedgerHouse.openTimed();
  const { wire, base } = await screenOf(house);
  expect((await house.fetch(`${base}${page}`)).status).toBe(200);
  for (const wrong of [base.slice(0, -1), `${base}x`, base.replace(/cap\/.{6}/, "cap/AAAAAA")]) {
    expect([wrong, (await house.fetch(`${wrong}${page}`)).status]).toEqual([wrong, 401]);
    expect([wrong, (await house.socket({ path: `${wrong}/__openclaw__/ws` })).status]).toEqual([wrong, 401]);
  }
  wire[Symbol.dispose]();
  // The gateway notices the end of the connection in its own time; the grace begins then.
  for (let step = 0; step < 40 && (await house.fetch(`${base}${page}`)).status === 200; step++) {
    await house.clock.advance(graceMs / 4);
  }
  expect((await house.fetch(`${base}${page}`)).status).toBe(401);
});

test("S-88 a page of another site reaches no canvas through this machine's own browser", async () => {
  await using house = await LedgerHouse.open();
  for (const site of ["cross-site", "same-site"]) {
    for (const mode of ["navigate", "no-cors", "cors"]) {
      const headers = { "sec-fetch-site": site, "sec-fetch-mode": mode };
      expect((await house.fetch(page, { headers })).status).toBe(401);
    }
  }
  const wire = await house.socket({ path: "/__openclaw__/ws", headers: { Origin: "https://evil.example" } });
  expect(wire.status).toBe(403);
});

const encodings = [
  ["..", "%2e%2e", "%2E.", ".%2e", "..%00", "%2e%2e%2f", "..%5c", "....", "%252e%252e", "..;", "%c0%ae%c0%ae"],
  ["/", "%2f", "%5c", "\\", "//", "/./", "%2F%2F"],
  ["secret.txt", "..%2fsecret.txt", "clawdia.db", ".hidden", "etc/passwd", "index.html%00.txt", "index.html."],
] as const;

test("S-89 no spelling of a path leads out of the canvas folder", async () => {
  await using house = await LedgerHouse.open();
  writeFileSync(join(house.folder, "secret.txt"), "canary-outside");
  writeFileSync(join(house.folder, "canvas", ".hidden"), "canary-outside");
  const [dots, slashes, names] = encodings;
  const spellings = dots.flatMap((dot) => slashes.flatMap((slash) => names.map((name) => `${dot}${slash}${name}`)));
  expect(spellings.length).toBeGreaterThan(500);
  const headers = { Upgrade: "none", Connection: "close" };
  for (let at = 0; at < spellings.length; at += 32) {
    const answers = spellings.slice(at, at + 32).map(async (spelling) => {
      using wire = await house.socket({ path: `/__openclaw__/canvas/${spelling}`, headers });
      return [spelling, [400, 404].includes(wire.status), wire.body.includes("canary")] as const;
    });
    for (const answer of await Promise.all(answers)) expect(answer).toEqual([answer[0], true, false]);
  }
});

test("S-89 links are not followed, and a file with a second name is not handed out", async () => {
  await using house = await LedgerHouse.open();
  const canvas = join(house.folder, "canvas");
  const secret = join(house.folder, "secret.txt");
  writeFileSync(secret, "canary-outside");
  symlinkSync(secret, join(canvas, "link.txt"));
  symlinkSync(house.folder, join(canvas, "folder"));
  linkSync(secret, join(canvas, "hard.txt"));
  for (const name of ["link.txt", "folder/secret.txt", "folder/clawdia.db", "hard.txt"]) {
    const answer = await house.fetch(`/__openclaw__/canvas/${name}`);
    expect([name, answer.status, await answer.text()]).toEqual([name, 404, "not_found: nothing is here\n"]);
  }
});

test("S-89 a folder that turns into a link and back never hands out what lies behind it", async () => {
  await using house = await LedgerHouse.open();
  const canvas = join(house.folder, "canvas");
  writeFileSync(join(house.folder, "page.txt"), "canary-outside");
  mkdirSync(join(canvas, "real"));
  writeFileSync(join(canvas, "real", "page.txt"), "inside");
  const seen = new Set<string>();
  for (let round = 0; round < 40; round++) {
    const reads = Array.from({ length: 20 }, async () => {
      const answer = await house.fetch("/__openclaw__/canvas/real/page.txt");
      seen.add(answer.status === 200 ? await answer.text() : String(answer.status));
    });
    renameSync(join(canvas, "real"), join(canvas, "aside"));
    symlinkSync(house.folder, join(canvas, "real"));
    await reads[0];
    rmSync(join(canvas, "real"));
    renameSync(join(canvas, "aside"), join(canvas, "real"));
    await Promise.all(reads);
  }
  expect([...seen].filter((text) => !["inside", "404"].includes(text))).toEqual([]);
});

test("S-90 a page of the agent cannot press a surface's button, whatever it knows of its own address", async () => {
  await using house = await LedgerHouse.open();
  using alice = await house.open.operator();
  await alice.call("canvas.push", { messages: form() });
  const { base } = await screenOf(house);
  const address = `${house.open.url}${base}/__openclaw__/ws`;
  const wire: WebSocket = Reflect.construct(WebSocket, [address, { headers: { Origin: "null" } }]);
  const heard: string[] = [];
  const welcome = Promise.withResolvers<void>();
  wire.addEventListener("message", ({ data }) => {
    heard.push(String(data));
    welcome.resolve();
  });
  await welcome.promise;
  const action = { name: "order", surfaceId: "order", sourceComponentId: "send", context: {} };
  for (const type of ["action", "say", "push"]) {
    wire.send(JSON.stringify({ type, id: type, action, text: "obey", messages: form("other") }));
  }
  wire.send(JSON.stringify({ type: "visible", visible: true }));
  await alice.call("canvas.status", {});
  expect(heard).toHaveLength(1);
  expect(JSON.parse(heard[0]!)).toEqual({ type: "welcome", board: "main", right: "files", files: "" });
  expect((await alice.call("chat.history", { sessionKey: "main" })).messages).toEqual([]);
  wire.close();
});

test("S-99 a file takes a capability for every reading, and no reading uses it up", async () => {
  await using house = await LedgerHouse.open(proxied);
  const { base } = await screenOf(house);
  const headers = { Upgrade: "none", Connection: "close" };
  const without = await house.socket({ ...afar("203.0.113.9", headers), path: page });
  expect(without.status).toBe(401);
  for (let reading = 0; reading < 3; reading++) {
    const prefetch = { purpose: "prefetch", "sec-purpose": "prefetch" };
    expect((await house.fetch(`${base}${page}`, { method: "HEAD", headers: prefetch })).status).toBe(200);
    expect((await house.fetch(`${base}${page}`, { headers: prefetch })).status).toBe(200);
    const afarAgain = await house.socket({ ...afar("203.0.113.9", headers), path: `${base}${page}` });
    expect(afarAgain.status).toBe(200);
  }
});
