import { expect, test } from "bun:test";
import { rejectionOf } from "../../doubles/rejection.ts";
import { direct, linked, never, outbound } from "./linked.ts";

/** What only the bridge can do: done with it, and without it quietly left out or refused for good. */

test("with the bridge people see that we type, read and react", async () => {
  await using scene = await linked();
  const { double, link, ports, bob } = scene;
  const said = bob.says("hi");
  await ports.heard(said.guid);
  await link.probe(never);
  const ref = { peer: direct(bob.handle), messageId: said.guid };
  link.typing!(ref.peer, true);
  await link.markRead!(ref);
  await link.react!(ref, "👍🏽", never);
  await link.react!(ref, "🎉", never);
  await link.react!(ref, null, never);
  await link.react!(ref, null, never);
  link.typing!(ref.peer, false);
  await double.until(() => double.happenings.length >= 6);
  const { guid: chat } = bob.chat;
  expect(double.happenings).toEqual([
    { kind: "typing", chat, isOn: true },
    { kind: "read", chat },
    { kind: "tapback", guid: said.guid, reaction: "like", isOn: true },
    { kind: "tapback", guid: said.guid, reaction: "🎉", isOn: true },
    { kind: "tapback", guid: said.guid, reaction: "🎉", isOn: false },
    { kind: "typing", chat, isOn: false },
  ]);
});

test.each([
  ["a new version", true],
  ["version 0.9", false],
] as const)("without the bridge %s leaves it out, and an edit is refused for good", async (_, isModern) => {
  await using scene = await linked({ isModern, hasBridge: false });
  const { double, link, ports, bob } = scene;
  const said = bob.says("hi");
  await ports.heard(said.guid);
  const ref = { peer: direct(bob.handle), messageId: said.guid };
  for (let times = 0; times < 2; times++) {
    await link.markRead!(ref);
    await link.react!(ref, "👍", never);
    const edit = link.edit!(ref, outbound(ref.peer, "better"), never);
    expect(await rejectionOf(edit)).toMatchObject({ name: "DeliveryError", isCertain: true, isPermanent: true });
  }
  expect(double.happenings).toEqual([]);
  // A version that does not tell is asked once.
  for (const method of ["read", "tapback", "message.edit"]) {
    expect([method, double.callsOf(method).length]).toEqual([method, isModern ? 0 : 1]);
  }
});
