import { expect, test } from "bun:test";
import { RemoteCommands } from "../../src/exec/index.ts";
import { makeIds, realRandom } from "../../src/lib/index.ts";
import { LateRuns, NodeEvents, type NodeNews } from "../../src/nodes/index.ts";
import { nodeTools } from "../../src/tools/index.ts";
import { CommandStage } from "../exec/command-stage.ts";
import { NodeStage } from "../nodes/node-stage.ts";
import { calls } from "./tool-call.ts";

/** The owner's devices as an agent uses them. */

const png = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex");
const mp4 = Buffer.from("0000001c6674797069736f6d00000200", "hex");

async function stageOf() {
  const stack = new AsyncDisposableStack();
  const nodes = stack.use(new NodeStage());
  const commands = stack.use(new CommandStage());
  const kept: { readonly agentId: string; readonly name: string; readonly bytes: Uint8Array }[] = [];
  const { clock } = nodes.devices;
  const told: (readonly [sessionKey: string, text: string])[] = [];
  const lateRuns = new LateRuns((sessionKey, text) => told.push([sessionKey, text]));
  const tools = nodeTools({
    nodes: nodes.nodes,
    lateRuns,
    remoteCommands: new RemoteCommands({
      approvals: commands.approvals,
      policy: commands.policy,
      sessionRules: () => ({ host: undefined, security: undefined, ask: undefined }),
    }),
    ids: makeIds(clock, realRandom),
    clock,
    keep: (agentId, name, bytes) => {
      kept.push({ agentId, name, bytes });
      return Promise.resolve(`inbound/${name}`);
    },
  });
  const tool = (name: string) => tools.find((one) => one.name === name)!;
  await nodes.add("phone", ["camera.snap", "camera.clip", "screen.record", "location.get", "canvas.eval"], "ios");
  await nodes.add("attic", ["system.run", "system.notify", "canvas.snapshot"]);
  return Object.assign(nodes, {
    commands,
    kept,
    told,
    lateRuns,
    tool,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
    params: () => JSON.parse(nodes.requests.at(-1)!.paramsJSON ?? "null") as unknown,
  });
}

test("the list says what there is and what each may be asked for", async () => {
  await using stage = await stageOf();
  stage.leave("attic");
  const { text } = await calls(stage.tool("nodes_list"), {});
  expect(text.split("\n").map((line) => line.replace(/\([0-9a-f]{12}/, "(ID"))).toEqual([
    "phone (ID, ios, connected): camera.snap, camera.clip, screen.record, location.get, canvas.eval",
    expect.stringMatching(/^attic \(ID, linux, away since 20.*\): system.run, system.notify, canvas.snapshot$/),
  ]);
});

test("pictures are kept, shown and named for sending", async () => {
  await using stage = await stageOf();
  stage.answer = () => ({ payload: { format: "jpg", base64: png.toString("base64"), width: 4, height: 3 } });
  const { text, images, isError } = await calls(stage.tool("node_camera"), { action: "snap", facing: "both" });
  expect(isError).toBeUndefined();
  expect(text).toMatch(
    /^inbound\/camera-front-2027.*\.png \(image\/png, 4x3, 1 KiB, from phone\); a line MEDIA:inbound/,
  );
  expect(images?.map(({ mimeType }) => mimeType)).toEqual(["image/png", "image/png"]);
  expect(stage.kept.map(({ agentId, name }) => [agentId, name.slice(0, 12)])).toEqual([
    ["main", "camera-front"],
    ["main", "camera-back-"],
  ]);
  expect(stage.params()).toEqual({ facing: "back", maxWidth: 1600, quality: 0.9, format: "jpg" });
});

test("films are kept, and the node has the time that they take", async () => {
  await using stage = await stageOf();
  stage.answer = () => ({ payload: { base64: mp4.toString("base64"), durationMs: 20_000 } });
  const clip = await calls(stage.tool("node_camera"), { action: "clip", durationMs: 20_000 });
  expect(clip.text).toContain("video/mp4, 20.0 s");
  expect([clip.images, stage.requests.at(-1)!.timeoutMs]).toEqual([[], 50_000]);
  const screen = await calls(stage.tool("node_screen_record"), { node: "phone" });
  expect(screen.text).toStartWith("inbound/screen-");
  expect(stage.params()).toEqual({ durationMs: 10_000, fps: 10, format: "mp4" });
});

test("what is not a picture is not kept", async () => {
  await using stage = await stageOf();
  stage.answer = () => ({ payload: { base64: btoa("#!/bin/sh\nreboot") } });
  expect(await calls(stage.tool("node_camera"), { action: "snap" })).toEqual({
    text: "the node sent text/plain in place of image",
    images: [],
    isError: true,
  });
  expect(stage.kept).toEqual([]);
});

test("what a node refuses is told with what the owner can do", async () => {
  await using stage = await stageOf();
  stage.answer = () => ({ code: "NODE_BACKGROUND_UNAVAILABLE", message: "camera unavailable" });
  expect(await calls(stage.tool("node_camera"), { action: "snap" })).toEqual({
    text: "phone: camera unavailable; ask the owner to open the app on it",
    isError: true,
  });
  expect(await calls(stage.tool("node_notify"), { node: "cellar", title: "hi" })).toEqual({
    text: "there is no node of that name or id; nodes: attic, phone",
    isError: true,
  });
});

test("places, notifications and pages pass through", async () => {
  await using stage = await stageOf();
  stage.answer = ({ command }) => ({ payload: command === "location.get" ? { lat: 1, lon: 2 } : { result: "2" } });
  expect((await calls(stage.tool("node_location"), {})).text).toBe('{"lat":1,"lon":2}');
  expect((await calls(stage.tool("node_notify"), { title: "Tea" })).text).toBe("Shown on attic.");
  expect(stage.params()).toEqual({ title: "Tea", body: "" });
  const canvas = stage.tool("node_canvas");
  expect((await calls(canvas, { action: "eval", javaScript: "1+1" })).text).toBe('phone: {"result":"2"}');
  expect((await calls(canvas, { action: "navigate" })).text).toBe("navigate needs a url");
  stage.answer = () => ({ payload: { format: "png", base64: png.toString("base64") } });
  expect((await calls(canvas, { action: "snapshot" })).images).toHaveLength(1);
});

test("a program runs on a node once the owner allowed exactly it", async () => {
  await using stage = await stageOf();
  stage.answer = () => ({ payload: { exitCode: 0, stdout: "hi\n", stderr: "", success: true } });
  stage.commands.decides("allow-once");
  const run = stage.tool("node_run");
  expect(await calls(run, { argv: ["echo", "a b"], cwd: "/tmp" })).toEqual({ text: "[exit code 0]\nhi" });
  const [question] = stage.commands.questions;
  expect(question?.request).toMatchObject({ command: "echo 'a b'", cwd: "/tmp", host: "node attic" });
  expect(stage.params()).toEqual({
    command: ["echo", "a b"],
    cwd: "/tmp",
    timeoutMs: 30_000,
    agentId: "main",
    sessionKey: "agent:main:main",
    approved: true,
    approvalDecision: "allow-once",
    runId: question!.id,
  });
  stage.answer = () => ({ payload: { exitCode: 3, stderr: "no" } });
  expect(await calls(run, { argv: ["false"] })).toEqual({ text: "[exit code 3]\nno", isError: true });
});

test("what the owner denies does not reach the node, and nobody else may use the tools", async () => {
  await using stage = await stageOf();
  stage.commands.decides("deny");
  const denied = await calls(stage.tool("node_run"), { argv: ["reboot"] });
  expect(denied).toEqual({
    text: "not run: the owner denied it; do not try the same in another way",
    isError: true,
  });
  for (const name of ["nodes_list", "node_camera", "node_run"]) {
    const input = { nodes_list: {}, node_camera: { action: "snap" }, node_run: { argv: ["id"] } }[name];
    expect((await calls(stage.tool(name), input, { isOwner: false })).text).toBe(`${name} is for the owner alone`);
  }
  expect(stage.requests).toEqual([]);
});

test("the end of a program that nobody waits for is told once, by its own node, to its own session", async () => {
  await using stage = await stageOf();
  stage.commands.decides("allow-once");
  stage.answer = () => undefined;
  const run = calls(stage.tool("node_run"), { argv: ["make"], timeoutSeconds: 1 });
  while (stage.requests.length === 0) await new Promise((resolve) => setImmediate(resolve));
  await stage.devices.clock.advance(31_000);
  expect(await run).toEqual({ text: "attic: node invoke timed out; it may be asleep", isError: true });
  const { nodeId, paramsJSON } = stage.requests[0]!;
  const { runId } = JSON.parse(paramsJSON!) as { runId: string };
  const news = new NodeEvents(stage.lateRuns.handlers, stage.devices.log.log);
  const hear = (from: string, payload: unknown) =>
    news.hear({ nodeId: from, event: "exec.finished", payload, call: {} } as NodeNews);
  expect(await hear("another", { runId, exitCode: 0 })).toBe("nobody waits for this run");
  expect(await hear(nodeId, { runId: "guess", exitCode: 0 })).toBe("nobody waits for this run");
  const end = { runId, exitCode: 2, output: "no rule", sessionKey: "agent:main:other" };
  expect(await hear(nodeId, end)).toBeUndefined();
  expect(await hear(nodeId, { runId, exitCode: 2 })).toBe("nobody waits for this run");
  expect(stage.told).toEqual([
    ["agent:main:main", "A program on a node that you no longer waited for has ended: code 2\nno rule"],
  ]);
});
