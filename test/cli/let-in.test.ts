import { afterAll, beforeAll, expect, test } from "bun:test";
import { Client, type LinkState, stayConnected } from "../../src/client/index.ts";
import { realClock, realRandom } from "../../src/lib/index.ts";
import { newDevice } from "../open-house.ts";
import { Person, type RunningGateway, startGateway } from "./command-house.ts";

/** `clawdia remote`: Alice lets one more device in. */

const alice = new Person();
let gateway: RunningGateway;
beforeAll(async () => {
  gateway = await startGateway(alice);
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  alice[Symbol.dispose]();
});

interface Made {
  readonly joinUrl: string;
  readonly setupCode: string;
  readonly access: string;
}

const secretOf = ({ joinUrl }: Made) => new URLSearchParams(new URL(joinUrl).hash.slice(1)).get("setup")!;
const identity = { id: "test", mode: "test", version: "1", platform: "linux" } as const;

test("the link opens the gateway for one device, which has a token of its own from then on", async () => {
  const made = await alice.asks<Made & Record<string, unknown>>("remote");
  expect(made.joinUrl).toStartWith(`${gateway.url.replace(/^ws/, "http")}/#setup=`);
  expect(JSON.stringify(made)).not.toContain(gateway.token);
  let kept: string | undefined;
  const tokens = { read: () => kept, write: (token: string) => void (kept = token), forget: () => (kept = undefined) };
  const states: LinkState["kind"][] = [];
  for (let visit = 0, signer = newDevice(); visit < 2; visit++) {
    const over = new AbortController();
    const onState = (state: LinkState) => {
      states.push(state.kind);
      if (state.kind !== "connecting") realClock.soon(() => over.abort());
    };
    const bootstrapToken = secretOf(made);
    const parts = { url: gateway.url, identity, signer, tokens, clock: realClock, random: realRandom, onState };
    await stayConnected({ ...parts, credentials: () => ({ bootstrapToken }) }, over.signal);
  }
  expect(states).toEqual(["connecting", "open", "connecting", "open"]);
  const { paired } = await alice.asks<{ paired: { scopes: string[] }[] }>("devices");
  expect(paired.map(({ scopes }) => scopes)).toContainEqual(["operator.admin"]);
});

test("a second device is refused, and told which command makes another code", async () => {
  const made = await alice.asks<Made & Record<string, unknown>>("remote", "--access", "limited");
  const come = () =>
    Client.connect({
      url: gateway.url,
      identity,
      clock: realClock,
      signer: newDevice(),
      credentials: { bootstrapToken: secretOf(made) },
    });
  using first = await come();
  expect(first.hello.auth?.scopes).toEqual(["operator.read", "operator.write", "operator.approvals"]);
  expect(come()).rejects.toThrow("used already or too old (run `clawdia remote` on the gateway's machine)");
});

test("the address that the other device uses is the person's to say", async () => {
  const made = await alice.asks<Made & Record<string, unknown>>("remote", "--address", "https://box.example.org");
  expect(made).toMatchObject({ gatewayUrl: "wss://box.example.org", urlSource: "publicUrl", access: "full" });
  expect(made.joinUrl).toStartWith("https://box.example.org/#setup=");
  const wrong = await alice.types(["remote", "--address", "https://a:b@box.example.org/?token=x"]);
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining("write https://HOST")]);
});

test("for a person it prints the link, the code, and what to do with them", async () => {
  const { stdout } = await alice.types(["remote"]);
  expect(stdout).toContain("Browser: open this link");
  expect(stdout).toContain("It lets one device in, once, within five minutes");
  expect(stdout).toContain("This address is this machine only");
  expect((await alice.types(["remote", "--access", "node"])).stdout).not.toContain("Browser");
});

interface Link {
  readonly url: string;
  readonly path: string;
  readonly expiresAtMs?: number;
}

const codeIn = ({ url }: Link) => new URLSearchParams(new URL(url).hash.slice(1)).get("setup");
const asScreen = (bootstrapToken: string, more: object = {}) =>
  Client.connect({
    url: gateway.url,
    identity: { id: "node-host", mode: "node", version: "1", platform: "web", displayName: "Kitchen" },
    role: "node",
    clock: realClock,
    signer: newDevice(),
    credentials: { bootstrapToken },
    ...more,
  });

test("a link that is drawn for a screen lets exactly one in, as a node and nothing else", async () => {
  const link = await alice.asks<Link>("canvas", "link", "--qr", "--name", "Kitchen wall", "--board", "hall");
  expect(link.url).toStartWith(`${gateway.url.replace(/^ws/, "http")}/tab/#board=hall&name=Kitchen+wall&setup=`);
  expect(link.url).not.toContain(gateway.token);
  expect(link.expiresAtMs! - Date.now()).toBeLessThanOrEqual(5 * 60_000);
  const code = codeIn(link)!;
  for (const more of [{ role: "operator" as const }, { role: "operator" as const, scopes: ["operator.read"] }]) {
    expect(await asScreen(code, more).catch(String)).toContain("setup code unknown");
  }
  const tries = await Promise.allSettled(Array.from({ length: 4 }, () => asScreen(code)));
  const inside = tries.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
  expect(inside.map(({ hello }) => hello.auth?.role)).toEqual(["node"]);
  for (const client of inside) client.close();
  expect((await alice.types(["nodes"])).stdout).toContain("Kitchen");
});

test("a screen's link has a code where a person wants one, and never one for looking only", async () => {
  const plain = await alice.asks<Link>("canvas", "link");
  expect([plain.path, plain.expiresAtMs]).toEqual(["/tab/", undefined]);
  expect(codeIn(await alice.asks<Link>("canvas", "link", "--code"))).toBeString();
  expect(codeIn(await alice.asks<Link>("canvas", "link", "--qr", "--ask-token"))).toBeNull();
  expect((await alice.asks<Link>("canvas", "link", "--view", "--qr")).url).not.toContain("setup");
  const away = await alice.asks<Link>("canvas", "link", "--code", "--address", "https://box.example.org/");
  expect(away.url).toStartWith("https://box.example.org/tab/#setup=");
  const { stdout } = await alice.types(["canvas", "link", "--qr"]);
  expect(stdout).toContain("\u2588");
  expect(stdout).toContain("It lets one screen in, once, within five minutes; then: clawdia nodes");
  expect(stdout).toContain("This address is this machine only");
  const node = await alice.types(["remote", "--access", "node"]);
  expect(node.stdout).toMatch(/Screen: open this link in its browser[^]*\/tab\/#setup=/);
});
