import { afterAll, beforeAll, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { inlineImage } from "../../src/cli/nodes/saved-media.ts";
import { spanMs } from "../../src/cli/nodes/senses.ts";
import { kinds, WireNode } from "../nodes/wire-node.ts";
import { Person, type RunningGateway, startGateway } from "./command-house.ts";

/** The owner uses devices from a terminal. */

const alice = new Person();
let gateway: RunningGateway;

const png = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex");
const answers: Readonly<Record<string, unknown>> = {
  "camera.snap": { format: "jpg", base64: png.toString("base64"), width: 4, height: 3 },
  "camera.list": { devices: [{ id: "0", name: "Back camera", position: "back" }] },
  "canvas.snapshot": { format: "png", base64: png.toString("base64") },
  "canvas.eval": { result: "42" },
  "location.get": { lat: 52.5, lon: 13.4, source: null, timestamp: "2027-01-15T08:00:00Z" },
  "system.run": { exitCode: 3, stdout: "out\u001b[2J\n", stderr: "err\n", timedOut: false },
};
/** What the nodes were asked for, newest last. */
const asked: { readonly command: string; readonly params: unknown; readonly timeoutMs: number }[] = [];

/** A node that answers everything from the table, until the gateway ends. */
async function node(displayName: string, platform: string, commands: readonly string[]): Promise<WireNode> {
  const client = { id: "node-host", mode: "node", version: "1", platform, displayName };
  const kind = { greeting: { ...kinds.headless.greeting, client, more: { commands } }, isBinary: false };
  const made = await WireNode.connect(gateway, kind, { token: gateway.token });
  const serve = async () => {
    for (let request = await made.asked(); ; request = await made.asked()) {
      const { command, paramsJSON, timeoutMs = 0 } = request;
      asked.push({ command, params: JSON.parse(paramsJSON ?? "null") as unknown, timeoutMs });
      await made.result(request.id, { payloadJSON: JSON.stringify(answers[command] ?? null) });
    }
  };
  void serve().catch(() => undefined);
  return made;
}

beforeAll(async () => {
  gateway = await startGateway(alice);
  const offer = ["camera.snap", "camera.list", "canvas.eval", "canvas.snapshot", "location.get", "system.notify"];
  await node("Phone", "android", offer);
  await node("attic", "linux", ["system.run", "system.which"]);
  await run("approve", "phone");
  await run("approve", "attic");
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  alice[Symbol.dispose]();
});

const run = (...args: readonly string[]) => alice.types(["nodes", ...args]);

test("without a node the list says how to get one", async () => {
  using bob = new Person();
  await using own = await startGateway(bob);
  expect(own.port).toBeGreaterThan(0);
  expect(await bob.types(["nodes"])).toEqual({
    code: 0,
    stdout:
      "There is no node yet. Connect one: an app, a browser (clawdia canvas link --qr), or clawdia node run on " +
      "another machine.\n",
    stderr: "",
  });
  expect(await bob.types(["nodes", "camera", "snap"])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("no node is connected"),
  });
});

test("what a node offers is shown in words, approved in part, declined, and given all the same", async () => {
  using tablet = await node("tablet", "android", ["camera.snap", "canvas.eval", "sms.send"]);
  const { stdout } = await run("list");
  expect(stdout).toContain("tablet offers what nobody approved yet");
  expect(stdout).toContain("camera.snap: take pictures, sms.send: send text messages in your name, chat: talk to");
  const refused = await run("camera", "snap", "--node", "tablet");
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringMatching(/clawdia nodes approve [0-9a-f-]{36}/)]);
  expect((await run("approve", "tablet", "--only", "camera.snap")).stdout).toBe(
    "tablet may be asked for: canvas.eval, camera.snap.\n",
  );
  expect((await run("approve", "tablet", "--only", "sms.send")).stdout).toContain("camera.snap, sms.send.");
  expect((await run("revoke", "tablet", "--only", "camera.snap")).stdout).toBe(
    "tablet may be asked for: canvas.eval, sms.send.\n",
  );
  const described = await run("describe", "tablet");
  expect(described.stdout).toContain("canvas.eval, sms.send");
  expect((await run("rename", "tablet", "kitchen")).stdout).toContain('is called "kitchen" now');
  const { nodes } = await alice.asks<{ nodes: { displayName: string }[] }>("nodes", "list");
  expect(nodes.map(({ displayName }) => displayName)).toEqual(["attic", "kitchen", "Phone"]);
  expect((await run("remove", "kitchen")).code).toBe(1);
  expect((await run("remove", "kitchen", "--yes")).stdout).toContain("is no node any more");
  expect((await run("describe", tablet.id)).code).toBe(1);
});

test("a request is rejected, and nothing is asked twice", async () => {
  using shed = await node("shed", "linux", ["system.run"]);
  expect((await run("reject", "shed")).stdout).toContain("Rejected.");
  expect((await run("approve")).stderr).toContain("no node waits for approval");
  expect((await run("approve", "shed")).stdout).toBe("shed may be asked for: system.run.\n");
  expect((await run("remove", shed.id, "--yes")).code).toBe(0);
});

test("pictures become files, one for each camera, and nothing is written over", async () => {
  const shot = await run("camera", "snap", "--facing", "both");
  expect(shot.stdout).toMatch(/camera-front-.*\.png \(image\/png, 4x3, 1 KiB\)\n.*camera-back-.*\.png/);
  const files = readdirSync(alice.home).filter((name) => name.endsWith(".png"));
  expect(files).toHaveLength(2);
  expect(readFileSync(join(alice.home, files[0]!)).equals(png)).toBe(true);
  const saved = await alice.asks("nodes", "canvas", "snapshot", "--out", "page.png");
  expect(saved).toEqual({ path: join(alice.home, "page.png"), mimeType: "image/png", bytes: png.length });
  expect(existsSync(join(alice.home, "page.png"))).toBe(true);
  expect((await run("camera", "list")).stdout).toContain("Back camera");
});

test("a node is asked for anything, with its own time", async () => {
  expect((await run("canvas", "eval", "6*7")).stdout).toBe("42\n");
  expect(asked.at(-1)).toEqual({ command: "canvas.eval", params: { javaScript: "6*7" }, timeoutMs: 30_000 });
  expect((await run("location", "get")).stdout).toContain("52.5");
  expect((await run("notify", "--title", "Tea")).stdout).toBe("Shown on Phone.\n");
  expect((await run("notify")).code).toBe(2);
  const invoked = await alice.asks("nodes", "invoke", "canvas.eval", "--params", '{"javaScript":"1"}');
  expect(invoked).toEqual({ result: "42" });
  expect((await run("invoke", "canvas.eval", "--params", "[1]")).code).toBe(2);
});

test("a program's words and its end are told, and nothing in them drives the terminal", async () => {
  const ran = await run("run", "--node", "attic", "--seconds", "5", "--", "ls", "-l", "a b");
  expect(asked.at(-1)).toMatchObject({ params: { command: ["ls", "-l", "a b"], timeoutMs: 5_000 }, timeoutMs: 35_000 });
  expect([ran.code, ran.stdout]).toEqual([1, "out\\u001b[2J\n"]);
  expect(ran.stderr).toContain("err\n");
  expect(ran.stderr).toContain("the program ended with 3");
});

function draws(mimeType: string, environment: Readonly<Record<string, string>>): string {
  return inlineImage(png, mimeType, environment);
}

test("a picture is drawn in terminals that can", () => {
  expect(draws("image/jpeg", { TERM_PROGRAM: "iTerm.app" })).toStartWith("\u001b]1337;File=inline=1;size=16;");
  expect(draws("image/png", { TERM: "xterm-kitty" })).toStartWith("\u001b_Ga=T,f=100,m=0;");
  expect(draws("image/jpeg", { TERM: "xterm-kitty" })).toBe("");
  expect(draws("video/mp4", { TERM_PROGRAM: "WezTerm" })).toBe("");
  expect(draws("image/png", { TERM: "xterm" })).toBe("");
});

const spans: readonly (readonly [text: string | undefined, ms: number | string])[] = [
  [undefined, 3_000],
  ["1500", 1_500],
  ["250ms", 250],
  ["10s", 10_000],
  ["1m", 60_000],
  ["2m", "2m: give a time such as 1500ms, 10s or 1m, at most 60 s"],
  ["soon", "soon: give a time such as 1500ms, 10s or 1m, at most 60 s"],
];

for (const [text, ms] of spans) {
  test(`${text} is ${ms}`, () => {
    if (typeof ms === "number") expect(spanMs(text, 3_000)).toBe(ms);
    else expect(() => spanMs(text, 3_000)).toThrow(ms);
  });
}
