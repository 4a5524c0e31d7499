import { afterAll, beforeAll, expect, test } from "bun:test";
import { commandOf, Person, type RunningGateway, startGateway, Told } from "./command-house.ts";

/** One message, and its answer as it comes. */

const alice = new Person();
let gateway: RunningGateway;

beforeAll(async () => {
  gateway = await startGateway(alice);
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  alice[Symbol.dispose]();
});

const aLot = "word ".repeat(500);

function spawnAgent(...args: readonly string[]) {
  return Bun.spawn(commandOf(["agent", ...args]), {
    cwd: alice.home,
    env: alice.environment(),
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
}

test("an answer streams: it comes in more than one piece", async () => {
  const child = spawnAgent("--message", "hi");
  const told = new Told(child.stdout);
  expect(await child.exited).toBe(0);
  await told.ended;
  expect(told.pieces.length).toBeGreaterThan(1);
  expect(told.text).toStartWith("echo: hi\n\nNo language model is connected.");
  expect(told.text).toEndWith("\n");
});

test("a message is read from stdin", async () => {
  const { code, stdout } = await alice.types(["agent", "--message", "-"], { stdin: "two\nlines\n" });
  expect([code, stdout]).toEqual([0, expect.stringMatching(/^echo: two\nlines\n/)]);
  const empty = await alice.types(["agent", "--message", "-"], { stdin: "" });
  expect([empty.code, empty.stderr]).toEqual([2, expect.stringContaining("stdin is empty")]);
});

test("for a program the end of the run is one JSON value", async () => {
  const final = await alice.asks("agent", "--message", "hi", "--session", "json", "--thinking", "low");
  expect(final).toMatchObject({ status: "ok", summary: "completed", result: { payloads: [{ mediaUrl: null }] } });
});

test("a message to another agent goes to that agent's session", async () => {
  await alice.asks("agent", "--message", "hi", "--agent", "main");
  const unknown = await alice.types(["agent", "--message", "hi", "--agent", "nobody"]);
  expect([unknown.code, unknown.stdout]).toEqual([1, ""]);
  expect(unknown.stderr).toContain("nobody");
});

test("a run that takes too long is exit code 1, and what was said stays", async () => {
  const { code, stdout, stderr } = await alice.types([
    "agent",
    "--session",
    "late",
    "--timeout",
    "1",
    "--message",
    aLot,
  ]);
  expect([code, stdout]).toEqual([1, expect.stringMatching(/^echo: word .*\n$/s)]);
  expect(stderr).toContain("the run took longer than allowed");
});

test("Ctrl-C ends the run at the gateway, then the command with 130", async () => {
  const child = spawnAgent("--session", "cut", "--message", aLot);
  const told = new Told(child.stdout);
  await told.until("echo:");
  child.kill("SIGINT");
  expect(await child.exited).toBe(130);
  const { sessions } = await alice.asks<{ sessions: { abortedLastRun?: boolean }[] }>("sessions", "--search", "cut");
  expect(sessions).toEqual([expect.objectContaining({ key: "agent:main:cut", abortedLastRun: true })]);
});

test("a run that another client aborts is exit code 1", async () => {
  const child = spawnAgent("--session", "stopped", "--message", aLot);
  const told = new Told(child.stdout);
  await told.until("echo:");
  await alice.types(["call", "chat.abort", "--params", '{"sessionKey":"stopped"}']);
  expect(await child.exited).toBe(1);
});

test("a reader that goes away ends the command quietly", async () => {
  const child = spawnAgent("--session", "unread", "--message", aLot);
  await child.stdout.cancel();
  expect([0, 1]).toContain(await child.exited);
  expect(await new Response(child.stderr).text()).toBe("");
});
