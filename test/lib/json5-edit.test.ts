import { expect, test } from "bun:test";
import { json5TextAt, parseJson5, replaceJson5, setJson5, unsetJson5 } from "../../src/lib/index.ts";

const set: readonly [law: string, source: string, path: string, value: unknown, expected: string][] = [
  ["an empty text becomes plain JSON", "", "a.b", 1, '{\n  "a": {\n    "b": 1\n  }\n}\n'],
  ["a text of comments alone keeps them", "// mine\n", "a", 1, '// mine\n{\n  "a": 1\n}\n'],
  ["an empty object opens up", "{}", "a", 1, '{\n  "a": 1\n}'],
  ["a comment in an empty object stays", "{ // mine\n}\n", "a", 1, '{ // mine\n  "a": 1\n}\n'],
  ["a value changes in its place", "{ a: 1, /* x */ b: 'two' } // end", "b", 3, "{ a: 1, /* x */ b: 3 } // end"],
  [
    "a value of several lines takes the line's indent",
    "{\n  a: 1,\n}",
    "a",
    { b: 2 },
    '{\n  a: {\n    "b": 2\n  },\n}',
  ],
  ["names are written as the text writes them", "{\n  a: 1,\n}", "b", 2, "{\n  a: 1,\n  b: 2,\n}"],
  ["a quoted text gets a quoted name", '{\n  "a": 1\n}', "b", 2, '{\n  "a": 1,\n  "b": 2\n}'],
  ["a name that is no word is quoted", "{ a: 1 }", "b-c", 2, '{ a: 1, "b-c": 2 }'],
  ["a line stays a line", "{ a: 1, }", "b", 2, "{ a: 1, b: 2, }"],
  ["the comment of the last line stays with it", "{\n  a: 1 // one\n}", "b", 2, "{\n  a: 1, // one\n  b: 2\n}"],
  ["a comment behind the last comma stays with it", "{\n  a: 1, // one\n}", "b", 2, "{\n  a: 1, // one\n  b: 2,\n}"],
  ["objects on the way are made", "{ a: { b: 1 } }", "a.c.d", 2, '{ a: { b: 1, c: {\n  "d": 2\n} } }'],
  ["what stands in the way gives way", "{ a: null }", "a.b", 1, '{ a: {\n  "b": 1\n} }'],
  ["of two equal names the last one counts", "{ a: 1, a: 2 }", "a", 3, "{ a: 1, a: 3 }"],
  ["an item changes in its list", "{ a: [1, 2] }", "a.1", 3, "{ a: [1, 3] }"],
  ["a list takes one more", "{ a: [1, 2] }", "a.2", 3, "{ a: [1, 2, 3] }"],
  ["a name with an escape is known", "{ \\u0061: 1 }", "a", 2, "{ \\u0061: 2 }"],
  ["signs in strings are not signs", "{ a: '}, // \\' \"', b: 1 }", "b", 2, "{ a: '}, // \\' \"', b: 2 }"],
];

for (const [law, source, path, value, expected] of set) {
  test(`set: ${law}`, () => {
    expect(setJson5(source, path.split("."), value)).toBe(expected);
    expect(() => parseJson5(expected)).not.toThrow();
  });
}

const unset: readonly [law: string, source: string, path: string, expected: string][] = [
  ["a line goes as a whole", "{\n  a: 1,\n  b: 2,\n}", "a", "{\n  b: 2,\n}"],
  ["the comma before the last one goes with it", '{\n  "a": 1,\n  "b": 2\n}', "b", '{\n  "a": 1\n}'],
  [
    "comments around it stay",
    "{\n  // above\n  a: 1, // beside\n  b: 2\n}",
    "a",
    "{\n  // above\n // beside\n  b: 2\n}",
  ],
  ["on one line nothing else moves", "{ a: 1, b: 2, c: 3 }", "b", "{ a: 1, c: 3 }"],
  ["the only one leaves an empty object", "{ a: { b: 1 } }", "a.b", "{ a: { } }"],
  ["what is not there changes nothing", "{ a: 1 }", "b.c", "{ a: 1 }"],
  ["an empty text stays", "", "a", ""],
  ["a name that stands there twice goes twice", "{ a: 1, b: 0, a: 2 }", "a", "{ b: 0 }"],
  ["an item goes", "{ a: [1, 2, 3] }", "a.1", "{ a: [1, 3] }"],
];

for (const [law, source, path, expected] of unset) {
  test(`unset: ${law}`, () => expect(unsetJson5(source, path.split("."))).toBe(expected));
}

test("the text of a value is found and replaced as it is written", () => {
  const source = "{ a: { b: 'x' /* why */ } }";
  expect(json5TextAt(source, ["a", "b"])).toBe("'x'");
  expect(json5TextAt(source, ["a", "c"])).toBeUndefined();
  expect(json5TextAt("", ["a"])).toBeUndefined();
  expect(replaceJson5(source, ["a", "b"], "0x10")).toBe("{ a: { b: 0x10 /* why */ } }");
  expect(() => replaceJson5(source, ["c"], "1")).toThrow("nothing at c");
});

test("a list has no places beyond its end, and a text that nests too deep is not edited", () => {
  expect(() => setJson5("{ a: [1] }", ["a", "4"], 1)).toThrow("a is a list of 1, without 4");
  expect(() => setJson5("[".repeat(100) + "]".repeat(100), ["0"], 1)).toThrow("nested too deep");
});

const faults: readonly [source: string, line: number, column: number][] = [
  ["{\n  a: 1,\n  b 2\n}", 3, 5],
  ["{\n  a: 1\n  b: 2\n}", 3, 3],
  ["{\n  a: [1,\n", 3, 1],
  ["{ a: }", 1, 6],
  ["{} {}", 1, 4],
];

for (const [source, line, column] of faults) {
  test(`the place of the fault is told: ${JSON.stringify(source)}`, () => {
    expect(() => parseJson5(source)).toThrow(`(line ${line}, column ${column})`);
  });
}

test("a fault within a value is told without its place", () => {
  expect(() => parseJson5("{ a: tru }")).toThrow(SyntaxError);
  expect(() => parseJson5("{ a: tru }")).not.toThrow("(line");
});

/** A small generator with a seed, so that a failure can be seen again. */
function chance(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) | 0;
    return (state >>> 8) % below;
  };
}

const names = ["a", "b", "c-d", "e"];

function randomText(below: (n: number) => number, depth: number, comments: string[]): string {
  const gap = () => {
    const kind = below(8);
    if (kind > 2) return ["", " ", "\n", "\n  ", " "][kind - 3]!;
    const comment = `c${comments.length};`;
    comments.push(comment);
    return kind === 0 ? ` /* ${comment} */ ` : ` // ${comment}\n`;
  };
  if (depth === 0 || below(4) === 0) return ["1", "'x,}'", '"y//z"', "null", "true", "-.5", "0xF"][below(7)]!;
  const isList = below(4) === 0;
  const members = Array.from({ length: below(4) }, (_, index) => {
    const name = names[index]!;
    const shown = name.includes("-") || below(2) === 0 ? `"${name}"` : name;
    const head = isList ? "" : `${shown}${gap()}:${gap()}`;
    return `${gap()}${head}${randomText(below, depth - 1, comments)}${gap()}`;
  });
  const tail = members.length > 0 && below(2) === 0 ? `,${gap()}` : gap();
  return `${isList ? "[" : "{"}${members.join(",")}${tail}${isList ? "]" : "}"}`;
}

type Tree = Record<string, unknown>;

function expectedSet(value: unknown, [name, ...rest]: readonly string[], next: unknown): unknown {
  if (name === undefined) return next;
  if (Array.isArray(value))
    return value.map((item, index) => (String(index) === name ? expectedSet(item, rest, next) : item));
  const inner = typeof value === "object" && value !== null ? (value as Tree) : {};
  return { ...inner, [name]: expectedSet(inner[name], rest, next) };
}

test("of random texts exactly the wanted value changes, and no comment is lost", () => {
  const below = chance(20_261_125);
  let edits = 0;
  for (let round = 0; round < 3_000; round++) {
    const comments: string[] = [];
    const source = `{ top: ${randomText(below, 3, comments)} }`;
    const path = ["top", ...Array.from({ length: below(4) }, () => names[below(4)]!)];
    const value = [7, "new", { k: [1] }, false][below(4)];
    const before = parseJson5(source) as Tree;
    let after: string;
    try {
      after = setJson5(source, path, value);
    } catch (error) {
      expect(String(error)).toContain("is a list of");
      continue;
    }
    edits++;
    expect(parseJson5(after)).toEqual(expectedSet(before, path, value));
    const replaced = json5TextAt(source, path.slice(0, depthOf(before, path))) ?? "";
    expect(comments.filter((comment) => !after.includes(comment) && !replaced.includes(comment))).toEqual([]);
    const back = unsetJson5(after, path);
    expect(parseJson5(back)).toEqual(expectedUnset(parseJson5(after), path));
    // What stands between a name and its value goes with them.
    const between = new RegExp(
      `"?${path.at(-1)}"?\\s*(?:/\\*.*?\\*/\\s*|//.*\\n\\s*)*:(?:\\s|/\\*.*?\\*/|//.*\\n)*`,
      "g",
    );
    const inside = [...after.matchAll(between)].join(" ");
    const gone = comments.filter((comment) => after.includes(comment) && !back.includes(comment));
    expect(gone.filter((comment) => !inside.includes(comment))).toEqual([]);
  }
  expect(edits).toBeGreaterThan(2_000);
});

function expectedUnset(value: unknown, [name, ...rest]: readonly string[]): unknown {
  if (Array.isArray(value))
    return value.flatMap((item, index) =>
      String(index) !== name ? [item] : rest.length > 0 ? [expectedUnset(item, rest)] : [],
    );
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, item]): [string, unknown][] =>
      key !== name ? [[key, item]] : rest.length > 0 ? [[key, expectedUnset(item, rest)]] : [],
    ),
  );
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, name) => (typeof inner === "object" && inner !== null ? (inner as Tree)[name] : undefined),
    value,
  );
}

/** How far the path leads. */
function depthOf(value: unknown, path: readonly string[]): number {
  const missing = path.findIndex((_, index) => valueAt(value, path.slice(0, index + 1)) === undefined);
  return missing === -1 ? path.length : missing;
}
