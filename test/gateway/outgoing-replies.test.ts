import { expect, test } from "bun:test";
import { wireLimits } from "../../src/protocol/index.ts";
import { event, Stage } from "./outgoing-stage.ts";

/** What a client asked for does not make it a slow one. */

const { bufferedBytesMax, closeGraceMs } = wireLimits;

test("a client that is still reading a large reply misses no event and is not cut", () => {
  const stage = new Stage();
  stage.socket.isStuck = true;
  stage.outgoing.reply("r".repeat(4 * bufferedBytesMax));
  for (const [name, delivery] of [
    ["delta", "lossy"],
    ["final", "sure"],
  ] as const) {
    stage.outgoing.event(event(name, delivery));
    stage.outgoing.flush();
  }
  expect(stage.socket.sent.slice(1)).toEqual(["delta#1", "final#2"]);
  expect(stage.acts).toEqual(["pause"]);
});

test("a reply that was read no longer excuses unread events", () => {
  const stage = new Stage();
  stage.socket.isStuck = true;
  stage.outgoing.reply("r".repeat(4 * bufferedBytesMax));
  stage.socket.buffered = 0;
  stage.outgoing.drained();
  stage.fill();
  stage.outgoing.event(event("sure", "sure"));
  stage.outgoing.flush();
  expect(stage.socket.sent.at(-1)).not.toStartWith("sure");
});

test("events behind a large reply are bounded as they are without one", () => {
  const stage = new Stage();
  stage.socket.isStuck = true;
  stage.outgoing.reply("r".repeat(4 * bufferedBytesMax));
  stage.fill(bufferedBytesMax + 1);
  stage.outgoing.event(event("sure", "sure"));
  stage.outgoing.flush();
  stage.pass(closeGraceMs);
  expect(stage.acts.at(-1)).toBe("terminate");
});
