import { dateAt, instantOf, segmentAt } from "../lib/index.ts";

/**
 * Cron expressions in time zones. The library matches wall times; what a wall time means on a day when the clock
 * changes is decided here. It is loaded when the first expression is met.
 *
 * - An expression that names its hours and minutes comes once on every day that it names: at the end of the gap where
 *   its time does not exist, and at the first one where it comes twice.
 * - One that repeats (with `*`, `?` or a step in seconds, minutes or hours) follows the clock: it skips what does not
 *   exist, and goes through a repeated hour twice.
 */
export interface Expressions {
  /** The first moment after `afterMs`; undefined when there is none any more. */
  next(expr: string, zone: string, afterMs: number): number | undefined;
  /** What is wrong with it, in words. */
  problem(expr: string): string | undefined;
}

interface Pattern {
  readonly isFixed: boolean;
  nextWall(wallMs: number): number | undefined;
}

/** Patterns that are kept ready. */
const patternsMax = 512;
/** Clocks are changed by less than this at a time. */
const changeMaxMs = 4 * 3_600_000;
/** Segments that are looked through: some years of two changes each. */
const segmentsMax = 400;

let loaded: Promise<Expressions> | undefined;

export function loadExpressions(): Promise<Expressions> {
  loaded ??= import("croner").then(({ Cron }) => {
    const parse = (expr: string): Pattern => {
      const cron = new Cron(expr.trim(), { mode: "5-or-6-parts", utcOffset: 0, paused: true });
      return { isFixed: isFixed(expr), nextWall: (wallMs) => cron.nextRun(dateAt(wallMs))?.getTime() };
    };
    return makeExpressions(parse);
  });
  return loaded;
}

function makeExpressions(parse: (expr: string) => Pattern): Expressions {
  const patterns = new Map<string, Pattern>();
  const patternOf = (expr: string) => {
    const known = patterns.get(expr);
    if (known) return known;
    const made = parse(expr);
    if (patterns.size >= patternsMax) patterns.delete(patterns.keys().next().value!);
    patterns.set(expr, made);
    return made;
  };
  return {
    next: (expr, zone, afterMs) => {
      const pattern = patternOf(expr);
      return pattern.isFixed ? nextFixed(pattern, zone, afterMs) : nextRepeated(pattern, zone, afterMs);
    },
    problem: (expr) => {
      try {
        return patternOf(expr).nextWall(0) === undefined ? "it never comes" : undefined;
      } catch (error) {
        return inWords(error);
      }
    },
  };
}

function nextFixed(pattern: Pattern, zone: string, afterMs: number): number | undefined {
  const { fromMs, offsetMs } = segmentAt(zone, afterMs);
  const isQuiet = afterMs - fromMs > changeMaxMs;
  let wallMs = pattern.nextWall(afterMs + offsetMs - (isQuiet ? 0 : changeMaxMs));
  while (wallMs !== undefined) {
    const atMs = instantOf(zone, wallMs);
    if (atMs > afterMs) return atMs;
    wallMs = pattern.nextWall(wallMs);
  }
  return undefined;
}

function nextRepeated(pattern: Pattern, zone: string, afterMs: number): number | undefined {
  let fromMs = afterMs;
  let segment = segmentAt(zone, afterMs);
  for (let count = 0; count < segmentsMax; count++) {
    const { untilMs, offsetMs } = segment;
    const wallMs = pattern.nextWall(fromMs + offsetMs);
    if (wallMs === undefined) return undefined;
    if (wallMs - offsetMs < untilMs) return wallMs - offsetMs;
    // Nothing in this segment: the next one counts from its first moment on.
    fromMs = untilMs - 1;
    segment = segmentAt(zone, untilMs);
  }
  return undefined;
}

/** Whether seconds, minutes and hours are all named. */
function isFixed(expr: string): boolean {
  const written = expr.trim().toLowerCase();
  if (written.startsWith("@")) return written !== "@hourly";
  const fields = written.split(/\s+/);
  return fields.slice(0, fields.length - 3).every((field) => !/[*?/]/.test(field));
}

/** The library's words without its own names. */
function inWords(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return text
    .replace(/^Cron[A-Za-z]*:\s*/, "")
    .replace(/^mode '.*$/, "five fields are needed, or six with seconds in front");
}
