import type { HeartbeatSettings } from "../config/index.ts";
import { wallOf } from "../lib/index.ts";
import type { HeartbeatEvent } from "./heartbeat.events.ts";

/** What of a heartbeat is worth somebody's attention. Pure. */

const dayMs = 86_400_000;
const minuteMs = 60_000;
/** The same words are not told twice in this time. */
export const repeatMs = 24 * 3_600_000;

/** An answer in its parts; lent by `markup`. */
export interface ReadAnswer {
  readonly text: string;
  readonly isSilent: boolean;
  readonly heartbeatOk: boolean;
  readonly media: readonly string[];
}

export interface Judgement {
  readonly status: HeartbeatEvent["status"];
  readonly reason?: string;
  readonly indicatorType: NonNullable<HeartbeatEvent["indicatorType"]>;
  /** What the chat reads; undefined for nothing. */
  readonly told: string | undefined;
}

export interface AnswerFacts {
  readonly ackMaxChars: number;
  readonly visibility: HeartbeatSettings["visibility"];
  readonly hasTarget: boolean;
  /** The same was told within `repeatMs`. */
  readonly isRepeat: boolean;
}

/** Words for a chat that wants to hear of it when all is well. */
export const allIsWell = "All is well.";

export function judgeAnswer(answer: ReadAnswer, facts: AnswerFacts): Judgement {
  const { text, isSilent, heartbeatOk, media } = answer;
  const { visibility, hasTarget, isRepeat, ackMaxChars } = facts;
  const isShort = heartbeatOk && text.length <= ackMaxChars;
  if (media.length === 0 && (isSilent || text === "" || isShort)) {
    const told = visibility.showOk && hasTarget ? allIsWell : undefined;
    return { status: heartbeatOk ? "ok-token" : "ok-empty", indicatorType: "ok", told };
  }
  const skipped = { status: "skipped", indicatorType: "alert", told: undefined } as const;
  if (isRepeat) return { ...skipped, reason: "duplicate" };
  if (!visibility.showAlerts) return { ...skipped, reason: "alerts-disabled" };
  if (!hasTarget) return { ...skipped, reason: "no-target" };
  return { status: "sent", indicatorType: "alert", told: text };
}

/** Whether the moment lies within the hours; hours that end before they begin go over midnight. */
export function isActiveNow(hours: HeartbeatSettings["activeHours"], nowMs: number, machineZone: string): boolean {
  if (hours === undefined) return true;
  const nowMinute = Math.floor((wallOf(hours.timeZone ?? machineZone, nowMs) % dayMs) / minuteMs);
  const [start, end] = [minuteOf(hours.start), minuteOf(hours.end)];
  if (start === end) return true;
  return start < end ? nowMinute >= start && nowMinute < end : nowMinute >= start || nowMinute < end;
}

/** Whether HEARTBEAT.md asks for anything: headings, comments and empty list items do not. */
export function isWorthReading(text: string): boolean {
  return text
    .replaceAll(/<!--[\s\S]*?-->/g, "")
    .split("\n")
    .some((line) => !/^\s*(#.*|[-*+]\s*(\[[ xX]?\])?\s*|)$/.test(line));
}

function minuteOf(time: string): number {
  const [hours, minutes] = time.split(":").map(Number);
  return hours! * 60 + minutes!;
}
