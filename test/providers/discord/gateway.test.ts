import { expect, test } from "bun:test";
import { rejectionOf } from "../../doubles/rejection.ts";
import { never, scene } from "./linked.ts";

/** How a link begins, goes on and ends at the gateway. */

test("a cut and op 7 are mended by going on with the session, and nothing is told of it", async () => {
  await using stage = await scene();
  const { double, bob } = stage;
  await using opened = await stage.open();
  const { ports } = opened;
  await ports.told("connected");
  for (const trouble of [() => double.cutConnections(), () => double.askReconnect(), () => double.closeGateway(4000)]) {
    trouble();
    await ports.heard(bob.says("meanwhile"));
  }
  expect([ports.kinds, double.sessionsOpened]).toEqual([["connecting", "connected"], 1]);
});

/** discord.js waits five seconds between two sessions that it begins. */
const slowMs = 20_000;

test(
  "after op 9 the link begins anew, and reads what was said in between",
  async () => {
    await using stage = await scene();
    const { double, bob } = stage;
    await using opened = await stage.open();
    const { ports } = opened;
    await ports.told("connected");
    await ports.heard(bob.says("first"));
    double.invalidateSession();
    await ports.heard(bob.says("while there was no session"));
    expect(ports.kinds).toEqual(["connecting", "connected"]);
  },
  slowMs,
);

test("another opening goes on with the session, and hears also whom it never met", async () => {
  await using stage = await scene();
  const { double, bob } = stage;
  const first = await stage.open();
  await first.ports.told("connected");
  await first.ports.heard(bob.says("before"));
  await double.until(() => stage.records.get("session", "gateway"));
  await first[Symbol.asyncDispose]();
  const alice = double.person("Alice");
  const missed = alice.says("my first message ever");
  await using second = await stage.open();
  expect((await second.ports.heard(missed)).text).toBe("my first message ever");
  await second.ports.told("connected");
  expect([second.ports.kinds, double.sessionsOpened]).toEqual([["connecting", "connected"], 1]);
});

test("a session that went on still tells servers, threads and our role apart", async () => {
  await using stage = await scene();
  const { double, bob } = stage;
  const house = double.guild("House");
  const forum = house.forum("ideas");
  const thread = house.thread(forum, "dinner");
  const first = await stage.open();
  await first.ports.told("connected");
  await first.ports.heard(bob.says("before"));
  await first[Symbol.asyncDispose]();
  await using second = await stage.open();
  await second.ports.told("connected");
  const heard = await second.ports.heard(bob.says(`<@&${house.botRole}> soup`, { channel: thread }));
  expect(heard).toMatchObject({
    ref: { peer: { kind: "group", id: forum.id, threadId: thread.id } },
    mentionsSelf: true,
    chatTitle: "House #ideas › dinner",
  });
});

test.each([
  [4004, "does not know the bot's token"],
  [4014, 'switch on "Message Content Intent"'],
  [4011, "too many servers"],
  [4013, "takes no client like this one"],
])("closing with %p is the link's last word, with what to do", async (code, words) => {
  await using stage = await scene();
  const { double } = stage;
  await using opened = await stage.open();
  const { ports, link } = opened;
  await ports.told("connected");
  double.closeGateway(code);
  const last = await ports.told("logged-out");
  expect(last.reason).toContain(words);
  expect(last.cure).toStartWith("clawdia ");
  const contacts = double.calls().length;
  await stage.clock.advance(600_000);
  expect(double.calls()).toHaveLength(contacts);
  expect(await rejectionOf(link.probe(never))).toBeInstanceOf(Error);
});

test("a switch that is off is told before a session is spent, and a setting does without it", async () => {
  await using stage = await scene();
  const { double, bob } = stage;
  double.weather.showsContent = false;
  const kitchen = double.guild("House").channel("kitchen");
  await using opened = await stage.open();
  const { reason } = await opened.ports.told("logged-out");
  expect(reason).toContain(`https://discord.com/developers/applications/${double.bot.id}/bot`);
  expect(double.calls("connect")).toEqual([]);
  await using second = await stage.open({ messageContent: false });
  await second.ports.told("connected");
  bob.says("not for us", { channel: kitchen });
  const meant = await second.ports.heard(bob.says(`<@${double.bot.id}> for us`, { channel: kitchen }));
  expect([meant.text, second.ports.received.length]).toEqual(["for us", 1]);
});

test("sessions that are spent are waited for", async () => {
  await using stage = await scene();
  stage.double.leaveSessions(0, 3_600_000);
  await using opened = await stage.open();
  expect(await opened.ports.told("lost")).toMatchObject({ retryAfterMs: 3_600_000 });
  expect(stage.double.calls("connect")).toEqual([]);
});

test("a gateway that closes again and again ends the link, and the next one asks for another session", async () => {
  await using stage = await scene();
  const { double, bob } = stage;
  await using opened = await stage.open();
  await opened.ports.told("connected");
  await opened.ports.heard(bob.says("before"));
  double.weather.closeNext.push(4000, 4000, 4000, 4000);
  double.cutConnections();
  expect((await opened.ports.told("lost")).reason).toContain("closes the connection (4000)");
  double.weather.closeNext.splice(0);
  await opened[Symbol.asyncDispose]();
  expect(stage.records.get("session", "gateway")).toBeUndefined();
  await using second = await stage.open();
  await second.ports.told("connected");
  expect(double.sessionsOpened).toBe(2);
});

test("a mute gateway is found by the probe", async () => {
  await using stage = await scene();
  await using opened = await stage.open();
  await opened.ports.told("connected");
  await opened.link.probe(never);
  stage.double.weather.mute.add("beat");
  const late = new AbortController();
  const probing = opened.link.probe(late.signal);
  late.abort("too late");
  expect(await rejectionOf(probing)).toBe("too late");
});

test("one connection stands at a time, and none after the link is closed", async () => {
  await using stage = await scene();
  const { double } = stage;
  const opened = await stage.open();
  await opened.ports.told("connected");
  expect(double.connected).toBe(1);
  double.askReconnect();
  await opened.ports.heard(stage.bob.says("after"));
  expect(double.connected).toBe(1);
  await opened[Symbol.asyncDispose]();
  await double.until(() => double.connected === 0);
});

test("settings lead to another gateway than the one that Discord names", async () => {
  await using stage = await scene({ hosts: { gatewayUrl: "ws://127.0.0.1:9", cdnUrl: "http://127.0.0.1:9" } });
  const gatewayUrl = stage.double.apiRoot.replace(/^http/, "ws").replace(/api$/, "");
  await using opened = await stage.open({ gatewayUrl });
  await opened.ports.told("connected");
  stage.double.cutConnections();
  await opened.ports.heard(stage.bob.says("still there"));
});

test.each(["hello", "identify"] as const)("a gateway that says nothing at %p is left at once", async (phase) => {
  await using stage = await scene();
  stage.double.weather.mute.add(phase);
  const opened = await stage.open();
  await stage.double.until(() => stage.double.calls("connect").length > 0);
  expect(await rejectionOf(opened.link.probe(never))).toBeInstanceOf(Error);
  await opened[Symbol.asyncDispose]();
  expect(opened.ports.kinds).toEqual(["connecting"]);
  await stage.double.until(() => stage.double.connected === 0);
});

test("a session that Discord does not take up is not tried again", async () => {
  await using stage = await scene();
  const { double, bob } = stage;
  const first = await stage.open();
  await first.ports.told("connected");
  await first.ports.heard(bob.says("before"));
  await first[Symbol.asyncDispose]();
  double.weather.mute.add("resume");
  const second = await stage.open();
  await double.until(() => double.connected === 1 && double.resumesAsked > 0);
  await second[Symbol.asyncDispose]();
  await using third = await stage.open();
  await third.ports.told("connected");
  expect(double.sessionsOpened).toBe(2);
});
