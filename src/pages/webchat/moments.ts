/** Times as people read them, in the browser's own language. */

const clockTime = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });
const fullTime = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "short" });
const fullDay = new Intl.DateTimeFormat(undefined, { dateStyle: "full" });
const shortDay = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const nearDay = new Intl.RelativeTimeFormat(undefined, { numeric: "auto" });

const dayMs = 86_400_000;

export function timeOfDay(atMs: number): string {
  return clockTime.format(atMs);
}

export function fullMoment(atMs: number): string {
  return fullTime.format(atMs);
}

/** `Today`, `Yesterday`, `Monday, 3 March 2025`. */
export function dayName(atMs: number, nowMs: number): string {
  const days = daysBetween(atMs, nowMs);
  if (days === 0 || days === 1) return capitalised(nearDay.format(-days, "day"));
  return fullDay.format(atMs);
}

/** As short as can be, for a list: the time today, else the day. */
export function listMoment(atMs: number, nowMs: number): string {
  return daysBetween(atMs, nowMs) === 0 ? timeOfDay(atMs) : shortDay.format(atMs);
}

export function isSameDay(leftMs: number, rightMs: number): boolean {
  return startOfDay(leftMs) === startOfDay(rightMs);
}

function daysBetween(atMs: number, nowMs: number): number {
  return Math.round((startOfDay(nowMs) - startOfDay(atMs)) / dayMs);
}

function startOfDay(atMs: number): number {
  return new Date(atMs).setHours(0, 0, 0, 0);
}

/** What the gateway says begins small; as a sentence of its own it begins large. */
export function capitalised(text: string): string {
  return text.charAt(0).toLocaleUpperCase() + text.slice(1);
}
