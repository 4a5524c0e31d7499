import { expect, test } from "bun:test";
import { join } from "node:path";

/** A process of its own: in this one, other tests have loaded the packages. */

const root = join(import.meta.dir, "../..");

const script = `
  const loaded = () => {
    const paths = Object.keys(require.cache).filter((path) => path.includes("/@ai-sdk/"));
    const names = paths.map((path) => path.split("/@ai-sdk/")[1].split("/")[0]);
    return [...new Set(names)].filter((name) => !name.startsWith("provider"));
  };
  const { modelStage, played, turnOf } = await import("${root}/test/engine/model-stage.ts");
  const { ScriptedVendor, wireSettings, chatAnswer } = await import("${root}/test/doubles/model-vendors.ts");
  await import("${root}/src/app/index.ts");
  const vendor = new ScriptedVendor(() => chatAnswer("hi"));
  const vendors = { compatible: wireSettings(vendor.url).compatible };
  await played(modelStage(), turnOf());
  const stage = modelStage({ models: { default: "compatible/m", vendors } });
  const before = loaded();
  await played(stage, turnOf());
  console.log(JSON.stringify({ before, after: loaded() }));
  process.exit(0);
`;

test("no vendor's package is loaded before its first call, and none of the others then", async () => {
  const child = Bun.spawn([process.execPath, "-e", script], { cwd: root, stdout: "pipe", stderr: "inherit" });
  const said = JSON.parse(await new Response(child.stdout).text()) as { before: string[]; after: string[] };
  expect(said.before).toEqual([]);
  expect(said.after).toContain("openai-compatible");
  expect(said.after.filter((name) => ["anthropic", "openai", "google"].includes(name))).toEqual([]);
});
