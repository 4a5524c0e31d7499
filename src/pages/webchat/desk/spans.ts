import { useEffect, useState } from "preact/hooks";
import { realClock, slept } from "../../../lib/index.ts";

/** Spans of time in words, as the command line has them. */

export function spanWords(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h${minutes % 60 > 0 ? ` ${minutes % 60} min` : ""}`;
  return `${Math.floor(hours / 24)} days`;
}

export function agoWords(atMs: number, nowMs: number): string {
  return nowMs - atMs < 5_000 ? "just now" : `${spanWords(nowMs - atMs)} ago`;
}

/** `1:05`, for what is counted down. */
export function countdown(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/** The time now, anew after each step. */
export function useNow(everyMs: number): number {
  const [nowMs, setNowMs] = useState(Date.now);
  useEffect(() => {
    const over = new AbortController();
    const tick = async () => {
      while (await slept(realClock, everyMs, over.signal)) setNowMs(Date.now());
    };
    void tick();
    return () => over.abort();
  }, [everyMs]);
  return nowMs;
}
