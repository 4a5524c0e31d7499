import { newEnvironmentFile, serviceName, type ServicePlan } from "./service-plan.ts";
import type { RunProgram, ServiceManager, ServiceState, Step } from "./supervisor.ts";
import { systemdUnit } from "./systemd-unit.ts";

/** The service under systemd: a person's own manager, or the machine's. */
export function systemdService(plan: ServicePlan, configHome: string): ServiceManager {
  const name = serviceName(plan);
  const unit = `${name}.service`;
  const isSystem = plan.scope === "system";
  const folder = isSystem ? "/etc/systemd/system" : `${configHome}/systemd/user`;
  const file = { path: `${folder}/${unit}`, text: systemdUnit(plan) };
  const systemctl = (...words: string[]): Step => run("systemctl", ...(isSystem ? [] : ["--user"]), ...words);
  const owner = isSystem ? plan.userName : undefined;
  return {
    kind: "systemd",
    name: unit,
    file,
    install: (isChanged) => [
      { kind: "folder", path: plan.stateDir, owner },
      {
        kind: "write",
        path: plan.environmentFile,
        text: newEnvironmentFile,
        mode: 0o600,
        onlyIfMissing: true,
        owner,
      },
      // Before all that talks to the person's manager: without a login it is this that starts it.
      ...(isSystem ? [] : [linger(plan.userName)]),
      ...(isChanged
        ? ([{ kind: "write", ...file, mode: 0o644, onlyIfMissing: false }, systemctl("daemon-reload")] satisfies Step[])
        : []),
      systemctl("enable", unit),
      systemctl(isChanged ? "restart" : "start", unit),
    ],
    uninstall: () => [
      systemctl("disable", "--now", unit),
      { kind: "remove", path: file.path },
      systemctl("daemon-reload"),
    ],
    start: () => [systemctl("start", unit)],
    stop: () => [systemctl("stop", unit)],
    restart: () => [systemctl("restart", unit)],
    state: (programs) => stateOf(programs, isSystem, unit),
    logs: ({ lines, follow, json }) => [
      "journalctl",
      isSystem ? `--unit=${unit}` : `--user-unit=${unit}`,
      `--lines=${lines}`,
      `--output=${json ? "json" : "short-iso"}`,
      ...(follow ? ["--follow"] : ["--no-pager"]),
    ],
  };
}

function run(...command: string[]): Step {
  return { kind: "run", command };
}

function linger(userName: string): Step {
  const command = ["loginctl", "enable-linger", userName];
  const orElse = `the service ends when you log out: run sudo ${command.join(" ")}`;
  return { kind: "run", command, orElse };
}

const asked = [
  "LoadState",
  "ActiveState",
  "SubState",
  "UnitFileState",
  "MainPID",
  "NRestarts",
  "ExecMainStatus",
  "StatusText",
] as const;

async function stateOf(programs: RunProgram, isSystem: boolean, unit: string): Promise<ServiceState> {
  const scope = isSystem ? [] : ["--user"];
  const { code, stdout } = await programs(["systemctl", ...scope, "show", unit, `--property=${asked.join(",")}`]);
  if (code !== 0) return { isInstalled: false, isEnabled: false, isRunning: false, word: "unknown" };
  const told = new Map(stdout.split("\n").map((line) => split(line)));
  const active = told.get("ActiveState") ?? "unknown";
  const pid = Number(told.get("MainPID"));
  return {
    isInstalled: told.get("LoadState") === "loaded",
    isEnabled: (told.get("UnitFileState") ?? "").startsWith("enabled"),
    isRunning: active === "active",
    word: `${active} (${told.get("SubState") ?? "unknown"})`,
    ...(pid > 0 && { pid }),
    restarts: Number(told.get("NRestarts") ?? 0),
    lastExitCode: Number(told.get("ExecMainStatus") ?? 0),
    ...(told.get("StatusText") && { told: told.get("StatusText") }),
  };
}

function split(line: string): [string, string] {
  const at = line.indexOf("=");
  return at === -1 ? [line, ""] : [line.slice(0, at), line.slice(at + 1)];
}
