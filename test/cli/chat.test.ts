import { afterAll, beforeAll, expect, test } from "bun:test";
import { Person, type RunningGateway, startGateway, Terminal } from "./command-house.ts";

/** A conversation in the terminal, and through a pipe. */

const alice = new Person();
let gateway: RunningGateway;

beforeAll(async () => {
  gateway = await startGateway(alice);
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  alice[Symbol.dispose]();
});

const notice = "No language model is connected.";
const chat = (...args: readonly string[]) => new Terminal(alice, ["chat", ...args]);

test("from a pipe each line is said, and only answers go to stdout", async () => {
  const { code, stdout, stderr } = await alice.types(["chat", "--session", "piped"], {
    stdin: "one\n\n/sessions\ntwo\n",
  });
  expect(code).toBe(0);
  const answers = stdout.split("\n").filter((line) => line !== "" && !line.startsWith(notice));
  expect(answers).toEqual(["echo: one", "echo: two"]);
  expect(stderr).toContain('agent:main:piped "one"');
});

test("from a pipe a mistake is told and is exit code 1", async () => {
  const { code, stderr } = await alice.types(["chat"], { stdin: "/nope\n" });
  expect([code, stderr]).toEqual([1, expect.stringContaining("there is no /nope: /help lists the commands")]);
});

test("what is said in a terminal is answered, and what was said before is shown at the start", async () => {
  await alice.asks("agent", "--session", "talk", "--message", "earlier");
  await using terminal = chat("--session", "talk");
  await terminal.screen.until("echo: earlier");
  expect(terminal.screen.text).toContain(`connected to ${gateway.url}`);
  await terminal.screen.until("you> ", terminal.screen.text.length - 20);
  const from = terminal.screen.text.length;
  terminal.types("hello there\r");
  await terminal.screen.until(notice, from);
  expect(Bun.stripANSI(terminal.screen.text.slice(from))).toContain("Clawdia> echo: hello there");
  terminal.types("/help\r/quit\r");
  expect(await terminal.exited).toBe(0);
  expect(terminal.screen.text).toContain("/sessions");
});

test("two clients in one session see what the other says and hears", async () => {
  await using first = chat("--session", "shared");
  await using second = chat("--session", "shared");
  await Promise.all([first.screen.until("connected"), second.screen.until("connected")]);
  first.types("from the first\r");
  await second.screen.until("echo: from the first");
  expect(Bun.stripANSI(second.screen.text)).toContain("you> from the first");
  await second.screen.until(notice);
  second.types("from the second\r");
  await first.screen.until("echo: from the second");
  expect(Bun.stripANSI(first.screen.text)).toContain("you> from the second");
});

test("Ctrl-C ends the answer that is being written; without one it leaves with 130", async () => {
  await using terminal = chat("--session", "cut");
  await terminal.screen.until("connected");
  terminal.types(`${"word ".repeat(150)}\r`);
  await terminal.screen.until("echo: word");
  terminal.types("\u0003");
  await terminal.screen.until("(stopped)");
  terminal.types("\u0003");
  expect(await terminal.exited).toBe(130);
});

test("/new starts a conversation anew, and Ctrl-D leaves", async () => {
  await alice.asks("agent", "--session", "anew", "--message", "forget this");
  await using terminal = chat("--session", "anew");
  await terminal.screen.until("echo: forget this");
  terminal.types("/new\r");
  await terminal.screen.until("a new conversation starts");
  expect(await alice.asks("call", "chat.history", "--params", '{"sessionKey":"anew"}')).toMatchObject({ messages: [] });
  terminal.types("\u0004");
  expect(await terminal.exited).toBe(0);
});

test("a chat outlives its gateway: it shows the state, comes back, and catches up", async () => {
  using bob = new Person();
  const first = await startGateway(bob);
  await using terminal = new Terminal(bob, ["chat"]);
  await terminal.screen.until("connected");
  await first.stop();
  await terminal.screen.until("the gateway is away");
  await using second = await startGateway(bob, first.port);
  await bob.asks("agent", "--message", "while you were away");
  await terminal.screen.until("echo: while you were away");
  const from = terminal.screen.text.length;
  terminal.types("and now\r");
  await terminal.screen.until("echo: and now", from);
  expect(second.port).toBe(first.port);
});
