import { processEnvironment } from "../config/index.ts";

/** What pictures are drawn with: for terminals that show more than ASCII, and for those that do not. */

export interface Glyphs {
  readonly good: string;
  readonly troubled: string;
  readonly off: string;
  readonly next: string;
  /** None, then ever more. */
  readonly levels: readonly string[];
  readonly full: string;
  readonly empty: string;
  readonly more: string;
  readonly dot: string;
  readonly rule: string;
}

const unicode: Glyphs = {
  good: "●",
  troubled: "▲",
  off: "○",
  next: "→",
  levels: ["·", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"],
  full: "█",
  empty: "░",
  more: "…",
  dot: "·",
  rule: "─",
};

const ascii: Glyphs = {
  good: "*",
  troubled: "!",
  off: "o",
  next: "->",
  levels: [".", "_", "-", "=", "+", "x", "X", "%", "#"],
  full: "#",
  empty: ".",
  more: "~",
  dot: "-",
  rule: "-",
};

type Environment = Readonly<Record<string, string | undefined>>;

export function glyphsFor(environment: Environment = processEnvironment()): Glyphs {
  const locale = environment["LC_ALL"] || environment["LC_CTYPE"] || environment["LANG"] || "";
  return environment["TERM"] !== "dumb" && /utf-?8/i.test(locale) ? unicode : ascii;
}

/** Numbers as little bars, of the height that the highest gives them. */
export function sparkline(values: readonly number[], { levels }: Glyphs, max = Math.max(...values)): string {
  const steps = levels.length - 1;
  return values.map((value) => levels[value === 0 ? 0 : Math.max(1, Math.round((value / max) * steps))]!).join("");
}

/** How much of a whole; what is over it is the whole. */
export function bar(part: number, whole: number, width: number, { full, empty }: Glyphs): string {
  const filled = Math.min(width, Math.max(0, Math.round((part / whole) * width)));
  return full.repeat(filled) + empty.repeat(width - filled);
}

/** Neighbours added up, until there are no more than so many. */
export function gathered(values: readonly number[], countMax: number): number[] {
  const each = Math.ceil(values.length / countMax);
  return Array.from({ length: Math.ceil(values.length / each) }, (_none, at) =>
    values.slice(at * each, (at + 1) * each).reduce((sum, value) => sum + value, 0),
  );
}
