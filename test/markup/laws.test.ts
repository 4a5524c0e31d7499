import { expect, test } from "bun:test";
import { draftText, type MessageLimits, parse, render, renderParts } from "../../src/markup/index.ts";
import { countedText, countOf, dialects, partBreaches, seen, wholeText } from "./laws.ts";
import { makeChance, pick, randomMarkdown } from "./random-markdown.ts";
import { visibleOfTelegram } from "./telegram-checker.ts";

const seed = 20_261_126;
const documents = 400;
const sizes = [20, 33, 63, 64, 65, 100, 200, 500, 2000];

function randomLimits(chance: () => number, dialect: MessageLimits["dialect"]): MessageLimits {
  const linesMax = chance() < 0.3 ? pick(chance, [4, 5, 8, 17]) : undefined;
  return { dialect, textCharsMax: pick(chance, sizes), countedIn: pick(chance, ["utf16", "codepoints"]), linesMax };
}

for (const dialect of dialects) {
  test(`${dialect}: every part of ${documents} random texts keeps the laws`, () => {
    const chance = makeChance(seed);
    const breaches: string[] = [];
    for (let index = 0; index < documents; index++) {
      const markdown = randomMarkdown(chance);
      const limits = randomLimits(chance, dialect);
      const context = `${JSON.stringify(markdown)} ${JSON.stringify(limits)}`;
      for (const part of renderParts(markdown, limits)) {
        breaches.push(...partBreaches(part, limits).map((breach) => `${breach}\n${context}`));
      }
    }
    expect(breaches.slice(0, 3)).toEqual([]);
  });
}

test("the parts of a text hold all that the whole text shows, in order", () => {
  const chance = makeChance(seed + 1);
  for (let index = 0; index < documents; index++) {
    const markdown = randomMarkdown(chance);
    for (const dialect of ["telegram-html", "signal", "plain"] as const) {
      const limits = randomLimits(chance, dialect);
      const parts = renderParts(markdown, limits).map((part) => countedText(part, dialect));
      expect(seen(parts.join(""))).toBe(seen(wholeText(markdown, dialect)));
    }
  }
});

function letters(text: string): string {
  return text.replace(/[^\p{L}\p{N}]/gu, "");
}

function unmarked(markup: string): string {
  return letters(markup.replace(/^```[\w+#.-]+$/gm, "").replace(/&(lt|gt|amp);/g, ""));
}

test("marks that count change nothing of the letters", () => {
  const chance = makeChance(seed + 2);
  for (let index = 0; index < documents; index++) {
    const markdown = randomMarkdown(chance).replaceAll(/https?:|mailto:|&/g, "");
    for (const dialect of ["slack-mrkdwn", "discord-markdown", "whatsapp"] as const) {
      const limits = { ...randomLimits(chance, dialect), textCharsMax: pick(chance, [64, 100, 500]) };
      const parts = renderParts(markdown, limits);
      for (const { markup, plain } of parts) expect(unmarked(markup)).toBe(letters(plain));
      // Tables become lists where they do not fit.
      if (/\|.*-.*\|/.test(markdown)) continue;
      expect(letters(parts.map(({ plain }) => plain).join(""))).toBe(letters(wholeText(markdown, dialect)));
    }
  }
});

test("no code point of a character that people see as one is parted from it", () => {
  const text = "👩‍👩‍👧‍👦👍🏽🇩🇪e\u0301\u0327".repeat(40);
  const segmenter = new Intl.Segmenter("en", { granularity: "grapheme" });
  const characters = new Set(Array.from(segmenter.segment(text), ({ segment }) => segment));
  for (const dialect of dialects) {
    for (const textCharsMax of [20, 31, 64, 100]) {
      for (const { plain } of renderParts(text, { dialect, textCharsMax, countedIn: "utf16" })) {
        const strangers = Array.from(segmenter.segment(plain), ({ segment }) => segment).filter(
          (character) => !characters.has(character),
        );
        expect(strangers).toEqual([]);
      }
    }
  }
});

test("a draft of any beginning of a text fits into one message and is well formed", () => {
  const chance = makeChance(seed + 3);
  for (let index = 0; index < 300; index++) {
    const markdown = randomMarkdown(chance);
    for (const dialect of dialects) {
      const limits = randomLimits(chance, dialect);
      const partial = markdown.slice(0, Math.floor(chance() * markdown.length));
      const draft = draftText(partial, limits);
      if (draft.markup === "") continue;
      expect(partBreaches(draft, limits)).toEqual([]);
    }
  }
});

test("Telegram's markup of any text is what Telegram takes", () => {
  const chance = makeChance(seed + 4);
  for (let index = 0; index < documents; index++) {
    const { markup } = render(parse(randomMarkdown(chance)), "telegram-html");
    expect(() => visibleOfTelegram(markup)).not.toThrow();
  }
});

test("the same text gives the same parts, and one that fits is one part", () => {
  const chance = makeChance(seed + 5);
  for (let index = 0; index < 200; index++) {
    const markdown = randomMarkdown(chance);
    for (const dialect of dialects) {
      const limits = { dialect, textCharsMax: 100_000, countedIn: "utf16" } as const;
      const parts = renderParts(markdown, limits);
      expect(parts.length).toBeLessThanOrEqual(1);
      expect(renderParts(markdown, limits)).toEqual(parts);
      expect(countOf(parts[0]?.markup ?? "", "utf16")).toBeLessThanOrEqual(100_000);
    }
  }
});
