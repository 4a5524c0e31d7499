/** Programs of others as children of this process: their environment, lines, groups and end. It chooses none itself. */
export { byteLines, LineTooLong } from "./byte-lines.ts";
export { childEnvironment, type ChildEnvironmentSettings } from "./child-environment.ts";
export { type Child, type ChildOptions, startChild, StartError } from "./child-process.ts";
export { logStderr, stderrLinesPerMinute } from "./child-stderr.ts";
export { type BriefOptions, type BriefOutcome, runBriefly } from "./run-briefly.ts";
export { type RunOutcome, runProgram } from "./run-program.ts";
export { sdNotify } from "./sd-notify.ts";
export { findProgram } from "./find-program.ts";
export { freeLoopbackPort } from "./free-port.ts";
export { type PipedChild, type PipedOptions, startPiped } from "./piped-child.ts";
export { isGroupAlive, machineRunId, processesMarked, processStart, signalProcess } from "./processes.ts";
