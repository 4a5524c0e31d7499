import { expect, test } from "bun:test";
import { LinkKeeper } from "../../../src/providers/index.ts";
import { slack } from "../../../src/providers/slack/index.ts";
import { realRandom } from "../../../src/lib/index.ts";
import { slackAccount } from "../../contracts/slack-stage.ts";
import { CapturedLog } from "../../doubles/captured-log.ts";
import { FakeClock } from "../../doubles/fake-clock.ts";
import { memoryRecords } from "../../doubles/memory-records.ts";
import { SlackDouble } from "../../doubles/slack/slack-double.ts";
import { linked } from "./linked.ts";

/** The life of a link: Slack's socket, and what Slack does with it. */

test("a refresh leaves no gap to wait through, and never two sockets", async () => {
  await using scene = await linked();
  const { double, ports, bob } = scene;
  for (const [round, reason] of (["warning", "refresh_requested", "warning"] as const).entries()) {
    double.refresh(reason);
    await double.until(() => double.sockets.opened === round + 2 && double.sockets.count === 1);
    const { ts } = await bob.says(`after ${reason}`);
    await ports.heard(ts);
    await double.until(() => double.acknowledged.includes(ts));
  }
  expect([double.sockets.opened, double.sockets.most]).toEqual([4, 1]);
  expect(ports.kinds).toEqual(["connecting", "connected"]);
});

test("what is being stored while Slack refreshes is acknowledged, or comes again as the same message", async () => {
  await using scene = await linked();
  const { double, ports, bob } = scene;
  const stored = Promise.withResolvers<void>();
  ports.store = () => stored.promise;
  const { ts } = await bob.says("in between");
  await ports.heard(ts);
  double.refresh("refresh_requested");
  await double.until(() => double.sockets.opened === 2 && double.sockets.count === 1);
  stored.resolve();
  await double.bringAgain();
  await double.until(() => double.acknowledged.includes(ts));
  expect(new Set(ports.received.map(({ ref }) => ref.messageId))).toEqual(new Set([ts]));
});

test("a refresh that Slack does not grant loses the link", async () => {
  await using scene = await linked();
  scene.double.fault({ method: "apps.connections.open", does: { kind: "refuse", error: "service_unavailable" } });
  scene.double.refresh("warning");
  expect((await scene.ports.told("lost")).reason).toContain("service_unavailable");
});

test("Socket Mode that was switched off ends the link with what to do", async () => {
  await using scene = await linked();
  scene.double.refresh("link_disabled");
  expect(await scene.ports.told("logged-out")).toMatchObject({
    reason: expect.stringContaining("Socket Mode is switched off"),
    cure: "clawdia providers add slack",
  });
});

test("too many sockets of others are waited out", async () => {
  await using scene = await linked();
  scene.double.refresh("too_many_websockets");
  expect(await scene.ports.told("lost")).toMatchObject({ retryAfterMs: 60_000 });
});

test("a Slack that says no hello is given up", async () => {
  await using scene = await linked({ until: "connecting", before: ({ sockets }) => sockets.beSilent() });
  const { double, clock, ports } = scene;
  await double.until(() => double.sockets.count === 1);
  await clock.advance(20_000);
  expect((await ports.told("lost")).reason).toContain("hello");
  await double.until(() => double.sockets.count === 0);
});

test.each([
  ["app_uninstalled", {}],
  ["tokens_revoked", { tokens: { bot: ["us"] } }],
])("%s ends the link once it is acknowledged", async (type, fields) => {
  await using scene = await linked();
  const { double, ports } = scene;
  const named = JSON.parse(JSON.stringify(fields).replace("us", double.bot.userId)) as object;
  const told = double.inject({ type, ...named, event_ts: "1800000001.000200" });
  expect(await ports.told("logged-out")).toMatchObject({ cure: "clawdia providers add slack" });
  expect(told.isTaken).toBe(true);
});

test("tokens of people may be revoked without ending anything", async () => {
  await using scene = await linked();
  const { double, bob, ports } = scene;
  double.inject({ type: "tokens_revoked", tokens: { oauth: [bob.id] }, event_ts: "1800000001.000200" });
  await ports.heard((await bob.says("still here")).ts);
  expect(ports.kinds).toEqual(["connecting", "connected"]);
});

test("a frozen Slack is found within ninety seconds, and its socket is not kept", async () => {
  const clock = new FakeClock();
  await using double = await SlackDouble.start({ clock });
  const log = new CapturedLog(clock);
  const { botToken, appToken, apiRoot } = double;
  const connected = Promise.withResolvers<void>();
  await using keeper = new LinkKeeper({
    provider: slack,
    account: slackAccount({ botToken, appToken, apiRoot }),
    secrets: { get: () => undefined, set: () => undefined, delete: () => undefined },
    records: memoryRecords(),
    folder: () => "/nowhere",
    environment: {},
    clock,
    random: realRandom,
    log: log.log,
    receive: () => Promise.resolve(),
    serveWebhook: () => ({ [Symbol.dispose]: () => undefined }),
    changed: ({ state }) => {
      if (state.kind === "connected") connected.resolve();
    },
  });
  keeper.start();
  await connected.promise;
  double.sockets.freeze();
  for (const ms of [30_000, 15_000, 5_000, 15_000]) await clock.advance(ms);
  expect(keeper.state).toMatchObject({ kind: "waiting", reason: "the connection does not answer any more" });
  double.sockets.thaw();
  await double.until(() => double.sockets.count === 0);
});

test("scopes that are missing are told once, and the link works with those that are there", async () => {
  await using scene = await linked({ double: { scopes: ["chat:write", "im:history"] } });
  const record = scene.ports.captured.records.find(({ event }) => event === "scopes.missing");
  expect(String(record?.fields["scopes"])).toContain("files:read");
});
