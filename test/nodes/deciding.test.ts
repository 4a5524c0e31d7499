import { expect, test } from "bun:test";
import { findNode, isAllowed, judgeNodeCommand, platformOf, readNodeMedia, surfaceOf } from "../../src/nodes/index.ts";
import { checkCallerParams, invokeTimeoutMs, tidyTriggers } from "../../src/nodes/index.ts";
import { firstDecision } from "../../src/nodes/surface.ts";

/** What is decided about nodes, as tables. */

const none = { allowCommands: [], denyCommands: [] };

const platforms: readonly (readonly [platform: string | undefined, family: string | undefined, is: string])[] = [
  ["iOS 18.1.0", "iPhone", "ios"],
  ["iPadOS 18", "iPad", "ios"],
  [undefined, "iPad", "ios"],
  ["android", undefined, "android"],
  ["Android 15", "Android", "android"],
  ["macOS 15.2", "Mac", "macos"],
  ["darwin", undefined, "macos"],
  ["win32", undefined, "windows"],
  ["linux", "Linux", "linux"],
  ["web", "Firefox", "web"],
  ["toaster", "Toaster", "unknown"],
  ["", "", "unknown"],
];

for (const [platform, deviceFamily, is] of platforms) {
  test(`a node that says ${platform} and ${deviceFamily} is ${is}`, () => {
    expect(platformOf({ platform, deviceFamily })).toBe(is as ReturnType<typeof platformOf>);
  });
}

test("an unknown platform gets nothing dangerous, and the owner's words beat the lists", () => {
  const dangerous = ["camera.snap", "camera.clip", "screen.record", "sms.send", "system.run", "browser.proxy"];
  expect(dangerous.filter((command) => isAllowed(command, "unknown", none))).toEqual([]);
  expect(isAllowed("system.run", "unknown", { allowCommands: ["system.run"], denyCommands: [] })).toBe(true);
  const both = { allowCommands: ["lamp.on"], denyCommands: ["lamp.on", "camera.snap"] };
  expect(["lamp.on", "camera.snap", "camera.clip"].map((command) => isAllowed(command, "linux", both))).toEqual([
    false,
    false,
    true,
  ]);
});

test("the pairing covers what is harmless, and the rest waits", () => {
  const declared = { platform: "ios", caps: [], commands: ["canvas.hide", "camera.snap", "system.run"] } as const;
  const decided = firstDecision(declared, none);
  expect(decided).toEqual({ approved: ["canvas.hide"], declined: [] });
  expect(surfaceOf(declared, decided, none)).toEqual({ usable: ["canvas.hide"], waiting: ["camera.snap", "chat"] });
  expect(surfaceOf(declared, { approved: [], declined: ["camera.snap"] }, none)).toEqual({
    usable: [],
    waiting: ["canvas.hide", "chat"],
  });
  // What was approved once is of no use where the owner's rules say no by now.
  const rules = { allowCommands: [], denyCommands: ["canvas.hide"] };
  expect(judgeNodeCommand("canvas.hide", { declared, decided, rules })).toEqual({
    kind: "refused",
    reason: "command not allowlisted",
  });
});

const node = (nodeId: string, displayName: string, connected: boolean, ...commands: string[]) => ({
  nodeId,
  displayName,
  connected,
  commands,
});

test("a node is found by name, by the start of its id, or by being the only one that can", () => {
  const all = [
    node("aaaa1111", "Attic", true, "system.run"),
    node("aaaa2222", "Phone", true, "camera.snap"),
    node("bbbb1111", "Old phone", false, "camera.snap"),
  ];
  const found = (word: string | undefined, command?: string) => {
    const outcome = findNode(all, word, command);
    if (outcome.kind === "found") return outcome.node.displayName;
    return outcome.kind === "none" ? outcome.problem : outcome.nodes.map(({ displayName }) => displayName).join(", ");
  };
  expect(found("attic")).toBe("Attic");
  expect(found("aaaa2")).toBe("Phone");
  expect(found("aaaa")).toBe("Attic, Phone");
  expect(found("aaa")).toBe("there is no node of that name or id");
  expect(found("bbbb1111", "camera.snap")).toBe("Old phone");
  expect(found(undefined, "camera.snap")).toBe("Phone");
  expect(found(undefined)).toBe("Attic, Phone");
  expect(found(undefined, "sms.send")).toBe("no node that is connected may be asked for sms.send");
  const asking = { ...all[0]!, pendingCommands: ["sms.send"] };
  expect(findNode([asking, all[1]!], undefined, "sms.send")).toEqual({ kind: "found", node: asking });
  expect(findNode([all[1]!], undefined, "sms.send")).toEqual({ kind: "found", node: all[1]! });
  expect(findNode([], undefined, undefined)).toEqual({ kind: "none", problem: "no node is connected" });
});

const png = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex").toString("base64");
const media: readonly (readonly [name: string, payload: unknown, family: "image" | "video", problem: string])[] = [
  ["nothing", null, "image", "the node sent no picture"],
  ["an empty text", { base64: "" }, "image", "the node sent no picture"],
  ["no base64", { base64: "a b" }, "image", "what the node sent is no base64"],
  [
    "a page",
    { base64: btoa("<html><script>1</script></html>") },
    "image",
    "the node sent text/plain in place of image",
  ],
  ["a picture for a film", { base64: png }, "video", "the node sent image/png in place of video"],
];

for (const [name, payload, family, problem] of media) {
  test(`media of a node: ${name} is refused`, () => expect(readNodeMedia(payload, family)).toBe(problem));
}

test("media of a node is what its bytes are, whatever it says", () => {
  expect(readNodeMedia({ format: "exe", base64: png, width: 3, height: "4" }, "image")).toEqual({
    bytes: new Uint8Array(Buffer.from(png, "base64")),
    mimeType: "image/png",
    extension: ".png",
    width: 3,
    height: undefined,
    durationMs: undefined,
  });
});

test("a call may take what it asks for and some time around it, and no longer than an hour", () => {
  expect(invokeTimeoutMs(undefined, undefined)).toBe(30_000);
  expect(invokeTimeoutMs({ durationMs: 60_000 }, undefined)).toBe(90_000);
  expect(invokeTimeoutMs({ timeoutMs: 10_000, delayMs: 2_000 }, undefined)).toBe(42_000);
  expect(invokeTimeoutMs({ durationMs: "60000" }, undefined)).toBe(30_000);
  expect(invokeTimeoutMs({ durationMs: 60_000 }, 5)).toBe(5);
  expect(invokeTimeoutMs({ durationMs: 1e12 }, undefined)).toBe(3_600_000);
});

function refused(params: unknown): string {
  try {
    checkCallerParams("system.run", params);
    return "taken";
  } catch (error) {
    return (error as Error).message;
  }
}

test("params of a shell command are known ones, and what is shown is what runs", () => {
  expect(refused({ command: ["ls", "-l"], rawCommand: "ls -l", cwd: null, env: { A: "1" } })).toBe("taken");
  expect(refused({ command: ["/bin/bash", "-lc", "ls | wc"], rawCommand: "ls | wc" })).toBe("taken");
  expect(refused({ command: ["python", "-c", "evil()"], rawCommand: "evil()" })).toStartWith("rawCommand differs");
  expect(refused({ command: [] })).toStartWith("invalid system.run params");
});

test("wake words are tidied", () => {
  expect(tidyTriggers(Array.from({ length: 40 }, (_, at) => `w${at}`))).toHaveLength(32);
  expect(tidyTriggers(["  ", "\n"])).toEqual(["clawd", "claude", "computer"]);
});
