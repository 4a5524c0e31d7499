import { afterAll, beforeAll, expect, test } from "bun:test";
import type { PendingExecApproval } from "../../src/exec/index.ts";
import { realClock } from "../../src/lib/index.ts";
import { Client } from "../../src/client/index.ts";
import { newDevice } from "../open-house.ts";
import { Person, type RunningGateway, startGateway } from "./command-house.ts";

/** The owner decides about commands from a terminal. */

const alice = new Person();
let gateway: RunningGateway;
let agent: Client;

beforeAll(async () => {
  gateway = await startGateway(alice);
  const options = { url: gateway.url, clock: realClock, credentials: { token: gateway.token } };
  const identity = { id: "test", mode: "test", version: "1", platform: "linux" } as const;
  agent = await Client.connect({ ...options, identity, signer: newDevice() });
  // Somebody who could answer must be there for a command to wait.
  await Client.connect({ ...options, identity, signer: newDevice() });
});
afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  alice[Symbol.dispose]();
});

const run = (...args: readonly string[]) => alice.types(["exec", ...args]);

/** A command that waits. */
async function asked(id: string, command = "rm -rf 'a b'"): Promise<{ readonly decision: Promise<string | null> }> {
  const answer = agent.call("exec.approval.request", { id, command, cwd: "/tmp", agentId: "main" }, { timeoutMs: 0 });
  for (let waits = false; !waits;) {
    waits = (await agent.call("exec.approval.list", {})).some((one: PendingExecApproval) => one.id === id);
  }
  return { decision: answer.then(({ decision }) => decision) };
}

test("commands that wait are shown whole, with what to type next", async () => {
  expect(await run()).toEqual({ code: 0, stdout: "No command waits for a decision.\n", stderr: "" });
  const long = `echo ${"x".repeat(2_000)}`;
  const one = await asked("first-of-all", long);
  const { stdout } = await run("pending");
  expect(stdout).toStartWith(`${long}\n`);
  for (const words of ["first-of-all", "clawdia exec allow first-of-all", "main", "/tmp", "more\n"]) {
    expect(stdout).toContain(words);
  }
  expect(await alice.asks<PendingExecApproval[]>("exec")).toMatchObject([{ id: "first-of-all" }]);
  expect((await run("deny")).code).toBe(0);
  expect(await one.decision).toBe("deny");
});

test("a command is allowed once, always, or denied, by the start of its id", async () => {
  const waiting = await Promise.all([asked("once-1"), asked("always-1"), asked("denied-1")]);
  expect((await run("allow", "once")).stdout).toBe("rm -rf 'a b'\nmay run.\n");
  expect((await run("allow", "always-1", "--always")).stdout).toBe("rm -rf 'a b'\nmay run, now and always.\n");
  expect(await alice.asks("exec", "deny", "denied")).toEqual({ ok: true, id: "denied-1", decision: "deny" });
  expect(await Promise.all(waiting.map(({ decision }) => decision))).toEqual(["allow-once", "allow-always", "deny"]);
});

test("what is not clear is not decided", async () => {
  const nothing = await run("allow");
  expect([nothing.code, nothing.stderr]).toEqual([1, expect.stringContaining("no command waits for a decision")]);
  const waiting = await Promise.all([asked("same-1", "ls 1"), asked("same-2", "ls 2")]);
  for (const [words, problem] of [
    [[], "2 commands wait: say which one"],
    [["same"], "2 commands wait: say which one"],
    [["other"], "no command's id starts with other"],
  ] as const) {
    const { code, stdout, stderr } = await run("allow", ...words);
    expect([code, stderr]).toEqual([1, expect.stringContaining(`${problem}\n  next: clawdia exec allow ID`)]);
    expect(stdout).toMatch(/ls 1[^]*ls 2/);
  }
  await run("deny", "same-1");
  await run("deny", "same-2");
  expect(await Promise.all(waiting.map(({ decision }) => decision))).toEqual(["deny", "deny"]);
});

test("the rules are shown in words, the defaults too, and what in them fits nothing", async () => {
  const { stdout } = await run("policy");
  for (const words of ["exec-approvals.json (not there", "what is on the list runs", "on-miss: you are asked"]) {
    expect(stdout).toContain(words);
  }
  const file = {
    version: 1,
    defaults: { ask: "always" as const },
    agents: {
      main: {
        security: "deny" as const,
        allowlist: [
          { pattern: "/bin/ls", argPattern: '["-l"]' },
          { pattern: "rg" },
          { pattern: "/bin/x", argPattern: "^a$" },
        ],
      },
    },
  };
  await agent.call("exec.approvals.set", { file });
  const written = (await run("policy")).stdout;
  expect(written).toMatch(
    /agent main\nsecurity +deny: nothing runs\nPROGRAM +ARGUMENTS +LAST USED\n\/bin\/ls +\["-l"\] +never\n/,
  );
  for (const words of [
    "rg (fits nothing: no full path)",
    "^a$ (fits nothing: no list of arguments)",
    "always: you are",
  ]) {
    expect(written).toContain(words);
  }
  expect(await alice.asks("exec", "policy")).toMatchObject({ exists: true, file });
});
