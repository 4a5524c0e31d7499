/** What a service runs, and for whom. The files for systemd and launchd are made of it. */
export interface ServicePlan {
  /** The gateway's program: the binary, or a runtime and its first words. */
  readonly program: readonly string[];
  /** The service manager of this person, or the one of the machine. */
  readonly scope: "user" | "system";
  /** Who a service of the machine runs as. */
  readonly userName: string;
  readonly home: string;
  readonly profile: string | undefined;
  readonly stateDir: string;
  /** Where the config lies, when not in the state folder. */
  readonly configFile: string | undefined;
  /** Settings of the service's environment, private to its owner. */
  readonly environmentFile: string;
  readonly path: string;
}

/** `clawdia`, or `clawdia-work` for a profile. */
export function serviceName({ profile }: Pick<ServicePlan, "profile">): string {
  return profile === undefined ? "clawdia" : `clawdia-${profile}`;
}

/** The words that start the gateway. */
export function commandLine({ program, profile }: ServicePlan): string[] {
  return [...program, "gateway", ...(profile === undefined ? [] : ["--profile", profile])];
}

/** The environment that both managers set; whatever else there is comes from the environment file alone. */
export function fixedEnvironment(plan: ServicePlan): Record<string, string> {
  return {
    HOME: plan.home,
    PATH: plan.path,
    CLAWDIA_STATE_DIR: plan.stateDir,
    ...(plan.configFile !== undefined && { CLAWDIA_CONFIG_PATH: plan.configFile }),
  };
}

/** Names that would make the runtime run something else first. */
export const hijackingNames = ["BUN_OPTIONS", "BUN_BE_BUN", "BUN_INSPECT", "NODE_OPTIONS"] as const;

/** Where programs of the machine lie: the same for every service, however it was installed. */
export function standardPath(home: string, platform: string): string {
  const own = [`${home}/.local/bin`, `${home}/bin`];
  const brew = platform === "darwin" ? ["/opt/homebrew/bin"] : [];
  return [...own, ...brew, "/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin"].join(":");
}

/** What the environment file says when it is made. */
export const newEnvironmentFile = `# The environment of Clawdia's service, read at every start.
# One NAME=value a line, for instance a key of a model vendor:
# ANTHROPIC_API_KEY=…
`;
