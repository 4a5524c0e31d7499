import { expect, spyOn, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { discord } from "../../../src/providers/discord/index.ts";
import { discordAccount } from "../../contracts/discord-stage.ts";
import { temporaryFolder } from "../../open-house.ts";
import { never, outbound } from "../../providers/discord/linked.ts";
import { FakeClock } from "../fake-clock.ts";
import { RecordingPorts } from "../recording-ports.ts";
import { rejectionOf } from "../rejection.ts";
import { remoteControl, type ServedDouble } from "./remote-control.ts";

const script = join(import.meta.dir, "serve.ts");

/** The double in a process of its own. */
async function serve(logFile: string) {
  const process = Bun.spawn([globalThis.process.execPath, script, "--log", logFile], { stdout: "pipe" });
  const { value } = await process.stdout.getReader().read();
  const served = JSON.parse(new TextDecoder().decode(value)) as ServedDouble;
  const stop = async () => {
    process.kill();
    expect(await process.exited).toBe(0);
  };
  return {
    served,
    ask: remoteControl(served),
    /** As a machine that hangs: connections stand, and nobody answers. */
    freeze: () => process.kill("SIGSTOP"),
    thaw: () => process.kill("SIGCONT"),
    [Symbol.asyncDispose]: stop,
  };
}

test("another process drives the double, and its log on disk tells what was delivered", async () => {
  using folder = temporaryFolder();
  const logFile = join(folder.path, "calls.jsonl");
  await using double = await serve(logFile);
  const { served, ask } = double;
  const ports = new RecordingPorts(new FakeClock());
  const settings = { botToken: served.token, apiRoot: served.apiRoot };
  await using link = await discord.open(discordAccount(settings), ports);
  await ports.told("connected");
  const person = await ask("person", { name: "Bob" });
  await ports.heard(await ask("says", { person, text: "hi" }));
  const peer = { kind: "direct", id: person } as const;
  const fault = await ask("fault", { method: "createMessage", does: { kind: "drop-answer" } });
  const lost = outbound(peer, "lost");
  expect(await rejectionOf(link.send(lost, never))).toMatchObject({ isCertain: false });
  await ask("struck", { fault });
  await link.send(lost, never);
  await link.send(outbound(peer, "back"), never);
  expect((await ask("hears", { person, count: 2 })).map(({ text }) => text)).toEqual(["lost", "back"]);
  const lines = readFileSync(logFile, "utf8").trim().split("\n");
  const sends = lines.map((line) => JSON.parse(line) as { method: string; applied?: boolean; answered?: boolean });
  const ended = sends.filter(({ method, answered }) => method === "createMessage" && answered !== undefined);
  expect(ended.map(({ applied, answered }) => [applied, answered])).toEqual([
    [true, false],
    [true, true],
    [true, true],
  ]);
});

test("the control port wants its token", async () => {
  using folder = temporaryFolder();
  await using double = await serve(join(folder.path, "calls.jsonl"));
  const stranger = remoteControl({ ...double.served, adminToken: "guess" });
  expect(await rejectionOf(stranger("about"))).toEqual(new Error("about: HTTP 401"));
});

test("a link on a Discord that froze is found out, closes at once, and its connection is cut", async () => {
  using folder = temporaryFolder();
  await using double = await serve(join(folder.path, "calls.jsonl"));
  const { served, freeze, thaw } = double;
  const clock = new FakeClock();
  const ports = new RecordingPorts(clock);
  const settings = { botToken: served.token, apiRoot: served.apiRoot };
  const link = await discord.open(discordAccount(settings), ports);
  await ports.told("connected");
  await link.probe(never);
  freeze();
  const late = new AbortController();
  const probing = rejectionOf(link.probe(late.signal));
  late.abort("too late");
  expect(await probing).toBe("too late");
  const closed = Promise.withResolvers<void>();
  const sockets = WebSocket.prototype as WebSocket & { terminate: () => void };
  const terminate = spyOn(sockets, "terminate").mockImplementation(() => closed.resolve());
  await link[Symbol.asyncDispose]();
  await clock.advance(2000);
  await closed.promise;
  terminate.mockRestore();
  thaw();
});
