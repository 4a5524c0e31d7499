import { expect, test } from "bun:test";
import { a2uiChecker, applied, messagesOf, stepsOf, type Surface } from "../../src/canvas/index.ts";
import type { Json, JsonObject } from "../../src/canvas/a2ui/message.ts";
import { faultOfV08, neededOfV08, type Sample, samplesOfV08 } from "./v08-samples.ts";

/** Version 0.8 by its official schema: what fits it is taken, and what does not is refused. */

const samples = samplesOfV08();
const update = (type: string, properties: JsonObject, more: JsonObject = {}) => ({
  surfaceUpdate: { surfaceId: "s", components: [{ id: "it", component: { [type]: properties }, ...more }] },
});
const begin: JsonObject = { beginRendering: { surfaceId: "s", root: "it" } };

async function taken(messages: readonly Json[]): Promise<Surface | undefined> {
  const checker = await a2uiChecker();
  let surface: Surface | undefined;
  for (const step of stepsOf(messages)) {
    checker.check(step, surface?.options?.catalogId);
    surface = applied(surface, step);
  }
  return surface;
}

async function refusal(messages: readonly Json[]): Promise<string> {
  try {
    await taken(messages);
    return "taken";
  } catch (error) {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
}

test("the official schema gives samples of all its eighteen components, each of them right by it", () => {
  expect(new Set(samples.map(({ type }) => type)).size).toBe(18);
  expect(samples.length).toBeGreaterThan(190);
  const wrong = samples.filter(({ type, properties }) => faultOfV08(update(type, properties)) !== undefined);
  expect(wrong).toEqual([]);
});

test.each([...new Set(samples.map(({ type }) => type))])(
  "every form of every property of %s is taken",
  async (type) => {
    const refused: [Sample, string][] = [];
    for (const sample of samples.filter((one) => one.type === type)) {
      for (const messages of [
        [begin, update(type, sample.properties, { weight: 2 })],
        [update(type, sample.properties), begin],
      ]) {
        const said = await refusal(messages);
        if (said !== "taken") refused.push([sample, said]);
      }
      const surface = (await taken([update(type, sample.properties), begin]))!;
      const again = stepsOf(messagesOf(surface)).reduce<Surface | undefined>(applied, undefined);
      expect(again).toEqual(surface);
    }
    expect(refused).toEqual([]);
  },
);

test("a missing, an unknown and a wrong property are refused here as by the official schema", async () => {
  const wrongly: [string, JsonObject][] = [];
  for (const { type, about, properties } of samples.filter((one) => one.about === "nothing more")) {
    const missing = neededOfV08(type).map((name) => {
      return Object.fromEntries(Object.entries(properties).filter(([key]) => key !== name));
    });
    const enums = samples.filter((one) => one.type === type && typeof one.properties[one.about] === "string");
    const chosen = enums.filter((one) => !/child/i.test(one.about) && one.about !== "validationRegexp");
    const wrong = chosen.map((one) => ({ ...properties, [one.about]: "no such choice" }));
    expect(about).toBe("nothing more");
    for (const bad of [...missing, ...wrong, { ...properties, noSuchProperty: 1 }]) {
      expect(faultOfV08(update(type, bad))).toBeDefined();
      const said = await refusal([update(type, bad), begin]);
      if (!said.startsWith("A2uiRefused: ")) wrongly.push([type, bad]);
    }
  }
  expect(wrongly).toEqual([]);
});

const messages: readonly (readonly [name: string, message: JsonObject])[] = [
  ["no kind that there is", { renderNow: { surfaceId: "s" } }],
  ["a surface without a name", { beginRendering: { root: "it" } }],
  ["a surface whose name is a number", { beginRendering: { surfaceId: 12_345, root: "it" } }],
  ["a beginning without a root", { beginRendering: { surfaceId: "s" } }],
  ["components that are no list", { surfaceUpdate: { surfaceId: "s", components: {} } }],
  [
    "a component as in version 0.9",
    { surfaceUpdate: { surfaceId: "s", components: [{ id: "a", component: "Text" }] } },
  ],
  ["a component of two types", update("Divider", {}, { component: { Divider: {}, Text: {} } })],
  ["a component that there is not", update("Spaceship", {})],
  ["data without contents", { dataModelUpdate: { surfaceId: "s" } }],
  ["data whose entry has no key", { dataModelUpdate: { surfaceId: "s", contents: [{ valueString: "a" }] } }],
  ["a word of version 0.9 under 0.8", { version: "v0.8", createSurface: { surfaceId: "s", catalogId: "c" } }],
];

test.each(messages)("%s: refused by the official schema, and here", async (_name, message) => {
  expect(faultOfV08(message)).toBeDefined();
  expect(await refusal([message])).toStartWith("A2uiRefused: ");
});

test("a message of two kinds is refused, which the schema lets pass and the conformance suite does not", async () => {
  expect(await refusal([{ ...begin, ...update("Divider", {}) }])).toStartWith("A2uiRefused: ");
});

test("a map that counts its entries is the list that templates are filled from", async () => {
  const list = ["Item A", "Item B"].map((valueString, index) => ({ key: String(index), valueString }));
  const template = { template: { componentId: "item", dataBinding: "/items" } };
  const shown = update("Row", { children: template });
  const data: JsonObject = { dataModelUpdate: { surfaceId: "s", contents: [{ key: "items", valueMap: list }] } };
  expect([shown, data].map(faultOfV08)).toEqual([undefined, undefined]);
  const surface = await taken([begin, data, shown]);
  expect(surface?.model).toEqual({ items: ["Item A", "Item B"] });
  expect(surface?.components["it"]).toMatchObject({ children: { componentId: "item", path: "/items" } });
});

test("typed entries are the data of the surface, whichever message comes first", async () => {
  const contents: readonly JsonObject[] = [
    { key: "count", valueNumber: 42 },
    { key: "isOpen", valueBoolean: false },
    { key: "who", valueMap: [{ key: "name", valueString: "Lea" }] },
  ];
  const data: JsonObject = { dataModelUpdate: { surfaceId: "s", contents } };
  expect(faultOfV08(data)).toBeUndefined();
  const shown = update("Text", { text: { path: "/count" } });
  for (const order of [
    [begin, data, shown],
    [shown, data, begin],
    [data, shown, begin],
  ]) {
    expect((await taken(order))?.model).toEqual({ count: 42, isOpen: false, who: { name: "Lea" } });
  }
});
