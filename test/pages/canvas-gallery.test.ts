import { expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { child, faultOfV08, type Sample, samplesOfV08 } from "../canvas/v08-samples.ts";
import { openBrowser } from "../doubles/browser.ts";
import { openHouse, temporaryFolder } from "../open-house.ts";
import { Screen } from "./canvas-screen.ts";

/** The official galleries in a real Chromium. It takes long: one browser draws them all. */

setDefaultTimeout(120_000);

const schemas = join(import.meta.dir, "../../node_modules/@a2ui/web_core/src");
const galleries = ["v0_9/schemas/catalogs/basic/examples", "v1_0/schemas/catalogs/basic/examples"];
/** What is drawn is looked at there by whoever wants to. */
const shots = Bun.env["CANVAS_SHOTS"];

const noPictures = /Refused to load the image|Loading the image|Loading media/;

test("every form of every property of version 0.8 is drawn, and the renderer complains of none", async () => {
  using folder = temporaryFolder();
  await using house = await openHouse({ stateDir: folder.path });
  using alice = await house.operator();
  await using browser = await openBrowser();
  await using screen = await Screen.open(browser, house, alice);
  const told: unknown[] = [];
  const samples = samplesOfV08();
  for (const type of new Set(samples.map((one) => one.type))) {
    await alice.call("canvas.reset", {});
    const messages = sheetOf(samples.filter((one) => one.type === type));
    expect(messages.map(faultOfV08)).toEqual(messages.map(() => undefined));
    const { screens } = await alice.call("canvas.push", { messages });
    await screen.sees(`All of ${type}`);
    if (shots !== undefined) await screen.page.screenshot({ path: join(shots, `v0_8-${type}.png`), fullPage: true });
    const { troubles } = await alice.call("canvas.push", { messages: [] });
    if (screens !== 1 || troubles.length > 0) told.push([type, screens, troubles]);
  }
  expect(told).toEqual([]);
  expect(screen.complaints.filter((text) => !noPictures.test(text))).toEqual([]);
});

function label(id: string, value: object) {
  return { id, component: { Text: { text: value } } };
}

/** A surface with all of them below each other, and data for what they are bound to. */
function sheetOf(samples: readonly Sample[]): object[] {
  const [{ type }] = samples as [Sample];
  const surfaceId = "sheet";
  const values: Readonly<Record<string, object>> = { Slider: { valueNumber: 3 }, CheckBox: { valueBoolean: true } };
  const items = ["one", "two"].map((valueString, index) => ({ key: String(index), valueString }));
  const ids = samples.map((_, index) => `sample-${index}`);
  const components = [
    { id: "sheet", component: { Column: { children: { explicitList: ["title", ...ids] } } } },
    label("title", { literalString: `All of ${type}` }),
    label(child, { literalString: "the child" }),
    ...samples.map(({ properties }, index) => ({ id: ids[index], component: { [type]: properties } })),
  ];
  const contents = [
    { key: "value", ...(values[type] ?? { valueString: "bound" }) },
    { key: "items", valueMap: items },
  ];
  return [
    { surfaceUpdate: { surfaceId, components } },
    { dataModelUpdate: { surfaceId, contents } },
    { beginRendering: { surfaceId, root: "sheet" } },
  ];
}

const person = (key: string, name: string) => ({ key, valueMap: [{ key: "name", valueString: name }] });

test("version 0.8 fills a template from a map by its keys, and an update of one entry reaches it", async () => {
  using folder = temporaryFolder();
  await using house = await openHouse({ stateDir: folder.path });
  using alice = await house.operator();
  await using browser = await openBrowser();
  await using screen = await Screen.open(browser, house, alice);
  const surfaceId = "people";
  const template = { componentId: "one", dataBinding: "/people" };
  await alice.call("canvas.push", {
    messages: [
      {
        surfaceUpdate: {
          surfaceId,
          components: [{ id: "list", component: { List: { children: { template } } } }, label("one", { path: "name" })],
        },
      },
      {
        dataModelUpdate: {
          surfaceId,
          contents: [{ key: "people", valueMap: [person("alice", "Alice Ant"), person("a/b~c", "Bob Bee")] }],
        },
      },
      { beginRendering: { surfaceId, root: "list" } },
    ],
  });
  for (const name of ["Alice Ant", "Bob Bee"]) await screen.sees(name);
  const contents = [{ key: "name", valueString: "Carol Cat" }];
  await alice.call("canvas.push", { messages: [{ dataModelUpdate: { surfaceId, path: "/people/alice", contents } }] });
  for (const name of ["Carol Cat", "Bob Bee"]) await screen.sees(name);
});

test("every example of the official galleries is drawn, and the renderer complains of none", async () => {
  using folder = temporaryFolder();
  await using house = await openHouse({ stateDir: folder.path });
  using alice = await house.operator();
  await using browser = await openBrowser();
  await using screen = await Screen.open(browser, house, alice);
  const told: unknown[] = [];
  for (const gallery of galleries) {
    for (const file of readdirSync(join(schemas, gallery)).toSorted()) {
      const written = JSON.parse(readFileSync(join(schemas, gallery, file), "utf8")) as { messages: object[] };
      await alice.call("canvas.reset", {});
      const { surfaces, screens } = await alice.call("canvas.push", { messages: written.messages });
      const drawn = screen.surfaces.locator(`a2ui-surface[data-surface="${surfaces[0]}"]`);
      await drawn.waitFor();
      await drawn.locator("css=*").first().waitFor({ state: "attached" });
      const name = `${gallery.slice(0, 4)}-${file.replace(".json", "")}`;
      if (shots !== undefined) await screen.page.screenshot({ path: join(shots, `${name}.png`) });
      const { troubles } = await alice.call("canvas.push", { messages: [] });
      if (screens !== 1 || troubles.length > 0) told.push([name, screens, troubles]);
    }
  }
  expect(told).toEqual([]);
  // Pictures of other sites are not fetched: that alone the policy refuses here.
  expect(screen.complaints.filter((text) => !noPictures.test(text))).toEqual([]);
});
