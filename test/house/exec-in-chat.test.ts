import { expect, test } from "bun:test";
import { FakeNetwork } from "../doubles/fake-network.ts";
import { ScriptedEngine } from "../doubles/scripted-engine.ts";
import type { Guest } from "../open-house.ts";
import { openWith } from "./fake-house.ts";

/** The owner allows commands in the chat where they came up. */

const owner = { owners: ["7"], allowFrom: ["7", "8"] };
const sessionKey = "agent:main:main";

/** A run that works for somebody in the network's chat, until the test ends it. */
async function working(network: FakeNetwork, alice: Guest, sender: { readonly id: string }) {
  await network.says("do it", { sender });
  await alice.until(({ event }) => event === "agent");
}

function openBusy(network: FakeNetwork) {
  const engine = new ScriptedEngine();
  engine.answer = undefined;
  return openWith(network, owner, { engine });
}

test("a question about a command comes with buttons, and a press answers it", async () => {
  const network = new FakeNetwork();
  await using house = await openBusy(network);
  using alice = await house.operator();
  await working(network, alice, { id: "7" });
  const asked = alice.call("exec.approval.request", { id: "a1", command: "rm -r `x`", cwd: "/tmp", sessionKey });
  await network.until((shown) => shown.length === 1);
  const [question] = network.shown;
  expect(question!.text).toContain("May the agent run this in /tmp?");
  expect(question!.text).toContain("rm -r `x`");
  expect(Object.keys(question!.buttons)).toEqual(["Allow once", "Always allow", "Deny"]);
  await network.says(question!.buttons["Allow once"]!, { sender: { id: "7" }, event: { kind: "button", id: "p1" } });
  expect(await asked).toMatchObject({ decision: "allow-once" });
  await network.until((shown) => shown.at(-1)!.text === "Allowed.");
});

test("who is not the owner is not asked, and cannot answer", async () => {
  const network = new FakeNetwork();
  await using house = await openBusy(network);
  using alice = await house.operator();
  using bob = await house.operator();
  await working(network, alice, { id: "8" });
  const asked = alice.call("exec.approval.request", { id: "a1", command: "ls", sessionKey });
  await bob.until(({ event }) => event === "exec.approval.requested");
  await network.says("/approve a1 allow-once", { sender: { id: "8" } });
  await network.until((shown) => shown.length === 1);
  expect(network.texts()).toEqual(["/approve is for the owner only."]);
  await bob.call("exec.approval.resolve", { id: "a1", decision: "deny" });
  expect(await asked).toMatchObject({ decision: "deny" });
});

test("without buttons the words to type stand in the question, and a late answer says so", async () => {
  const network = new FakeNetwork({ can: { hasButtons: false } });
  await using house = await openBusy(network);
  using alice = await house.operator();
  await working(network, alice, { id: "7" });
  const asked = alice.call("exec.approval.request", { id: "a1", command: "ls", sessionKey });
  await network.until((shown) => shown.length === 1);
  expect(network.shown[0]!.text).toContain("/approve a1 deny");
  await network.says("/approve a1 deny", { sender: { id: "7" } });
  expect(await asked).toMatchObject({ decision: "deny" });
  await network.says("/approve a1 allow-once", { sender: { id: "7" } });
  await network.until((shown) => shown.length === 3);
  expect(network.texts().slice(1)).toEqual(["Denied.", "unknown approval id"]);
});
