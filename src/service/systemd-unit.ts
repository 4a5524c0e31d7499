import { commandLine, fixedEnvironment, hijackingNames, serviceName, type ServicePlan } from "./service-plan.ts";
import { finalExitCodes, startTimeoutSeconds, stopTimeoutSeconds, watchdogSeconds } from "./stop-budget.ts";

/** The unit for systemd: pure text. */
export function systemdUnit(plan: ServicePlan): string {
  const isSystem = plan.scope === "system";
  const environment = Object.entries(fixedEnvironment(plan)).map(
    ([name, value]) => `Environment=${quoted(`${name}=${value}`)}`,
  );
  const name = serviceName(plan);
  return `# Written by \`clawdia service install\`, which replaces it. Changes of yours: systemctl edit ${name}
[Unit]
Description=Clawdia${plan.profile === undefined ? "" : ` (${plan.profile})`}, a personal messaging gateway
After=network-online.target
Wants=network-online.target
# It is started again as often as it ends, more and more slowly.
StartLimitIntervalSec=0

[Service]
Type=notify
NotifyAccess=main
ExecStart=:${commandLine(plan).map(quoted).join(" ")}
${isSystem ? `User=${plan.userName}\n` : ""}WorkingDirectory=${escaped(plan.stateDir)}
${environment.join("\n")}
EnvironmentFile=-${escaped(plan.environmentFile)}
UnsetEnvironment=${hijackingNames.join(" ")}
Restart=always
RestartSec=500ms
RestartSteps=20
RestartMaxDelaySec=5
# Usage, another gateway on the same state or port, a config that cannot be used: starting again does not help.
RestartPreventExitStatus=${finalExitCodes.join(" ")}
TimeoutStartSec=${startTimeoutSeconds}
# Runs in flight are finished before it ends.
TimeoutStopSec=${stopTimeoutSeconds}
WatchdogSec=${watchdogSeconds}
# The gateway ends what it started by itself; what is left after it is killed.
KillMode=mixed
OOMPolicy=continue
LimitNOFILE=65536
UMask=0077
${hardening(isSystem, plan).join("\n")}

[Install]
WantedBy=${isSystem ? "multi-user.target" : "default.target"}
`;
}

/**
 * What the service may not do. Memory that is written and executed stays allowed: the runtime compiles. A service of a
 * person's own manager gets only what needs no privilege to set up.
 */
function hardening(isSystem: boolean, plan: ServicePlan): string[] {
  const everywhere = [
    "NoNewPrivileges=yes",
    "LockPersonality=yes",
    "RestrictRealtime=yes",
    "RestrictSUIDSGID=yes",
    "SystemCallArchitectures=native",
    "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK",
  ];
  if (!isSystem) return everywhere;
  return [
    ...everywhere,
    "CapabilityBoundingSet=",
    "AmbientCapabilities=",
    "ProtectSystem=strict",
    `ReadWritePaths=${escaped(plan.stateDir)}`,
    // Workspaces of agents may lie in the home of the one it runs as.
    `ReadWritePaths=-${escaped(plan.home)}`,
    "PrivateTmp=yes",
    "PrivateDevices=yes",
    "ProtectClock=yes",
    "ProtectControlGroups=yes",
    "ProtectHostname=yes",
    "ProtectKernelLogs=yes",
    "ProtectKernelModules=yes",
    "ProtectKernelTunables=yes",
    "RemoveIPC=yes",
  ];
}

/** Percent signs begin specifiers, wherever they stand. */
function escaped(text: string): string {
  return text.replaceAll("%", "%%");
}

/** One word of a command line or assignment; `ExecStart=:` keeps dollar signs as they are. */
function quoted(word: string): string {
  const inner = escaped(word).replaceAll("\\", "\\\\").replaceAll('"', '\\"');
  return /^[\w@%+=:,./-]+$/.test(word) ? escaped(word) : `"${inner}"`;
}
