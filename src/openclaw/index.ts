/** A state folder of OpenClaw, Clawdbot or Moltbot, taken over into ours. It reads theirs, and never writes to it. */
export { mapConfig } from "./config-map.ts";
export { resolvedConfig } from "./references.ts";
export type { Report } from "./report.ts";
export { Source } from "./source.ts";
export { takeOver, type Target } from "./take-over.ts";
export { readTranscript } from "./transcript-map.ts";
