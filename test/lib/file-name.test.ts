import { expect, test } from "bun:test";
import { contentDisposition, fileNameBytesMax, safeFileName } from "../../src/lib/index.ts";

const cases: readonly (readonly [given: string, safe: string])[] = [
  ["report.pdf", "report.pdf"],
  ["../../x", "x"],
  ["/etc/passwd", "passwd"],
  ["C:\\Users\\me\\x.doc", "x.doc"],
  ["folder/", "folder"],
  ["a/b/..", "b"],
  ["", "file"],
  [".", "file"],
  ["..", "file"],
  ["...", "file"],
  ["///", "file"],
  [" . ", "file"],
  ["\0", "file"],
  ["\u202e\u200b", "file"],
  ['"', "file"],
  [".bashrc", "bashrc"],
  ["..hidden", "hidden"],
  ["-rf", "rf"],
  ["--help.txt", "help.txt"],
  ["a\0b.txt", "ab.txt"],
  ["a\r\nContent-Type: text/html\r\n\r\n<x>", "html_x_"],
  ["a\r\nX-Evil: 1", "aX-Evil_ 1"],
  ['a"; filename="evil.exe', "a_ filename=evil.exe"],
  ["it's `x` “y”.txt", "its x y.txt"],
  ["\u202egnp.exe", "gnp.exe"],
  ["a\u2028b\u2029c\u0085d", "abcd"],
  ["a\u200bb\ufeffc\u00add", "abcd"],
  ["\u{e0061}\u{e0062}x", "x"],
  ["\ud800x\udfff", "x"],
  ["\x1b[31mred\x1b[0m.txt", "[31mred[0m.txt"],
  ["a  b\u00a0\u3000c.txt", "a b c.txt"],
  ["x. . .", "x"],
  ["CON", "_CON"],
  ["nul.txt", "_nul.txt"],
  ["com1", "_com1"],
  ["console.txt", "console.txt"],
  ["a:b|c?d*e<f>g;h", "a_b_c_d_e_f_g_h"],
  ["%2e%2e%2fx", "%2e%2e%2fx"],
  ["über.pdf", "über.pdf"],
  ["日本語.jpg", "日本語.jpg"],
  ["👍🏽.png", "👍🏽.png"],
  ["a.tar.gz", "a.tar.gz"],
  [`${"x".repeat(300)}.pdf`, `${"x".repeat(116)}.pdf`],
  [`${"ü".repeat(300)}.pdf`, `${"ü".repeat(58)}.pdf`],
  [`a.${"e".repeat(300)}`, `a.${"e".repeat(118)}`],
];

for (const [given, safe] of cases) {
  test(`${JSON.stringify(given.slice(0, 40))} becomes ${JSON.stringify(safe.slice(0, 40))}`, () => {
    expect(safeFileName(given)).toBe(safe);
  });
}

test("another name can stand in for one of which nothing is left", () => {
  expect(safeFileName("..", "image.png")).toBe("image.png");
});

/** Pieces that names are made of by those who mean harm. */
const pieces = [
  "..",
  "/",
  "\\",
  "\0",
  "\r\n",
  '"',
  "'",
  ";",
  "\u202e",
  "\ud83d",
  "👍",
  ".",
  "-",
  " ",
  "x",
  "con",
  "é",
  "%0d",
  "~",
];

test("whatever it is made of, a name is one safe line that stays what it is", () => {
  for (let seed = 0; seed < 5000; seed++) {
    const length = 1 + (seed % 60);
    const given = Array.from({ length }, (_, at) => pieces[((seed + 7) * (at + 3) * 2_654_435_761) % pieces.length]);
    const safe = safeFileName(given.join(""));
    expect(safe).toMatch(/^[^.\-\s/\\"'\p{Cc}\p{Cf}\p{Cs}][^/\\"'\p{Cc}\p{Cf}\p{Cs}]*$/u);
    expect(Buffer.byteLength(safe)).toBeLessThanOrEqual(fileNameBytesMax);
    expect(safe.endsWith(".") || safe.endsWith(" ")).toBe(false);
    expect(safeFileName(safe)).toBe(safe);
  }
});

test("a name of a megabyte costs no time, and keeps its ending", () => {
  const startedAtMs = performance.now();
  expect(safeFileName(`${".".repeat(1_000_000)}x${" .".repeat(500_000)}x.pdf`)).toEndWith("x.pdf");
  expect(performance.now() - startedAtMs).toBeLessThan(100);
});

test("a header holds the name in two spellings, and no name ends it early", () => {
  expect(contentDisposition("naïve 100%.txt")).toBe(
    "attachment; filename=\"na_ve 100_.txt\"; filename*=UTF-8''na%C3%AFve%20100%25.txt",
  );
  expect(contentDisposition('a"\r\nX: y', "inline")).toBe("inline; filename=\"aX_ y\"; filename*=UTF-8''aX_%20y");
  for (const [given] of cases) {
    expect(contentDisposition(given)).toMatch(/^attachment; filename="[ -~]+"; filename\*=UTF-8''[\w.~%-]+$/);
    expect(contentDisposition(given).match(/"/g)).toHaveLength(2);
    expect([...new Headers({ "Content-Disposition": contentDisposition(given) })]).toHaveLength(1);
  }
});
