/** How a service manager keeps the gateway running: files and commands as values. It neither writes nor runs them. */
export { parseEnvironmentFile } from "./environment-file.ts";
export { launchdService } from "./launchd.ts";
export { Notifier } from "./notifier.ts";
export { isStartedAgain, restartCooldownMs, restarter } from "./restarter.ts";
export type { ProgramOutcome, RunProgram, ServiceManager, ServiceState, Step } from "./supervisor.ts";
export { fixedEnvironment, type ServicePlan, standardPath } from "./service-plan.ts";
export { drainBudgetMs, finalExitCodes, stopTimeoutSeconds } from "./stop-budget.ts";
export { systemdService } from "./systemd.ts";
