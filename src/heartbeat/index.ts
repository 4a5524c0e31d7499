/** The agent looks after things now and then, and when something calls it. It runs nothing itself: `runs` does. */
export { Heartbeat, type HeartbeatParts } from "./heartbeat.ts";
export { isActiveNow, isWorthReading, judgeAnswer } from "./judge.ts";
