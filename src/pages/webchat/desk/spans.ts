import { useEffect, useState } from "preact/hooks";
import { realClock, slept, spanWords } from "../../../lib/index.ts";

/** Spans of time in words, as the command line has them. */

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
