import { commandLine, fixedEnvironment, serviceName, type ServicePlan } from "./service-plan.ts";
import { stopTimeoutSeconds } from "./stop-budget.ts";

/** The property list for launchd: pure text. */

export function launchdLabel(plan: Pick<ServicePlan, "profile">): string {
  return `ai.clawdia.${serviceName(plan)}`;
}

type Value = string | number | boolean | readonly Value[] | { readonly [key: string]: Value };

/**
 * launchd knows no final exit codes and no environment file: `CLAWDIA_SUPERVISOR` makes the gateway end with 0 where
 * starting again does not help, and read the file by itself.
 */
export function launchdPlist(plan: ServicePlan): string {
  const logs = `${plan.stateDir}/logs`;
  const value: Value = {
    Label: launchdLabel(plan),
    ProgramArguments: commandLine(plan),
    ...(plan.scope === "system" && { UserName: plan.userName }),
    WorkingDirectory: plan.stateDir,
    EnvironmentVariables: {
      ...fixedEnvironment(plan),
      CLAWDIA_SUPERVISOR: "launchd",
      CLAWDIA_ENVIRONMENT_FILE: plan.environmentFile,
    },
    RunAtLoad: true,
    KeepAlive: { SuccessfulExit: false },
    ThrottleInterval: 1,
    ExitTimeOut: stopTimeoutSeconds,
    ProcessType: "Interactive",
    // 077 in decimals.
    Umask: 63,
    SoftResourceLimits: { NumberOfFiles: 8192 },
    // It writes a log of its own, which is kept short.
    StandardOutPath: "/dev/null",
    StandardErrorPath: `${logs}/service.err`,
  };
  return `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<!-- Written by \`clawdia service install\`, which replaces it. -->
<plist version="1.0">
${element(value, "")}
</plist>
`;
}

function element(value: Value, indent: string): string {
  if (typeof value === "string") return `${indent}<string>${escaped(value)}</string>`;
  if (typeof value === "number") return `${indent}<integer>${value}</integer>`;
  if (typeof value === "boolean") return `${indent}<${value}/>`;
  const inner = `${indent}  `;
  if (isList(value)) {
    return [`${indent}<array>`, ...value.map((item) => element(item, inner)), `${indent}</array>`].join("\n");
  }
  const entries = Object.entries(value).flatMap(([key, item]) => [
    `${inner}<key>${escaped(key)}</key>`,
    element(item, inner),
  ]);
  return [`${indent}<dict>`, ...entries, `${indent}</dict>`].join("\n");
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
