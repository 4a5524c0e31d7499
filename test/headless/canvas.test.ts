import { afterAll, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { imageSizeOf } from "../../src/lib/index.ts";
import { pageServer } from "./page-server.ts";
import { NodeStage } from "./node-stage.ts";

/** The canvas in Debian's Chromium, with pages of a real server. Each browser needs a second or two to come up. */

const server = pageServer();
afterAll(() => server[Symbol.dispose]());

const sizeOf = (base64: string) => imageSizeOf(Uint8Array.fromBase64(base64));
const evaluate = (stage: NodeStage, javaScript: string) =>
  stage.gateway.gets<{ result: string }>("canvas.eval", { javaScript }).then(({ result }) => result);

test("a page is shown, changed, asked and photographed", async () => {
  await using stage = await NodeStage.open();
  const { gateway, node } = stage;
  expect(node.status.isCanvasRunning).toBe(false);
  await gateway.gets("canvas.navigate", { url: `${server.url}/hello.html` });
  expect(node.status.isCanvasRunning).toBe(true);
  expect(await evaluate(stage, "document.title")).toBe("Hello");
  expect(await evaluate(stage, "Promise.resolve({ a: [1, 2] })")).toBe('{"a":[1,2]}');
  expect(await evaluate(stage, "undefined")).toBe("");
  expect(await gateway.refusal("canvas.eval", { javaScript: "missing.thing" })).toStartWith(
    "UNAVAILABLE CANVAS_EVAL_FAILED: ReferenceError: missing is not defined",
  );
  const jpeg = await gateway.gets<{ format: string; base64: string }>("canvas.snapshot", { maxWidth: 640 });
  expect([jpeg.format, sizeOf(jpeg.base64)]).toEqual(["jpeg", { width: 640, height: 400 }]);
  await gateway.gets("canvas.present", { placement: { width: 500, height: 300 } });
  const png = await gateway.gets<{ format: string; base64: string }>("canvas.snapshot", { format: "png" });
  expect([png.format, sizeOf(png.base64)]).toEqual(["png", { width: 500, height: 300 }]);
  expect(await gateway.gets("canvas.hide")).toEqual({});
});

test("a page can neither hold the node up, nor open windows, nor read this machine's files", async () => {
  await using stage = await NodeStage.open();
  const { gateway } = stage;
  await gateway.gets("canvas.navigate", { url: `${server.url}/hello.html` });
  expect(await evaluate(stage, "alert('stop'); 'went on'")).toBe("went on");
  expect(await evaluate(stage, "open('/hello.html') ? 'opened' : 'no'")).toBe("opened");
  expect(await evaluate(stage, "document.title")).toBe("Hello");
  for (const url of [
    "file:///etc/passwd",
    "chrome://version",
    "javascript:alert(1)",
    "about:version",
    "http://a:b@c/",
  ]) {
    expect(await gateway.refusal("canvas.navigate", { url })).toStartWith("INVALID_REQUEST INVALID_REQUEST: url");
  }
  await gateway.ask("canvas.eval", { javaScript: "location.href = 'file:///etc/passwd'; 1" });
  expect(await evaluate(stage, "location.href")).toBe(`${server.url}/hello.html`);
});

test("what does not load says so, without the address's secrets", async () => {
  await using stage = await NodeStage.open();
  const refusal = await stage.gateway.refusal("canvas.navigate", { url: "http://127.0.0.1:9/secret-capability/x" });
  expect(refusal).toStartWith("UNAVAILABLE CANVAS_LOAD_FAILED: http://127.0.0.1:9 did not load: net::ERR_");
  expect(refusal).not.toContain("secret-capability");
});

test("a browser that dies is started anew, where it was", async () => {
  await using stage = await NodeStage.open();
  await stage.gateway.gets("canvas.navigate", { url: `${server.url}/hello.html` });
  process.kill(browserPid(stage.folder), "SIGKILL");
  // The first one may meet the dying one.
  await stage.gateway.ask("canvas.eval", { javaScript: "1" });
  expect(await evaluate(stage, "document.title")).toBe("Hello");
});

test("a page that never ends is interrupted when the time is up", async () => {
  await using stage = await NodeStage.open();
  await stage.gateway.gets("canvas.navigate", { url: `${server.url}/hello.html` });
  const refusal = await stage.gateway.refusal("canvas.eval", { javaScript: "for (;;);" }, 500);
  expect(refusal).toBe("TIMEOUT node invoke timed out: canvas.eval after 500 ms");
  expect(await evaluate(stage, "document.title")).toBe("Hello");
});

test("surfaces are drawn by the gateway's own page, which is opened for them", async () => {
  await using stage = await NodeStage.open({ canvasHostUrl: `${server.url}/cap/x/` });
  const { gateway } = stage;
  const messages = [{ beginRendering: { surfaceId: "s1" } }];
  expect(await gateway.gets("canvas.a2ui.push", { messages })).toEqual({ ok: true, surfaces: ["s1"] });
  expect(await evaluate(stage, "location.pathname")).toBe("/cap/x/__openclaw__/a2ui/");
  const jsonl = '{"beginRendering":{"surfaceId":"s2"}}\n\n';
  expect(await gateway.gets("canvas.a2ui.pushJSONL", { jsonl })).toEqual({ ok: true, surfaces: ["s1", "s2"] });
  expect(await gateway.gets("canvas.a2ui.reset")).toEqual({ ok: true });
  expect(await gateway.refusal("canvas.a2ui.pushJSONL", { jsonl: "{}\n{" })).toContain("line 2 is no JSON");
  await gateway.gets("canvas.navigate", { url: "/game/index.html" });
  expect(await evaluate(stage, "location.pathname")).toBe("/cap/x/__openclaw__/canvas/game/index.html");
});

test("without a canvas of the gateway there is nothing to draw surfaces with", async () => {
  await using stage = await NodeStage.open();
  const refusal = await stage.gateway.refusal("canvas.a2ui.push", { messages: [{}] });
  expect(refusal).toStartWith("UNAVAILABLE A2UI_HOST_NOT_CONFIGURED");
});

test("a picture is made small enough for the gateway's frames", async () => {
  await using stage = await NodeStage.open({ frameBytesMax: 90_000 });
  await stage.gateway.gets("canvas.navigate", { url: `${server.url}/noise.html` });
  const { base64 } = await stage.gateway.gets<{ base64: string }>("canvas.snapshot", { format: "png", maxWidth: 1280 });
  expect(base64.length).toBeLessThan(90_000 - 64 * 1024);
  expect(sizeOf(base64)!.width).toBeLessThan(640);
});

test("no browser, no canvas: the machine says what is missing", async () => {
  await using stage = await NodeStage.open({ node: { canvas: { browser: "no-such-browser" } } });
  expect(stage.node.status.caps).not.toContain("canvas");
  expect(stage.node.status.absences).toContainEqual({
    commands: "canvas.*",
    why: "Chromium is missing: apt-get install chromium",
  });
  expect(await stage.gateway.refusal("canvas.present")).toContain("does not offer canvas.present now");
});

/** The browser itself, not one of its processes. */
function browserPid(folder: string): number {
  const isBrowser = (pid: string) => {
    const words = existsSync(`/proc/${pid}/cmdline`) ? readFileSync(`/proc/${pid}/cmdline`, "utf8") : "";
    return words.includes(`--user-data-dir=${folder}/browser`) && !words.includes("--type=");
  };
  return Number(readdirSync("/proc").find((name) => /^\d+$/.test(name) && isBrowser(name)));
}
