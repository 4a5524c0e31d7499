import { expect, test } from "bun:test";
import { wireLimits } from "../../src/protocol/index.ts";
import { event, Stage } from "./outgoing-stage.ts";

const { bufferedBytesMax, closeGraceMs, stalledMs } = wireLimits;

test("events are gathered, numbered from one and written together; a reply goes after them at once", () => {
  const { socket, outgoing, ...stage } = new Stage();
  for (const name of ["a", "b", "c"]) outgoing.event(event(name, "lossy"));
  expect(socket.sent).toEqual([]);
  outgoing.reply("reply");
  expect(socket.sent).toEqual(["a#1", "b#2", "c#3", "reply"]);
  expect(socket.acts).toEqual(["cork"]);
  outgoing.flush();
  expect(socket.sent).toHaveLength(4);
  expect(stage).toBeDefined();
});

test("a flush is asked for once, however many events wait", () => {
  const stage = new Stage();
  for (let count = 0; count < 5; count++) stage.outgoing.event(event("a", "lossy"));
  expect(stage.flushesAsked).toBe(1);
  stage.outgoing.flush();
  stage.outgoing.event(event("b", "lossy"));
  expect(stage.flushesAsked).toBe(2);
});

test("an event that only this client gets has no number and does not count", () => {
  const { socket, outgoing } = new Stage();
  outgoing.targeted("challenge");
  outgoing.event(event("a", "lossy"));
  outgoing.flush();
  expect(socket.sent).toEqual(["challenge", "a#1"]);
});

test("lossy events are left out for a slow reader, and the gap shows", () => {
  const stage = new Stage();
  stage.fill();
  stage.outgoing.event(event("lost", "lossy"));
  stage.outgoing.flush();
  expect(stage.socket.sent).toHaveLength(1);
  stage.socket.isStuck = false;
  stage.socket.buffered = 0;
  stage.outgoing.drained();
  stage.outgoing.event(event("heard", "lossy"));
  stage.outgoing.flush();
  expect(stage.socket.sent.at(-1)).toBe("heard#3");
  expect(stage.acts).toEqual([]);
});

test("a slow reader is cut at the next sure event, and ended a second later when it does not read", () => {
  const stage = new Stage();
  stage.pass(0);
  stage.fill();
  stage.nowMs += 999;
  stage.outgoing.event(event("sure", "sure"));
  stage.outgoing.flush();
  stage.pass(closeGraceMs - 1);
  expect(stage.acts).toEqual([]);
  stage.pass(1);
  expect(stage.acts).toEqual(["terminate"]);
});

test("a slow reader that is cut and reads on is told why, within ten seconds", () => {
  const stage = new Stage();
  stage.fill();
  stage.outgoing.event(event("sure", "sure"));
  stage.outgoing.flush();
  for (let second = 0; second < 5; second++) {
    stage.pass(closeGraceMs - 1);
    stage.socket.buffered -= 1000;
    stage.outgoing.drained();
  }
  expect(stage.acts).toEqual([]);
  stage.socket.buffered = 0;
  stage.outgoing.drained();
  expect(stage.acts).toEqual(["close 1008 slow consumer"]);
  const dawdler = new Stage();
  dawdler.fill();
  dawdler.outgoing.close(1012, "service restart");
  for (let passed = 0; passed < stalledMs; passed += 500) {
    dawdler.outgoing.drained();
    dawdler.pass(500);
  }
  expect(dawdler.acts).toEqual(["terminate"]);
});

test("below the limit nothing is lost and nobody is cut", () => {
  const stage = new Stage();
  stage.fill(bufferedBytesMax - 100);
  stage.outgoing.event(event("sure", "sure"));
  stage.outgoing.event(event("lossy", "lossy"));
  stage.outgoing.flush();
  expect(stage.socket.sent.slice(1)).toEqual(["sure#2", "lossy#3"]);
  expect(stage.acts).toEqual([]);
});

test("replies are never dropped; who leaves them unread is not read from", () => {
  const stage = new Stage();
  stage.socket.isStuck = true;
  for (let count = 0; count < 3; count++) stage.outgoing.reply("x".repeat(bufferedBytesMax));
  expect(stage.socket.sent).toHaveLength(3);
  expect(stage.acts).toEqual(["pause"]);
  stage.socket.buffered = 0;
  stage.outgoing.drained();
  expect(stage.acts).toEqual(["pause", "resume"]);
});

test("reading goes on only once the buffer is below its limit again", () => {
  const stage = new Stage();
  stage.socket.isStuck = true;
  for (let count = 0; count < 3; count++) stage.outgoing.reply("x".repeat(bufferedBytesMax));
  stage.socket.buffered = bufferedBytesMax * 2;
  stage.outgoing.drained();
  expect(stage.acts).toEqual(["pause"]);
  stage.socket.buffered = bufferedBytesMax;
  stage.outgoing.drained();
  expect(stage.acts).toEqual(["pause", "resume"]);
});

test("replies that stay unread for ten seconds end the connection, counted from when it stalled", () => {
  const stage = new Stage();
  stage.socket.isStuck = true;
  for (let count = 0; count < 2; count++) stage.outgoing.reply("x".repeat(bufferedBytesMax));
  stage.pass(1);
  stage.pass(stalledMs - 1);
  expect(stage.acts).toEqual(["pause"]);
  stage.pass(1);
  expect(stage.acts).toEqual(["pause", "resume"]);
  stage.pass(closeGraceMs);
  expect(stage.acts.at(-1)).toBe("terminate");
});

test("a reader that is slow but reads is not stalled", () => {
  const stage = new Stage();
  stage.socket.isStuck = true;
  for (let count = 0; count < 8; count++) stage.outgoing.reply("x".repeat(bufferedBytesMax));
  for (let step = 0; step < 5; step++) {
    stage.pass(stalledMs);
    stage.socket.buffered -= bufferedBytesMax / 2;
    stage.outgoing.drained();
  }
  stage.pass(stalledMs);
  expect(stage.acts).toEqual(["pause"]);
});

test("what the socket drops cuts the connection", () => {
  const stage = new Stage();
  stage.socket.isGone = true;
  stage.outgoing.reply("reply");
  stage.outgoing.reply("another");
  expect([stage.socket.sent, stage.acts]).toEqual([[], ["close 1008 slow consumer"]]);
});

test("closing writes what waits, says the reason once, and lets nothing after it out", () => {
  const stage = new Stage();
  stage.outgoing.event(event("a", "sure"));
  stage.outgoing.close(1012, "service restart");
  stage.outgoing.close(1000, "again");
  stage.outgoing.event(event("b", "sure"));
  stage.outgoing.reply("late");
  stage.outgoing.flush();
  expect(stage.socket.sent).toEqual(["a#1"]);
  expect(stage.acts).toEqual(["close 1012 service restart"]);
});

test("closing a slow reader that is cut on the way says one reason", () => {
  const stage = new Stage();
  stage.fill();
  stage.outgoing.event(event("sure", "sure"));
  stage.outgoing.close(1012, "service restart");
  stage.socket.buffered = 0;
  stage.outgoing.drained();
  expect(stage.acts).toEqual(["close 1008 slow consumer"]);
});

test("a close reason has at most 120 bytes and no half character", () => {
  const stage = new Stage();
  stage.outgoing.close(1008, `${"x".repeat(119)}é and more`);
  expect(stage.acts).toEqual([`close 1008 ${"x".repeat(119)}`]);
});
