import { expect, test } from "bun:test";
import { FakeNetwork } from "../doubles/fake-network.ts";
import { newDevice, type OpenHouse, ownerToken } from "../open-house.ts";
import { form } from "../pages/canvas-screen.ts";
import { approved, openWith, reply } from "./fake-house.ts";

/** What is pressed on a screen, on its way to the agent and back into the chat. */

/** A screen by hand: its socket, and what it was told. */
async function screenAt(house: OpenHouse) {
  const identity = { id: "node-host", mode: "node", version: "1", platform: "web", displayName: "Hall" };
  const credentials = { token: ownerToken };
  const node = await house.connect({ role: "node", signer: newDevice(), identity, credentials });
  const { pathname } = new URL(node.client.hello.canvasHostUrl!);
  const socket = new WebSocket(`${house.url}${pathname}/__openclaw__/ws`);
  const told: Record<string, unknown>[] = [];
  let heard = Promise.withResolvers<void>();
  socket.addEventListener("message", ({ data }) => {
    told.push(JSON.parse(String(data)) as Record<string, unknown>);
    heard.resolve();
    heard = Promise.withResolvers<void>();
  });
  const until = async (fits: (message: Record<string, unknown>) => boolean) => {
    for (;;) {
      const found = told.find(fits);
      if (found) return found;
      await heard.promise;
    }
  };
  const press = async (id: string, name = "order") => {
    const action = { name, surfaceId: "order", sourceComponentId: "send", context: { dish: "Noodles" } };
    socket.send(JSON.stringify({ type: "action", id, action }));
    return until((message) => message["id"] === id && message["state"] !== "accepted");
  };
  await until(({ type }) => type === "show");
  return { told, press, [Symbol.dispose]: () => (socket.close(), node[Symbol.dispose]()) };
}

test("what is pressed is answered in the chat where the conversation is, and the same press counts once", async () => {
  const network = new FakeNetwork();
  await using house = await openWith(network, approved);
  using alice = await house.operator();
  await network.says("hello");
  await network.until(reply("hello"));
  await alice.call("canvas.push", { messages: form() });
  using screen = await screenAt(house);
  expect(screen.told.map(({ type }) => type)).toEqual(["welcome", "a2ui", "show"]);
  expect(await screen.press("one")).toMatchObject({ state: "done" });
  await screen.press("one");
  const { messages } = await alice.call("chat.history", { sessionKey: "main" });
  const pressed = messages.filter((message) => JSON.stringify(message).includes("Noodles") && message.role === "user");
  expect(pressed).toHaveLength(1);
  await network.until(reply("Noodles"));
  expect(network.shown).toHaveLength(2);
});

test("a button that no stored surface has is refused, and the agent hears nothing", async () => {
  const network = new FakeNetwork();
  await using house = await openWith(network, approved);
  using alice = await house.operator();
  await alice.call("canvas.push", { messages: form() });
  using screen = await screenAt(house);
  expect(await screen.press("one", "wipe")).toMatchObject({
    state: "refused",
    error: "that button is not there any more",
  });
  await alice.call("canvas.reset", {});
  expect(await screen.press("two")).toMatchObject({ state: "refused" });
  expect((await alice.call("chat.history", { sessionKey: "main" })).messages).toEqual([]);
});
