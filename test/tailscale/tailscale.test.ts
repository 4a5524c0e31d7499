import { expect, test } from "bun:test";
import { realClock } from "../../src/lib/index.ts";
import { Tailscale } from "../../src/tailscale/index.ts";
import type { Mind } from "../doubles/tailscale/mind.ts";
import { FakeTailscale } from "../doubles/tailscale/tailscale.ts";

/** The port to the command, against a command that is a real program. */

const target = "http://127.0.0.1:18789";

function stage(mind: Partial<Mind> = {}) {
  const fake = new FakeTailscale(mind);
  const environment = { ...fake.environment, CLAWDIA_GATEWAY_TOKEN: "canary", LD_PRELOAD: "/evil.so" };
  // A time that is up ten times sooner.
  const clock = { sleep: (ms: number, signal?: AbortSignal) => realClock.sleep(ms / 10, signal) };
  return { fake, tailscale: new Tailscale({ environment, clock }), [Symbol.dispose]: () => fake[Symbol.dispose]() };
}

test("it serves, funnels and takes back, in the words of the current command and without a question", async () => {
  using it = stage();
  expect(await it.tailscale.expose("serve", target)).toEqual({ kind: "answer", value: undefined });
  const name = it.fake.mind.name;
  expect(await it.tailscale.served(name)).toEqual({ kind: "answer", value: { root: target, isFunnel: false } });
  await it.tailscale.expose("funnel", target);
  expect(await it.tailscale.served(name)).toEqual({ kind: "answer", value: { root: target, isFunnel: true } });
  await it.tailscale.hide();
  expect(it.fake.mind.config).toEqual({});
  expect(it.fake.typed).toEqual([
    `serve --bg --yes --https=443 ${target}`,
    "serve status --json",
    `funnel --bg --yes --https=443 ${target}`,
    "serve status --json",
    "serve --yes --https=443 --set-path=/ off",
  ]);
});

test("the command gets no secret of ours", async () => {
  using it = stage();
  await it.tailscale.status();
  const environment = it.fake.calls[0]?.environment ?? [];
  expect(environment).toContain("PATH");
  // Without it the app for macOS opens its window.
  expect(environment).toContain("TAILSCALE_BE_CLI");
  expect(environment.filter((one) => /CLAWDIA|LD_PRELOAD/.test(one))).toEqual([]);
});

test("who is at an address comes from the daemon, and nobody is an answer", async () => {
  using it = stage();
  const alice = { machine: "phone.tail1234.ts.net", login: "Alice@example.com" };
  expect(await it.tailscale.whois("100.64.0.7")).toEqual({ kind: "answer", value: alice });
  expect(await it.tailscale.whois("100.64.0.8")).toEqual({ kind: "answer", value: undefined });
});

const troubles: readonly (readonly [what: string, mind: Partial<Mind>, words: RegExp])[] = [
  ["a daemon that is down", { isUp: false }, /daemon does not run/],
  ["a command that hangs", { hangs: ["serve"] }, /serve --bg --https=443 .* does not answer/],
  ["a user who may not", { isOperator: false }, /does not let this user.*sudo tailscale set --operator=alice/],
  ["a page that waits for somebody", { serve: "ask" }, /not enabled on the tailnet.*open https:\/\/login/],
];
for (const [what, mind, words] of troubles) {
  test(`${what} becomes words with the next command`, async () => {
    using it = stage(mind);
    const answer = await it.tailscale.expose("serve", target);
    expect(answer).toMatchObject({ kind: "trouble" });
    expect(answer.kind === "trouble" && `${answer.reason} → ${answer.cure}`).toMatch(words);
    expect(it.fake.mind.config).toEqual({});
  });
}

test("it may be installed later", async () => {
  using it = stage();
  it.fake.uninstall();
  const without = new Tailscale({ environment: { PATH: `${it.fake.folder}/bin` }, clock: realClock });
  expect(await without.status()).toMatchObject({ kind: "trouble", reason: expect.stringContaining("not installed") });
  it.fake.install();
  expect(await it.tailscale.status()).toMatchObject({ kind: "answer" });
});
