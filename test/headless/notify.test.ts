import { expect, test } from "bun:test";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NodeStage } from "./node-stage.ts";

/** Notifications by notify-send: the real one without a desktop, and a stand-in that writes down what it was given. */

const bus = { DBUS_SESSION_BUS_ADDRESS: "unix:path=/nowhere/bus" };

test("without a desktop it is not offered, and a desktop that shows nothing is said", async () => {
  await using lonely = await NodeStage.open();
  expect(lonely.node.status.absences).toContainEqual({
    commands: "system.notify",
    why: "nobody is logged in at a desktop: there is no session bus",
  });
  await using stage = await NodeStage.open({ environment: bus });
  const refusal = await stage.gateway.refusal("system.notify", { title: "Hi", body: "there" });
  expect(refusal).toStartWith("UNAVAILABLE NOTIFY_FAILED: nothing shows notifications here: ");
});

test("words reach the desktop as they are, whatever they look like", async () => {
  using desk = deskThatWritesDown();
  await using stage = await NodeStage.open({ environment: { ...bus, PATH: `${desk.folder}:${process.env["PATH"]}` } });
  await stage.gateway.gets("system.notify", { title: "--help", body: "$(id); `id`", priority: "timeSensitive" });
  expect(desk.told()).toEqual(["-a", "Clawdia", "-u", "critical", "--", "--help", "$(id); `id`"]);
  await stage.gateway.gets("system.notify", { body: "only a body", sound: null });
  expect(desk.told()).toEqual(["-a", "Clawdia", "-u", "normal", "--", "Clawdia", "only a body"]);
  expect(await stage.gateway.refusal("system.notify", { title: " ", body: "" })).toContain("empty notification");
});

test("a person at a desktop sees that a command waits", async () => {
  using desk = deskThatWritesDown();
  await using stage = await NodeStage.open({ environment: { ...bus, PATH: `${desk.folder}:${process.env["PATH"]}` } });
  const answer = stage.gateway.refusal("system.run", { command: ["true"] });
  await stage.told("The gateway wants to run:");
  stage.node.resolve(stage.node.pending[0]!.id, "deny");
  await answer;
  // The sign is a program of its own, which nobody waits for.
  do await stage.gateway.gets("system.notify", { title: "after it" });
  while (!desk.all().includes("A command waits for you"));
  expect(desk.all()).toContain("clawdia node allow");
});

function deskThatWritesDown() {
  const folder = mkdtempSync(join(tmpdir(), "clawdia-desk-"));
  const file = join(folder, "told");
  const program = join(folder, "notify-send");
  writeFileSync(program, `#!/bin/sh\nprintf '%s\\n' "$@" >>${file}.all\nprintf '%s\\n' "$@" >${file}\n`);
  chmodSync(program, 0o700);
  return {
    folder,
    told: () => readFileSync(file, "utf8").trimEnd().split("\n"),
    all: () => readFileSync(`${file}.all`, "utf8"),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}
