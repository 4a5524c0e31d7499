import { expect, test } from "bun:test";
import { showArguments, shownCharsMax, showPlace, showText } from "../../src/exec/command-text.ts";

/** What a person reads is what runs: all of it, and nothing unseen. */

const rows: readonly (readonly [argv: readonly string[], text: string])[] = [
  [["ls", "-l", "/tmp/a.txt"], "ls -l /tmp/a.txt"],
  [["echo", "a b"], "echo 'a b'"],
  [["echo", ""], "echo ''"],
  [["echo", "it's"], String.raw`echo 'it'\''s'`],
  [["echo", "$HOME `id` $(id) ; | & > * ? ~ # ! \\"], "echo '$HOME `id` $(id) ; | & > * ? ~ # ! \\'"],
  [["echo", "two\nlines\tand\r\u001b[31m"], String.raw`echo $'two\nlines\tand\r\E[31m'`],
  [["rm", "a\u202etxt.b"], String.raw`rm $'a\u202etxt.b'`],
  [["rm", "a\u200bb", "c\u2060'\\d"], String.raw`rm $'a\u200bb' $'c\u2060\'\\d'`],
  [["rm", "a\u00a0b", "\u3164", "\u2800", "\ufeff"], String.raw`rm $'a\u00a0b' $'\u3164' $'\u2800' $'\ufeff'`],
  [["rm", "tag\u{e0041}", "private\u{10fffd}"], String.raw`rm $'tag\U000e0041' $'private\U0010fffd'`],
  [["echo", "\u0001\u007f\u0085"], String.raw`echo $'\x01\x7f\u0085'`],
  [["echo", "=\u0338", "e\u0301"], String.raw`echo $'=\u0338' 'e${"\u0301"}'`],
  [["echo", `a${"\u0301".repeat(5)}`], `echo $'a${"\u0301".repeat(3)}\\u0301\\u0301'`],
  [["echo", "größe", "日本", "😀"], "echo 'größe' '日本' '😀'"],
  [["/opt/my tools/x", "--a=b"], "'/opt/my tools/x' --a=b"],
];

for (const [argv, text] of rows) {
  test(`${JSON.stringify(argv)} is shown as ${text}`, () => {
    expect(showArguments(argv)).toEqual({ kind: "shown", text });
  });
}

test("a shell that reads the shown text runs exactly the arguments", () => {
  const argvs = rows.map(([argv]) => ["printf", "%s\\0", ...argv.slice(1)]);
  for (const argv of argvs) {
    const shown = showArguments(argv);
    expect(shown.kind).toBe("shown");
    const said = Bun.spawnSync(["bash", "-c", shown.kind === "shown" ? shown.text : ""], {
      env: { PATH: "/usr/bin:/bin", LC_ALL: "C.UTF-8" },
    });
    expect(said.stdout.toString()).toBe(
      argv
        .slice(2)
        .map((word) => `${word}\0`)
        .join(""),
    );
  }
});

test("two commands that differ are shown differently", () => {
  const words = ["a", "a b", "a", "'a'", "$'a'", "\\n", "\n", "\\u202e", "\u202e", "", " ", "a\u200b", "$'\\n'"];
  const argvs = words.flatMap((left) => [[left], ...words.map((right) => [left, right])]);
  const texts = argvs.map((argv) => {
    const shown = showArguments(["x", ...argv]);
    return shown.kind === "shown" ? shown.text : "";
  });
  const unlike = new Set(argvs.map((argv) => JSON.stringify(argv)));
  expect(new Set(texts).size).toBe(unlike.size);
  const plain = words.map((word) => JSON.stringify(showText(word)));
  expect(new Set(plain).size).toBe(new Set(words).size);
});

test("what cannot be shown in full cannot be approved", () => {
  const reasons = [["x".repeat(100_000)], ["a\0b"], ["\ud800"]].map((argv) => showArguments(["echo", ...argv]));
  expect(reasons).toEqual([
    { kind: "unshowable", reason: expect.stringContaining(`at most ${shownCharsMax} can be shown in full`) },
    { kind: "unshowable", reason: expect.stringContaining("that no program can be given") },
    { kind: "unshowable", reason: expect.stringContaining("that no program can be given") },
  ]);
  expect(showText("\udfff").kind).toBe("unshowable");
  expect(showText("x".repeat(shownCharsMax + 1)).kind).toBe("unshowable");
});

test("a text of another client stays as it is while all of it can be seen", () => {
  expect([showText("rm -rf 'a b' && `x`"), showText("$'x'"), showText("a\u202eb\\")]).toEqual([
    { kind: "shown", text: "rm -rf 'a b' && `x`" },
    { kind: "shown", text: String.raw`$'$\'x\''` },
    { kind: "shown", text: String.raw`$'a\u202eb\\'` },
  ]);
  expect([showPlace("/tmp/a b"), showPlace("/tmp/\u202e")]).toEqual(["/tmp/a b", String.raw`$'/tmp/\u202e'`]);
});
