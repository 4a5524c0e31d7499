import { expect, test } from "bun:test";
import { mkdirSync, realpathSync } from "node:fs";
import { realClock } from "../../../src/lib/index.ts";
import type { AgentTrait } from "../../doubles/acp-agent.ts";
import { LifeLine } from "../../doubles/life-line.ts";
import { temporaryFolder } from "../../open-house.ts";
import { acpStage, turn } from "./stage.ts";

/** External agents that are real programs, made with the official SDK's agent side. Each start takes its time. */

test("an agent answers in chunks, as model acp/<name>, and is kept for the next turn", async () => {
  await using stage = acpStage();
  expect([stage.engine.id, stage.engine.model]).toEqual(["acp:coder", { provider: "acp", model: "coder" }]);
  expect(stage.log.records).toEqual([]);
  const first = await stage.tell("hello there");
  expect(first.events).toEqual([
    { kind: "text", delta: "heard:" },
    { kind: "text", delta: " hello" },
    { kind: "text", delta: " there" },
    {
      kind: "end",
      stopReason: "stop",
      usage: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
      model: { provider: "acp", model: "coder" },
    },
  ]);
  const [one, two] = [await stage.tell("pid"), await stage.tell("pid", { sessionKey: "agent:main:two" })];
  expect(one.text).toBe(two.text);
});

test("thoughts and the agent's own tools are reasoning, and a tool parts what is said into paragraphs", async () => {
  await using stage = acpStage();
  expect(await stage.tell("think")).toMatchObject({ text: "thought", reasoning: "hmm" });
  expect(await stage.tell("tool")).toMatchObject({
    text: "I look.\n\nI saw.",
    reasoning: "\n[Read\\u000a notes]\n",
    stopReason: "stop",
  });
});

const endings = [
  ["refuse", "stop", ""],
  ["fill", "length", "too lo"],
] as const;

for (const [play, stopReason, text] of endings) {
  test(`a turn whose agent ends with ${play} ends with ${stopReason}`, async () => {
    await using stage = acpStage();
    expect(await stage.tell(play)).toMatchObject({ stopReason, text });
  });
}

test("images go along where the agent sees them, and are told of where it does not", async () => {
  const images = [{ mimeType: "image/png", bytes: () => new Uint8Array([1, 2, 3]) }];
  const gone = { mimeType: "image/png", bytes: () => undefined };
  await using seeing = acpStage();
  await using blind = acpStage({ traits: ["blind"] });
  const told = JSON.parse((await seeing.tell("blocks", { imageCount: 2, images: [...images, gone] })).text) as unknown;
  expect(told).toEqual([
    { type: "image", mimeType: "image/png", data: "AQID" },
    { type: "text", text: "[Images that came along and cannot be shown to you: 1]" },
    { type: "text", text: "blocks" },
  ]);
  expect(JSON.parse((await blind.tell("blocks", { imageCount: 1, images })).text)).toEqual([
    { type: "text", text: "[Images that came along and cannot be shown to you: 1]" },
    { type: "text", text: "blocks" },
  ]);
});

test("what steers a run is read before the turn ends", async () => {
  await using stage = acpStage();
  const left = [["and this", "and that"], []];
  const steering = async () => left.shift()!;
  expect((await stage.tell("first", { steering })).text).toBe("heard: first\n\nheard: and this\n\nand that");
});

test("neither files nor terminals are offered to an agent", async () => {
  await using stage = acpStage();
  expect((await stage.tell("reach")).text).toBe("-32601,-32601");
});

test("an aborted turn is cancelled at the agent and ends within a second; the agent goes on", async () => {
  await using stage = acpStage();
  const pid = (await stage.tell("pid")).text;
  const abort = new AbortController();
  const started = performance.now();
  for await (const event of stage.engine.run(turn("wait"), abort.signal)) {
    if (event.kind === "text") abort.abort("rpc");
    else expect(event).toMatchObject({ kind: "end", stopReason: "aborted" });
  }
  expect(performance.now() - started).toBeLessThan(1000);
  expect((await stage.tell("pid")).text).toBe(pid);
});

test("an agent that does not stop is ended with the run, once no other turn uses it", async () => {
  await using stage = acpStage({ clock: realClock });
  const pid = (await stage.tell("pid")).text;
  const other = new AbortController();
  const waiting = stage.tell("wait", { sessionKey: "agent:main:two" }, other.signal);
  const abort = new AbortController();
  const started = performance.now();
  for await (const event of stage.engine.run(turn("hang"), abort.signal)) if (event.kind === "text") abort.abort("rpc");
  expect(performance.now() - started).toBeLessThan(1500);
  expect(stage.log.of("acp.gone")).toEqual([]);
  expect((await stage.tell("pid")).text).not.toBe(pid);
  other.abort("rpc");
  expect((await waiting).stopReason).toBe("aborted");
  while (stage.log.of("acp.gone").length === 0) await new Promise((resolve) => setImmediate(resolve));
  expect(stage.log.of("acp.gone")[0]!.fields["reason"]).toBe("it ended by signal SIGKILL");
});

test("a reader that leaves in the middle ends the turn at the agent", async () => {
  await using stage = acpStage();
  for await (const event of stage.engine.run(turn("wait"), new AbortController().signal)) {
    expect(event).toEqual({ kind: "text", delta: "waiting" });
    break;
  }
  expect((await stage.tell("hello")).text).toBe("heard: hello");
});

test("an agent that dies in a turn is an error with a cure, and the next turn has a new one", async () => {
  await using stage = acpStage();
  const told = await stage.tell("crash");
  expect(told.text).toBe("about to ");
  expect(told.error?.message).toBe(
    "agent coder is gone: it ended with exit code 4; what it did until then is done; " +
      "try again, and look at clawdia logs if it stays so",
  );
  expect((await stage.tell("hello")).text).toBe("heard: hello");
});

test("what is no message on an agent's output is passed over", async () => {
  await using stage = acpStage({ traits: ["chatty"] });
  expect((await stage.tell("garbage")).text).toBe("before after");
  expect(stage.log.of("acp.garbage").length).toBe(6);
});

test("an agent that says too much is stopped, and one that sends too much at once is ended", async () => {
  await using stage = acpStage();
  const flooded = await stage.tell("flood");
  expect(flooded.error?.message).toBe("the agent said more than 4000000 characters");
  expect(flooded.text.length).toBe(4_000_000);
  expect((await stage.tell("oversize")).error?.message).toStartWith(
    "agent coder is gone: a line of more than 33554432 bytes; ",
  );
  expect((await stage.tell("hello")).text).toBe("heard: hello");
});

const broken: readonly (readonly [trait: AgentTrait, failure: string | undefined, message: string])[] = [
  ["stillborn", undefined, "agent coder is gone: it ended with exit code 9; "],
  ["outdated", "no_model", "agent coder cannot be used: it speaks version 0 of the protocol, not 1; update it"],
  ["signed-out", "auth", "agent coder wants somebody to sign in: sign in with the agent's own program ("],
];

for (const [trait, failure, message] of broken) {
  test(`an agent that is ${trait} is an error with a cure`, async () => {
    await using stage = acpStage({ traits: [trait] });
    const { error } = await stage.tell("hello");
    expect(error?.message).toStartWith(message);
    expect(error?.failure).toBe(failure as "auth" | undefined);
  });
}

test("an agent that does not greet is given up after a while", async () => {
  const clock = { ...realClock, sleep: (ms: number, signal?: AbortSignal) => realClock.sleep(ms / 500, signal) };
  await using stage = acpStage({ traits: ["mute"], clock });
  expect((await stage.tell("hello")).error?.message).toBe(
    "agent coder cannot be used: it did not greet within 60 seconds; is it an ACP agent?",
  );
});

const refused: readonly (readonly [name: string, settings: object, message: RegExp])[] = [
  ["is not installed", { command: "no-such-agent" }, /^agent coder cannot be started: cannot start no-such-agent: it/],
  [
    "has no folder",
    { cwd: "/no/such/folder" },
    /^agent coder cannot be started: cannot start .* in \/no\/such\/folder/,
  ],
  ["would be hijacked", { env: { NODE_OPTIONS: "-r x" } }, /^agent coder cannot be started: NODE_OPTIONS would change/],
  [
    "is dangerous",
    { args: ["--dangerously-skip-permissions"] },
    /^agent coder is not started: --dangerously-skip-perm/,
  ],
];

for (const [name, settings, message] of refused) {
  test(`an agent that ${name} is refused in words, turn by turn`, async () => {
    await using stage = acpStage({ settings });
    for (let round = 0; round < 2; round++) expect((await stage.tell("hello")).error?.message).toMatch(message);
  });
}

test("S-108 an agent gets its own part of our environment, and what it says of it is not told on", async () => {
  const env = { KEY: "hush-hush-key" };
  await using stage = acpStage({ traits: ["chatty"], settings: { env, passEnv: ["USER"] } });
  const seen = JSON.parse((await stage.tell("environment")).text) as Record<string, string>;
  expect([seen["KEY"], seen["PATH"]]).toEqual([env.KEY, process.env["PATH"]!]);
  expect(Object.keys(seen).filter((name) => /CLAWDIA|TOKEN|SECRET/i.test(name))).toEqual([]);
  expect((await stage.tell("fail")).error?.message).toBe("agent coder failed: broken with [secret]");
  expect(stage.log.of("child.stderr").map(({ fields }) => fields["line"])).toEqual(["my key is [secret]"]);
  expect(stage.log.text).not.toContain(env.KEY);
});

test("an agent works in the workspace, or where its settings say", async () => {
  using folder = temporaryFolder();
  const [workspace, inner] = [`${folder.path}/workspace`, `${folder.path}/inner`];
  mkdirSync(inner);
  await using stage = acpStage({ workspace, settings: { cwd: undefined } });
  expect((await stage.tell("where")).text).toBe(realpathSync(workspace));
  await using relative = acpStage({ workspace, settings: { cwd: "../inner" } });
  expect((await relative.tell("where")).text).toBe(realpathSync(inner));
});

test("R-31 closing ends an agent that ignores it, in the middle of a turn", async () => {
  using folder = temporaryFolder();
  await using line = new LifeLine(folder.path);
  const script = `${import.meta.dir}/../../doubles/acp-agent.ts`;
  const args = ["-c", line.held("held", `exec '${process.execPath}' '${script}' stubborn`)];
  const stage = acpStage({ settings: { command: "sh", args } });
  const running = stage.tell("hang");
  while (stage.log.of("acp.started").length === 0) await new Promise((resolve) => setImmediate(resolve));
  await stage[Symbol.asyncDispose]();
  expect((await running).error?.message).toStartWith("agent coder is gone: it ended by signal SIGKILL");
  expect(await line.letGo()).toBe("held\n");
  expect((await stage.tell("hello")).error?.message).toBe("the gateway stops");
});
