import { launchdLabel, launchdPlist } from "./launchd-plist.ts";
import { newEnvironmentFile, type ServicePlan } from "./service-plan.ts";
import type { RunProgram, ServiceManager, ServiceState, Step } from "./supervisor.ts";

/** The service under launchd: an agent of the person who is logged in, or a daemon of the machine. */
export function launchdService(plan: ServicePlan, userId: number): ServiceManager {
  const label = launchdLabel(plan);
  const isSystem = plan.scope === "system";
  const folder = isSystem ? "/Library/LaunchDaemons" : `${plan.home}/Library/LaunchAgents`;
  const file = { path: `${folder}/${label}.plist`, text: launchdPlist(plan) };
  const domain = isSystem ? "system" : `gui/${userId}`;
  const target = `${domain}/${label}`;
  const owner = isSystem ? plan.userName : undefined;
  // It fails where the service is loaded, or is not: both are where it is to be.
  const load = launchctl(["bootstrap", domain, file.path], "");
  const unload = launchctl(["bootout", "--wait", target], "");
  return {
    kind: "launchd",
    name: label,
    file,
    install: (isChanged) => [
      { kind: "folder", path: plan.stateDir, owner },
      { kind: "folder", path: `${plan.stateDir}/logs`, owner },
      {
        kind: "write",
        path: plan.environmentFile,
        text: newEnvironmentFile,
        mode: 0o600,
        onlyIfMissing: true,
        owner,
      },
      ...(isChanged ? [unload, { kind: "write", ...file, mode: 0o644, onlyIfMissing: false } satisfies Step] : []),
      launchctl(["enable", target]),
      load,
      launchctl(["kickstart", target]),
    ],
    uninstall: () => [unload, { kind: "remove", path: file.path }],
    start: () => [load, launchctl(["kickstart", target])],
    stop: () => [unload],
    restart: () => [load, launchctl(["kickstart", "-k", target])],
    state: (programs) => stateOf(programs, target),
    logs: () => undefined,
  };
}

function launchctl(words: readonly string[], orElse?: string): Step {
  return { kind: "run", command: ["launchctl", ...words], ...(orElse !== undefined && { orElse }) };
}

async function stateOf(programs: RunProgram, target: string): Promise<ServiceState> {
  const { code, stdout } = await programs(["launchctl", "print", target]);
  if (code !== 0) return { isInstalled: false, isEnabled: false, isRunning: false, word: "not loaded" };
  const told = (name: string) => new RegExp(`^\\s*${name} = (.+)$`, "m").exec(stdout)?.[1]?.trim();
  const word = told("state") ?? "unknown";
  const pid = Number(told("pid"));
  const exit = Number(told("last exit code"));
  const runs = Number(told("runs"));
  return {
    isInstalled: true,
    isEnabled: true,
    isRunning: word === "running",
    word,
    ...(pid > 0 && { pid }),
    ...(runs > 0 && { restarts: runs - 1 }),
    ...(Number.isInteger(exit) && { lastExitCode: exit }),
  };
}
