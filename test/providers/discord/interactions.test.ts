import { expect, test } from "bun:test";
import { never, outbound, scene, to } from "./linked.ts";

/** Commands from the menu, and buttons. */

test("the menu is set from the commands that Discord takes", async () => {
  await using stage = await scene();
  await using opened = await stage.open();
  await opened.ports.told("connected");
  const commands = [
    { name: "status", summary: "How it is." },
    { name: "Not One", summary: "x" },
    { name: "long", summary: "y".repeat(200) },
  ];
  await opened.link.setCommands!(commands);
  expect(stage.double.commands.map(({ name, description, contexts }) => [name, description, contexts])).toEqual([
    ["status", "How it is.", [0, 1]],
    ["long", `${"y".repeat(99)}…`, [0, 1]],
  ]);
});

test("a command comes as text that means us, and is acknowledged only once it is stored", async () => {
  await using stage = await scene();
  const { double, bob } = stage;
  const kitchen = double.guild("House").channel("kitchen");
  await using opened = await stage.open();
  const { ports } = opened;
  await ports.told("connected");
  const stored = Promise.withResolvers<void>();
  ports.store = () => stored.promise;
  const used = bob.commands("model", "fast", { channel: kitchen });
  expect(await ports.heard(used.interactionId)).toMatchObject({
    ref: { peer: { kind: "group", id: kitchen.id } },
    event: { kind: "message", id: "" },
    text: "/model fast",
    mentionsSelf: true,
    sender: { id: bob.id, name: "Bob" },
  });
  await stage.clock.advance(1000);
  expect(double.calls("callback")).toEqual([]);
  stored.resolve();
  expect(await used.answered).toMatchObject({ type: 4, data: { flags: 64 } });
});

test("a command in a direct chat teaches the way to its person", async () => {
  await using stage = await scene();
  const { double, bob } = stage;
  await using opened = await stage.open();
  await opened.ports.told("connected");
  const used = bob.commands("status");
  await used.answered;
  await opened.link.send(outbound(to(bob), "fine", { replyToId: used.interactionId }), never);
  expect((await bob.hears())[0]?.text).toBe("fine");
  expect(double.calls("openDirect")).toEqual([]);
});

test("a button that is pressed comes with its value, and shows no more that it waits", async () => {
  await using stage = await scene();
  const { bob } = stage;
  await using opened = await stage.open();
  await opened.ports.told("connected");
  const buttons = [
    [
      { label: "Yes", value: "approve:AB" },
      { label: "No", value: "approve:AB" },
    ],
  ];
  const { messageId } = await opened.link.send(outbound(to(bob), "sure?", { buttons }), never);
  const pressed = bob.presses(messageId, "No");
  expect(await pressed.answered).toEqual({ type: 6 });
  expect(opened.ports.received[0]).toMatchObject({
    ref: { peer: to(bob), messageId },
    event: { kind: "button", id: pressed.interactionId },
    text: "approve:AB",
  });
  await opened.link.edit!({ peer: to(bob), messageId }, outbound(to(bob), "it is so"), never);
  expect((await bob.reads("it is so")).buttons).toEqual([]);
});

test("an acknowledgement that comes too late changes nothing", async () => {
  await using stage = await scene();
  const { double, bob } = stage;
  await using opened = await stage.open();
  await opened.ports.told("connected");
  const late = double.fault({ method: "callback", does: { kind: "refuse", status: 404, code: 10_062 } });
  const { interactionId } = bob.commands("status");
  await opened.ports.heard(interactionId);
  await late.struck();
  await opened.ports.heard(bob.says("still there?"));
  expect(opened.ports.kinds).toEqual(["connecting", "connected"]);
});
