import { expect, test } from "bun:test";
import { rejectionOf } from "../doubles/rejection.ts";
import { a2uiChecker, applied, messagesOf, readJsonLines, stepsOf, type Surface } from "../../src/canvas/index.ts";

/** Messages of every version, as agents write them. */

async function surfaceOf(messages: readonly object[]): Promise<Surface | undefined> {
  const checker = await a2uiChecker();
  return stepsOf(messages as never).reduce<Surface | undefined>((surface, step) => {
    checker.check(step, surface?.options?.catalogId);
    return applied(surface, step);
  }, undefined);
}

const v08 = [
  {
    surfaceUpdate: {
      surfaceId: "s",
      components: [
        {
          id: "top",
          component: { Column: { children: { explicitList: ["head", "go", "pick"] }, alignment: "start" } },
        },
        { id: "head", component: { Text: { text: { literalString: "Hi" }, usageHint: "h1" } } },
        { id: "word", component: { Text: { text: { path: "/word", literalString: "Go" } } } },
        { id: "mark", component: { Icon: { name: { literalString: "circle" } } } },
        {
          id: "go",
          component: {
            Button: {
              child: "word",
              primary: true,
              action: { name: "go", context: [{ key: "n", value: { literalNumber: 1 } }] },
            },
          },
        },
        {
          id: "pick",
          component: {
            MultipleChoice: {
              selections: { path: "/picked" },
              maxAllowedSelections: 1,
              options: [{ label: { literalString: "A" }, value: "a" }],
            },
          },
        },
        { id: "list", component: { List: { children: { template: { componentId: "head", dataBinding: "/all" } } } } },
      ],
    },
  },
  {
    dataModelUpdate: {
      surfaceId: "s",
      contents: [
        { key: "picked", valueMap: [] },
        { key: "all", valueMap: [{ key: "item1", valueMap: [{ key: "name", valueString: "One" }] }] },
        { key: "track1", valueMap: [{ key: "title", valueString: "T" }] },
      ],
    },
  },
];

test("a surface of version 0.8 is one of 0.9, and is shown once it begins", async () => {
  const before = await surfaceOf(v08);
  expect(messagesOf(before!)).toEqual([]);
  const surface = await surfaceOf([
    ...v08,
    { beginRendering: { surfaceId: "s", root: "top", styles: { primaryColor: "#112233" } } },
  ]);
  expect(surface?.options?.theme).toEqual({ primaryColor: "#112233" });
  expect(surface?.components).toMatchObject({
    root: { component: "Column", children: ["top"] },
    top: { component: "Column", children: ["head", "go", "pick"], align: "start" },
    head: { component: "Text", text: "Hi", variant: "h1" },
    word: { component: "Text", text: { path: "/word" } },
    go: {
      component: "Button",
      child: "word",
      variant: "primary",
      action: { event: { name: "go", context: { n: 1 } } },
    },
    pick: { component: "ChoicePicker", value: { path: "/picked" }, variant: "mutuallyExclusive" },
    list: { children: { componentId: "head", path: "/all" } },
  });
  expect(surface?.model).toEqual({ word: "Go", picked: {}, all: [{ name: "One" }], track1: { title: "T" } });
});

test("both spellings of version 1.0 are read, and data keeps its own keys", async () => {
  for (const [version, mark] of [
    ["v1.0", ""],
    ["1.0", "@"],
  ] as const) {
    const text = { id: "root", component: "Text", text: { [`${mark}path`]: "/at" } };
    const created = { surfaceId: "s", components: [text], dataModel: { "@home": 1 } };
    const surface = await surfaceOf([{ version, createSurface: created }]);
    expect(surface?.components).toEqual({ root: { id: "root", component: "Text", text: { path: "/at" } } });
    expect(surface?.model).toEqual({ "@home": 1 });
  }
});

const create = {
  version: "v0.9",
  createSurface: { surfaceId: "s", catalogId: "https://a2ui.org/specification/v0_9/catalogs/basic/catalog.json" },
};
const components = (...list: object[]) => ({ version: "v0.9", updateComponents: { surfaceId: "s", components: list } });

const mistakes: readonly (readonly [name: string, messages: readonly object[], told: string])[] = [
  ["an unknown component", [create, components({ id: "root", component: "Marquee" })], "there is no such component"],
  ["an unknown property", [create, components({ id: "root", component: "Text", text: "x", size: 3 })], '"size"'],
  ["a wrong choice", [create, components({ id: "root", component: "Text", text: "x", variant: "h9" })], "h1, h2"],
  ["a missing property", [create, components({ id: "b", component: "Button", child: "x" })], "action"],
  ["a surface made twice", [create, create], "is there already"],
  ["an unknown version", [{ version: "v3", createSurface: {} }], '"v3" is not known'],
  ["an unknown catalog", [{ ...create, createSurface: { surfaceId: "s", catalogId: "x" } }], "catalog x is not known"],
  ["two messages in one", [{ ...create, ...components({ id: "root", component: "Text", text: "x" }) }], "exactly one"],
  ["no message", [{ version: "v0.9" }], "exactly one"],
];

for (const [name, messages, told] of mistakes) {
  test(`${name} is refused with words that say what to mend`, async () => {
    expect(String(await rejectionOf(surfaceOf(messages)))).toContain(told);
  });
}

test("lines may be fenced, blank, or a whole array, and a broken one is named", () => {
  expect(readJsonLines('```json\n{"a":1}\n\n{"b":2}\n```')).toEqual([{ a: 1 }, { b: 2 }]);
  expect(readJsonLines('[{"a":1}]')).toEqual([{ a: 1 }]);
  expect(readJsonLines('{"messages":[{"a":1}]}')).toEqual([{ a: 1 }]);
  expect(() => readJsonLines('{"a":1}\n{"b":')).toThrow("line 2 is no JSON");
  expect(() => readJsonLines("  ")).toThrow("there is no message");
});

const set = (path: string, value?: unknown) => ({
  version: "v0.9",
  updateDataModel: { surfaceId: "s", path, ...(value !== undefined && { value }) },
});

test("data is set, added to lists and removed where the path says, and no name reaches a prototype", async () => {
  const surface = await surfaceOf([
    create,
    set("/", { list: ["a", "b"], gone: 1 }),
    set("/list/1", "c"),
    set("/list/2", "d"),
    set("/gone"),
    set("/deep/er/x~1y", true),
    set("/__proto__/polluted", 1),
  ]);
  expect(JSON.stringify(surface?.model)).toBe(
    '{"list":["a","c","d"],"deep":{"er":{"x/y":true}},"__proto__":{"polluted":1}}',
  );
  expect({}).not.toHaveProperty("polluted");
  expect(String(await rejectionOf(surfaceOf([create, set("/l", []), set("/l/5", 1)])))).toContain("past its end");
});
