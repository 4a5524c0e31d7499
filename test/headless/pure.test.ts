import { expect, test } from "bun:test";
import { chooseCamera, type Camera } from "../../src/headless/camera.ts";
import { clampedMs, mediaBytesMax } from "../../src/headless/media-size.ts";
import { isA2uiPage, pageUrl } from "../../src/headless/page-url.ts";
import { launchAgent, systemdUnit, unfitForUnit } from "../../src/headless/unit.ts";

/** What the node decides without looking at anything. */

const host = "http://10.0.0.1:18789/__openclaw__/cap/abc";

test.each([
  ["", host, `${host}/__openclaw__/a2ui/?platform=linux`],
  ["/", host, `${host}/__openclaw__/a2ui/?platform=linux`],
  ["", undefined, "about:blank"],
  [" https://example.org/x ", undefined, "https://example.org/x"],
  ["/game/index.html", host, `${host}/__openclaw__/canvas/game/index.html`],
  ["/__clawdbot__/canvas/x.html", host, `${host}/__clawdbot__/canvas/x.html`],
  ["data:text/html,hi", undefined, "data:text/html,hi"],
])("the address %p is %p", (written, hostUrl, shown) => {
  expect(pageUrl(written, hostUrl)).toBe(shown);
});

test.each(["file:///etc/passwd", "/x", "//x", "example.org", "ftp://x/", "view-source:http://x/", "https://u:p@x/"])(
  "%p is not shown",
  (written) => {
    expect(() => pageUrl(written, undefined)).toThrow(/^INVALID_REQUEST: url/);
  },
);

test("the page for surfaces is known whatever its query", () => {
  expect(isA2uiPage(`${host}/__openclaw__/a2ui/?board=x`, host)).toBe(true);
  expect(isA2uiPage(`${host}/__openclaw__/canvas/a2ui/`, host)).toBe(false);
});

test("media that fit by number fit as text", () => {
  const bytes = mediaBytesMax(100_000);
  expect(new Uint8Array(bytes).toBase64().length).toBeLessThanOrEqual(100_000 - 1024);
  expect(mediaBytesMax(10)).toBe(0);
  expect([clampedMs(undefined, 3_000), clampedMs(1, 1), clampedMs(1e9, 1)]).toEqual([3_000, 250, 60_000]);
});

const camera = (id: string, position: Camera["position"]): Camera => {
  return { id, name: id, position, deviceType: "v4l2", format: "v4l2", input: id };
};
const both = [camera("a", "back"), camera("b", "front")];

test.each([
  ["nobody says which", both, {}, "a"],
  ["the side", both, { facing: "front" as const }, "b"],
  ["no camera looks there", [both[0]!], { facing: "front" as const }, "a"],
  ["the id", both, { deviceId: "b", facing: "back" as const }, "b"],
  ["an unknown id", both, { deviceId: "c" }, undefined],
  ["none", [], {}, undefined],
])("a camera is chosen: %s", (_name, cameras, choice, id) => {
  expect(chooseCamera(cameras, choice)?.id).toBe(id);
});

const unit = {
  command: ["/opt/my programs/clawdia", "node", "run", "--host=box", '--display-name=100% "mine" $HOME'],
  environment: { PATH: "/bin", CLAWDIA_STATE_DIR: "/home/a b/.clawdia" },
  folder: "/home/a b/.clawdia/node",
  name: "clawdia-node",
};

test("odd words reach systemd and launchd as they are", () => {
  const text = systemdUnit(unit);
  expect(text).toContain(
    String.raw`ExecStart=:"/opt/my programs/clawdia" node run --host=box "--display-name=100%% \"mine\" $HOME"`,
  );
  expect(text).toContain('Environment="CLAWDIA_STATE_DIR=/home/a b/.clawdia"');
  expect(text).toContain("Type=simple\n");
  const plist = launchAgent({ ...unit, command: ["/bin/clawdia", "--display-name=<a&b>"] }, "/tmp/err");
  expect(plist).toContain("<string>--display-name=&lt;a&amp;b&gt;</string>");
  expect(plist).toContain("<string>ai.clawdia.clawdia-node</string>");
});

test.each(["a\nExecStartPre=/bin/sh", "a\rb", "a\0b", "\u001b[2J"])("%j stands in no unit", (word) => {
  expect(unfitForUnit({ ...unit, command: [word] })).toContain("control character");
  expect(unfitForUnit({ ...unit, environment: { X: word } })).toContain("control character");
  expect(unfitForUnit({ ...unit, folder: word })).toContain("control character");
  expect(unfitForUnit(unit)).toBeUndefined();
});
