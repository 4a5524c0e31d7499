/** Newer versions: a signed list, a checked file, a program that is replaced by a rename. It restarts nothing. */
export { fileFor, isNewer, openRelease, type Release, sealRelease, UpdateRefused } from "./release.ts";
export { dropNew, keepReplaced, newFile, previousFile, replaceProgram, rollBack, undoReplaced } from "./replace.ts";
export { openSource, type Source } from "./source.ts";
