import { expect, test } from "bun:test";
import { linked, texts } from "./linked.ts";

/** What comes, once each, over the ends of either side. */

test("what was there before the account is not news", async () => {
  await using scene = await linked({ before: (_double, bob) => void bob.says("old news") });
  const { bob, ports } = scene;
  const { guid } = bob.says("news");
  await ports.heard(guid);
  expect(texts(ports)).toEqual(["news"]);
});

test("an empty database has no past, and its first message comes", async () => {
  await using scene = await linked();
  await scene.ports.heard(scene.bob.says("first").guid);
  await scene.link[Symbol.asyncDispose]();
  const { guid } = scene.bob.says("second");
  await using again = await scene.reopen();
  await again.ports.heard(guid);
  expect(texts(again.ports)).toEqual(["second"]);
});

test("what came while the gateway was away comes when it is back, and nothing comes twice", async () => {
  await using scene = await linked();
  const { bob, double, link, ports } = scene;
  await ports.heard(bob.says("one").guid);
  await link[Symbol.asyncDispose]();
  bob.says("two");
  bob.says("three", { chat: double.group("Kitchen", [bob]) });
  const last = bob.says("four");
  await using again = await scene.reopen();
  await again.ports.heard(last.guid);
  expect(texts(again.ports)).toEqual(["two", "three", "four"]);
});

test("an account that was opened and heard nothing loses nothing either", async () => {
  await using scene = await linked({ before: (_double, bob) => void bob.says("old news") });
  await scene.link[Symbol.asyncDispose]();
  const { guid } = scene.bob.says("while away");
  await using again = await scene.reopen();
  await again.ports.heard(guid);
  expect(texts(again.ports)).toEqual(["while away"]);
});

test("a message that was being stored when the gateway ended comes again", async () => {
  await using scene = await linked();
  const { bob, link, ports } = scene;
  ports.store = () => Promise.withResolvers<void>().promise;
  const { guid } = bob.says("cut");
  await ports.heard(guid);
  await link[Symbol.asyncDispose]();
  await using again = await scene.reopen();
  await again.ports.heard(guid);
  expect(texts(again.ports)).toEqual(["cut"]);
});

test("a row that was not stored comes again, however far behind it those are that were", async () => {
  await using scene = await linked();
  const { bob, double, link, ports } = scene;
  ports.store = ({ text }) => (text === "slow" ? Promise.withResolvers<void>().promise : Promise.resolve());
  const slow = bob.says("slow");
  const far = double.write(bob.chat, { sender: bob.handle, text: "far", rowId: 5000 });
  await Promise.race([ports.heard(far.guid), ports.heard(slow.guid)]);
  await link.probe(new AbortController().signal);
  await link[Symbol.asyncDispose]();
  await using again = await scene.reopen();
  await again.ports.heard(slow.guid);
  await again.ports.heard(far.guid);
});

test("imsg that ends is lost, and what came meanwhile comes from the next one", async () => {
  await using scene = await linked();
  const { bob, double, ports } = scene;
  double.goDown();
  expect((await ports.told("lost")).reason).toBe("imsg ended with exit code 1");
  const { guid } = bob.says("meanwhile");
  double.comeBack();
  await using again = await scene.reopen();
  await again.ports.heard(guid);
});

test("rows that are told twice or out of order are taken once each", async () => {
  await using scene = await linked();
  const { bob, double, ports } = scene;
  const late = { ...bob.says("first"), rowId: 150, guid: "LATE", text: "late" };
  const second = double.write(bob.chat, { sender: bob.handle, text: "second", rowId: 160 });
  await ports.heard(second.guid);
  const [imsg] = double.connections;
  imsg!.repeats(late);
  imsg!.repeats(second);
  imsg!.repeats(late);
  const last = bob.says("last");
  await ports.heard(last.guid);
  expect(texts(ports)).toEqual(["first", "second", "late", "last"]);
  await scene.link[Symbol.asyncDispose]();
  const next = bob.says("next");
  await using again = await scene.reopen();
  await again.ports.heard(next.guid);
  expect(texts(again.ports)).toEqual(["next"]);
});

test("rows wait for one that cannot be stored, in order", async () => {
  await using scene = await linked();
  const { bob, ports, clock } = scene;
  ports.store = () => Promise.reject(new Error("the disk is full"));
  await ports.heard(bob.says("one").guid);
  const two = bob.says("two");
  ports.store = () => Promise.resolve();
  await clock.advance(2000);
  await ports.heard(two.guid);
  expect(texts(ports)).toEqual(["one", "one", "two"]);
});

test("a Mac with another database begins at its end", async () => {
  await using scene = await linked();
  const { bob, double, link, ports } = scene;
  const far = double.write(bob.chat, { sender: bob.handle, text: "far", rowId: 90_000 });
  await ports.heard(far.guid);
  await link[Symbol.asyncDispose]();
  double.rows.length = 0;
  double.write(bob.chat, { sender: bob.handle, text: "of another life", rowId: 50 });
  await using again = await scene.reopen();
  await again.ports.heard(bob.says("new life").guid);
  expect(texts(again.ports)).toEqual(["new life"]);
});

test("history that a Mac fetches from its cloud is no news", async () => {
  await using scene = await linked();
  const { bob, double, ports, clock } = scene;
  double.write(bob.chat, { sender: bob.handle, text: "of last year", sentAtMs: clock.nowMs() - 30 * 86_400_000 });
  await ports.heard(bob.says("now").guid);
  expect(texts(ports)).toEqual(["now"]);
});

test("a message that was on its way while the Mac slept for days is news", async () => {
  await using scene = await linked();
  const { bob, double, link, ports, clock } = scene;
  await ports.heard(bob.says("before").guid);
  await link[Symbol.asyncDispose]();
  const sentAtMs = clock.nowMs() + 3_600_000;
  clock.jump(5 * 86_400_000);
  const { guid } = double.write(bob.chat, { sender: bob.handle, text: "days ago", sentAtMs });
  await using again = await scene.reopen();
  await again.ports.heard(guid);
});

test("a watch whose buffer is full begins anew where we stand", async () => {
  await using scene = await linked();
  const { bob, double, ports } = scene;
  await ports.heard(bob.says("one").guid);
  double.connections[0]!.breaksWatches("overflow");
  const { guid } = bob.says("two");
  await ports.heard(guid);
  expect(texts(ports)).toEqual(["one", "two"]);
  expect(ports.kinds).toEqual(["connecting", "connected"]);
});

test("more rows than are held in memory are asked for again, and none is left out", async () => {
  await using scene = await linked();
  const { bob, ports } = scene;
  const stored = Promise.withResolvers<void>();
  ports.store = () => stored.promise;
  for (let count = 0; count < 1500; count++) bob.says(`message ${count}`);
  await ports.until(() => ports.received.length > 0);
  const last = bob.says("last");
  await scene.link.probe(new AbortController().signal);
  stored.resolve();
  await ports.heard(last.guid);
  expect(texts(ports)).toEqual([...Array.from({ length: 1500 }, (_, count) => `message ${count}`), "last"]);
});

test("a watch that the database broke is lost", async () => {
  await using scene = await linked();
  scene.double.connections[0]!.breaksWatches("error");
  expect((await scene.ports.told("lost")).reason).toBe("imsg does not watch Messages any more");
});
