import { type Clock, realClock } from "../../src/lib/index.ts";

const longNapMs = 5_000;
const haste = 50;

/**
 * Real time, but for short naps, which are fifty times shorter: pauses between attempts pass in a moment, while limits
 * for real programs stay what they are.
 */
export const hastyClock: Clock = {
  ...realClock,
  sleep: (ms, signal) => realClock.sleep(ms < longNapMs ? ms / haste : ms, signal),
};
