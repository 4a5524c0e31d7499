/** One number decides how long a stop may take; the service managers' limits follow from it. */

/** Runs may take this long to end. */
export const drainBudgetMs = 30_000;
/** Closing links, the store and the log comes on top. */
const closeBudgetMs = 15_000;

/** When a service manager may take a stop for hung. */
export const stopTimeoutSeconds = (drainBudgetMs + closeBudgetMs) / 1000;
/** A gateway that says nothing for so long hangs. */
export const watchdogSeconds = 30;
/** A gateway that is not ready after so long will not be: migrations of a large state included. */
export const startTimeoutSeconds = 120;

/**
 * Exit codes after which starting again cannot help: wrong usage, another gateway on the same state or port, a config
 * that cannot be used. Every unit takes them as final.
 */
export const finalExitCodes = [2, 75, 78] as const;
