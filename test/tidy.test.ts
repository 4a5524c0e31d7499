import { expect, test } from "bun:test";
import manifest from "../package.json";
import { rules } from "./tidy/rules.ts";
import { importsOf, parseSource, root, type SourceFile, sourceFiles } from "./tidy/source.ts";

/** The style law runs. Rules for sources are in `tidy/rules.ts`, with the cure in every message. */

const sources = sourceFiles(["src"]);
const scripts = sourceFiles(["scripts"]);
const tests = sourceFiles(["test"]);
const shown = (complaints: readonly { readonly path: string; readonly message: string }[]) =>
  complaints.map(({ path, message }) => `${path}: ${message}`);

for (const [name, rule] of Object.entries(rules)) {
  test(`in src, ${name}`, () => {
    expect(shown(sources.flatMap(rule))).toEqual([]);
  });
}

for (const name of ["nothing is left for later", "lines fit the screen", "files are short"]) {
  test(`in scripts and tests, ${name}`, () => {
    const own = [...scripts, ...tests].filter(({ path }) => !path.startsWith("test/tidy"));
    expect(shown(own.flatMap(rules[name]!))).toEqual([]);
  });
}

test("tests neither wait for time nor skip nor replace modules", () => {
  const banned = /\bBun\.sleep\(|\bsetTimeout\(|\bmock\.module\(|\b(test|it|describe)\.(skip|todo|only)\b/;
  const offenders = tests.filter(({ path, code }) => !path.startsWith("test/doubles/") && banned.test(code));
  expect(offenders.map(({ path }) => path)).toEqual([]);
});

test("no files import each other in a circle", () => {
  expect(findCycle(sources)).toEqual([]);
});

test("dependencies are pinned and each has its reason in the README", async () => {
  const readme = await Bun.file(`${root}/README.md`).text();
  const all = { ...manifest.dependencies, ...manifest.devDependencies };
  const loose = Object.entries(all).filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version));
  expect(loose).toEqual([]);
  expect(Object.keys(all).filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
});

test("nothing names a registry's host or a machine's path", () => {
  const everything = sourceFiles(
    ["."],
    [".ts", ".tsx", ".md", ".json", ".sh", ".toml", ".lock", ".css", ".html", ".swift", "run"],
  );
  const banned = new RegExp(["registry\\.", "npmjs", "yarnpkg", "deb\\.debian", "/root/", "/wo[r]k/"].join("|"));
  const offenders = everything.filter(({ path, text }) => path !== "test/tidy.test.ts" && banned.test(text));
  expect(offenders.map(({ path }) => path)).toEqual([]);
});

test("the top level is as it was agreed", () => {
  const listed = Bun.spawnSync(["git", "ls-files"], { cwd: root }).stdout.toString().trim().split("\n");
  const agreed =
    /^(package\.json|bunfig\.toml|src|schemas|test|scripts|README\.md|bun\.lock|tsconfig\.json|LICENSE|\..+)$/;
  const top = [...new Set(listed.map((path) => path.split("/")[0]!))];
  expect(top.filter((name) => !agreed.test(name))).toEqual([]);
});

const cases: readonly (readonly [rule: string, path: string, text: string, complaints: number])[] = [
  ["banned calls have a cure", "src/cron/cron.ts", "const now = Date.now();", 1],
  ["banned calls have a cure", "src/cron/cron.ts", "// Date.now() is banned", 0],
  ["banned calls have a cure", "src/cron/cron.ts", 'const text = "Date.now()";', 0],
  ["banned calls have a cure", "src/lib/clock.ts", "const now = Date.now();", 0],
  ["banned calls have a cure", "src/cron/cron.ts", "try { x(); } catch {}", 1],
  ["banned calls have a cure", "src/cron/cron.ts", "const x = y as unknown as Z;", 1],
  ["nothing is left for later", "src/a/b.ts", "// TODO: later", 1],
  ["the runtime stays at the rim", "src/runs/run.ts", 'import { x } from "node:fs";', 1],
  ["the runtime stays at the rim", "src/lib/files.ts", 'import { x } from "node:fs";', 0],
  ["lines fit the screen", "src/a/b.ts", "x".repeat(121), 1],
  ["names say what a thing is", "src/a/string-utils.ts", "", 1],
  ["names say what a thing is", "src/a/media.store.ts", "", 0],
  ["imports point down, through faces", "src/sessions/x.ts", 'import { Runs } from "../runs/index.ts";', 1],
  ["imports point down, through faces", "src/runs/x.ts", 'import { Sessions } from "../sessions/index.ts";', 0],
  ["imports point down, through faces", "src/runs/x.ts", 'import { x } from "../sessions/session.ts";', 1],
  ["imports point down, through faces", "src/gateway/methods.ts", 'import { x } from "../runs/runs.methods.ts";', 0],
  ["imports point down, through faces", "src/nobody/x.ts", 'import { x } from "../lib/index.ts";', 1],
];

for (const [rule, path, text, complaints] of cases) {
  test(`the law itself: ${rule}, ${path}: ${text.slice(0, 40)}`, () => {
    expect(rules[rule]!(parseSource(path, text))).toHaveLength(complaints);
  });
}

/** The files of one circle, or none. */
function findCycle(files: readonly SourceFile[]): string[] {
  const graph = new Map(files.map((file) => [file.path, importsOf(file).flatMap(({ target }) => target ?? [])]));
  // The method table types the client, which nothing of the server imports as a value.
  graph.set(
    "src/client/client.ts",
    graph.get("src/client/client.ts")!.filter((path) => path !== "src/gateway/methods.ts"),
  );
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): string[] => {
    if (trail.includes(path)) return [...trail.slice(trail.indexOf(path)), path];
    if (done.has(path)) return [];
    for (const next of graph.get(path) ?? []) {
      const circle = visit(next, [...trail, path]);
      if (circle.length > 0) return circle;
    }
    done.add(path);
    return [];
  };
  for (const path of graph.keys()) {
    const circle = visit(path, []);
    if (circle.length > 0) return circle;
  }
  return [];
}
