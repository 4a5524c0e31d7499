import { instantOf, isZone, wallOf } from "./zone.ts";

export { instantOf, isZone, machineZone, segmentAt, wallOf } from "./zone.ts";

/** Moments and spans as people type them. Pure; undefined for what is none. */

const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
const dayMs = 86_400_000;
/** Longer spans are a slip of the keyboard. */
const spanMaxMs = 366 * 10 * dayMs;
const weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

/** `90s`, `20m`, `2h`, `1h30m`, `1d`. */
export function parseSpan(text: string): number | undefined {
  const written = text.trim().toLowerCase().replaceAll(/\s+/g, "");
  if (!/^(\d{1,9}(\.\d{1,3})?(ms|s|min|m|h|d|w))+$/.test(written)) return undefined;
  let ms = 0;
  for (const [, count, unit] of written.matchAll(/(\d+(?:\.\d+)?)(ms|s|min|m|h|d|w)/g)) {
    ms += Number(count) * unitMs[unit!]!;
  }
  return ms <= spanMaxMs ? Math.round(ms) : undefined;
}

/**
 * `+20m`, `in 2h`, `9:00`, `tomorrow 9:00`, `friday 18:30`, `2027-03-28`, `2027-03-28 09:00`, an ISO time with a zone,
 * or ms since the epoch. What names no zone is meant by the clock of `zone`.
 */
export function parseWhen(text: string, nowMs: number, zone: string): number | undefined {
  const written = text.trim().toLowerCase();
  if (!isZone(zone)) return undefined;
  if (/^\d{12,14}$/.test(written)) return Number(written);
  const ahead = /^(?:\+|in\s+)(.+)$/.exec(written);
  if (ahead) {
    const span = parseSpan(ahead[1]!);
    return span === undefined ? undefined : nowMs + span;
  }
  return dateIn(written, zone) ?? dayIn(written, nowMs, zone);
}

/** What an ISO text without a zone would be by the clock of `zone`; with one, what it says. */
function dateIn(written: string, zone: string): number | undefined {
  const iso =
    /^(\d{4})-(\d{2})-(\d{2})(?:[t\s](\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?)?\s*(z|[+-]\d{2}:?\d{2})?$/.exec(
      written,
    );
  if (!iso) return undefined;
  const numbers = iso.slice(1, 7).map((part: string | undefined) => Number(part ?? 0));
  const [year, month, day, hour, minute, second] = numbers as [number, number, number, number, number, number];
  const wallMs = Date.UTC(year, month - 1, day, hour, minute, second);
  if (!isReal([year, month, day]) || hour > 23 || minute > 59 || second > 59) return undefined;
  if (iso[7] === undefined) return instantOf(zone, wallMs);
  return wallMs - offsetOf(iso[7]);
}

function dayIn(written: string, nowMs: number, zone: string): number | undefined {
  const match = /^(?:(today|tomorrow|[a-z]{3,9})(?:\s+at)?\s*,?\s*)?(?:(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)?)?$/.exec(
    written,
  );
  if (!match || (match[1] === undefined && match[3] === undefined && match[4] === undefined)) return undefined;
  const [, word, hours, minutes, half] = match;
  const timeMs = hours === undefined ? 9 * unitMs["h"]! : timeOfDay(Number(hours), Number(minutes ?? 0), half);
  if (timeMs === undefined) return undefined;
  const midnightMs = Math.floor(wallOf(zone, nowMs) / dayMs) * dayMs;
  const days = daysUntil(word, midnightMs);
  if (days === undefined) return undefined;
  const at = (more: number) => instantOf(zone, midnightMs + (days + more) * dayMs + timeMs);
  // A time of day without a day means its next time; a weekday that is today, today or a week from now.
  if (word === "today" || word === "tomorrow" || at(0) > nowMs) return at(0);
  return at(word === undefined ? 1 : 7);
}

function timeOfDay(hours: number, minutes: number, half: string | undefined): number | undefined {
  if (minutes > 59) return undefined;
  if (half === undefined) return hours > 23 ? undefined : hours * unitMs["h"]! + minutes * unitMs["m"]!;
  if (hours < 1 || hours > 12) return undefined;
  return ((hours % 12) + (half === "pm" ? 12 : 0)) * unitMs["h"]! + minutes * unitMs["m"]!;
}

function daysUntil(word: string | undefined, midnightMs: number): number | undefined {
  if (word === undefined || word === "today") return 0;
  if (word === "tomorrow") return 1;
  const wanted = weekdays.findIndex((name) => name === word || name.slice(0, 3) === word);
  // 1 January 1970 was a Thursday.
  const today = (Math.floor(midnightMs / dayMs) + 4) % 7;
  return wanted === -1 ? undefined : (wanted - today + 7) % 7;
}

function offsetOf(written: string): number {
  if (written === "z") return 0;
  const [hours, minutes] = [Number(written.slice(1, 3)), Number(written.slice(-2))];
  return (written.startsWith("-") ? -1 : 1) * (hours * unitMs["h"]! + minutes * unitMs["m"]!);
}

/** 31 February is no date, although it can be counted on. */
function isReal([year, month, day]: readonly [number, number, number]): boolean {
  const days = (Date.UTC(year, month, 1) - Date.UTC(year, month - 1, 1)) / dayMs;
  return month >= 1 && month <= 12 && day >= 1 && day <= days;
}
