import { expect, test } from "bun:test";
import { parse } from "plist";
import { launchdService, parseEnvironmentFile, type ServicePlan, systemdService } from "../../src/service/index.ts";

/** The files that service managers read, as texts. */

const plan: ServicePlan = {
  program: ["/home/alice/bin/clawdia"],
  scope: "user",
  userName: "alice",
  home: "/home/alice",
  profile: undefined,
  stateDir: "/home/alice/.clawdia",
  configFile: undefined,
  environmentFile: "/home/alice/.clawdia/service.env",
  path: "/home/alice/bin:/usr/bin",
};

function commands(isChanged: boolean): string[] {
  const steps = systemdService(plan, "/c").install(isChanged);
  return steps.flatMap((step) => (step.kind === "run" ? [step.command.join(" ")] : []));
}

const say =
  (stdout: string, code = 0) =>
  () =>
    Promise.resolve({ code, stdout, stderr: "" });

/** The words of one line of a unit, by systemd's rules for quotes and percent signs. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(([, quoted, plain]) =>
    (quoted?.replaceAll(/\\(.)/g, "$1") ?? plain!).replaceAll("%%", "%"),
  );
}

function linesOf(made: ServicePlan): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const line of systemdService(made, "/home/alice/.config").file.text.split("\n")) {
    const [, name, value] = /^([A-Za-z]+)=(.*)$/.exec(line) ?? [];
    if (name !== undefined) found.set(name, [...(found.get(name) ?? []), value!]);
  }
  return found;
}

test("R-34 already running, bad usage and a bad config are final for systemd, every other end is not", () => {
  const lines = linesOf(plan);
  expect(lines.get("Restart")).toEqual(["always"]);
  expect(lines.get("RestartPreventExitStatus")).toEqual(["2 75 78"]);
  expect(lines.get("StartLimitIntervalSec")).toEqual(["0"]);
});

test("R-36 systemd's and launchd's patience with a stop is longer than what runs may take to end", () => {
  expect(Number(linesOf(plan).get("TimeoutStopSec")![0])).toBeGreaterThan(30);
  expect(plistOf(plan)["ExitTimeOut"]).toBeGreaterThan(30);
});

test("the gateway tells systemd when it is ready, and is watched", () => {
  const lines = linesOf(plan);
  expect([lines.get("Type"), lines.get("NotifyAccess"), lines.get("WatchdogSec")]).toEqual([
    ["notify"],
    ["main"],
    ["30"],
  ]);
});

test("S-108 what makes the runtime run something else first is taken out of the service's environment", () => {
  expect(wordsOf(linesOf(plan).get("UnsetEnvironment")![0]!)).toEqual(
    expect.arrayContaining(["BUN_OPTIONS", "BUN_BE_BUN"]),
  );
});

test("names with spaces, quotes, percent and dollar signs reach the gateway as they are", () => {
  const odd = `/home/a b/100%/say "hi"/$HOME/back\\slash`;
  const lines = linesOf({ ...plan, program: [odd], stateDir: odd, profile: "work" });
  expect(lines.get("ExecStart")![0]!.startsWith(":")).toBe(true);
  expect(wordsOf(lines.get("ExecStart")![0]!.slice(1))).toEqual([odd, "gateway", "--profile", "work"]);
  expect(lines.get("Environment")!.flatMap(wordsOf)).toContain(`CLAWDIA_STATE_DIR=${odd}`);
  const plist = plistOf({ ...plan, program: ["/a & <b>"] });
  expect(plist["ProgramArguments"]).toEqual(["/a & <b>", "gateway"]);
});

test("a service of the machine runs as its owner, may write only there, and gets no capability", () => {
  const lines = linesOf({ ...plan, scope: "system" });
  expect(lines.get("User")).toEqual(["alice"]);
  expect(lines.get("CapabilityBoundingSet")).toEqual([""]);
  expect(lines.get("ProtectSystem")).toEqual(["strict"]);
  expect(lines.get("ReadWritePaths")).toEqual(["/home/alice/.clawdia", "-/home/alice"]);
  expect(lines.get("WantedBy")).toEqual(["multi-user.target"]);
  expect(linesOf(plan).get("WantedBy")).toEqual(["default.target"]);
});

test("R-39 the environment of the service is one file, read at every start, and neither file holds a copy", () => {
  expect(linesOf(plan).get("EnvironmentFile")).toEqual(["-/home/alice/.clawdia/service.env"]);
  expect(plistOf(plan)["EnvironmentVariables"]).toEqual({
    HOME: "/home/alice",
    PATH: "/home/alice/bin:/usr/bin",
    CLAWDIA_STATE_DIR: "/home/alice/.clawdia",
    CLAWDIA_SUPERVISOR: "launchd",
    CLAWDIA_ENVIRONMENT_FILE: "/home/alice/.clawdia/service.env",
  });
});

test("the file for launchd starts the gateway at login, and again after every end but a clean one", () => {
  expect(plistOf({ ...plan, profile: "work" })).toMatchObject({
    Label: "ai.clawdia.clawdia-work",
    ProgramArguments: ["/home/alice/bin/clawdia", "gateway", "--profile", "work"],
    RunAtLoad: true,
    KeepAlive: { SuccessfulExit: false },
    Umask: 0o077,
    SoftResourceLimits: { NumberOfFiles: 8192 },
  });
});

test("an install that changes nothing writes no unit and restarts nothing", () => {
  expect(commands(true)).toEqual([
    "loginctl enable-linger alice",
    "systemctl --user daemon-reload",
    "systemctl --user enable clawdia.service",
    "systemctl --user restart clawdia.service",
  ]);
  expect(commands(false)).toEqual([
    "loginctl enable-linger alice",
    "systemctl --user enable clawdia.service",
    "systemctl --user start clawdia.service",
  ]);
});

test("a service's state is read from what the managers say", async () => {
  const shown = [
    "LoadState=loaded",
    "ActiveState=active",
    "SubState=running",
    "UnitFileState=enabled",
    "MainPID=42",
    "NRestarts=3",
    "ExecMainStatus=0",
    "StatusText=ready at ws://127.0.0.1:18789",
  ].join("\n");
  expect(await systemdService(plan, "/c").state(say(shown))).toEqual({
    isInstalled: true,
    isEnabled: true,
    isRunning: true,
    word: "active (running)",
    pid: 42,
    restarts: 3,
    lastExitCode: 0,
    told: "ready at ws://127.0.0.1:18789",
  });
  const printed = "gui/501/ai.clawdia.clawdia = {\n\tstate = running\n\truns = 2\n\tpid = 77\n\tlast exit code = 0\n}";
  expect(await launchdService(plan, 501).state(say(printed))).toEqual({
    isInstalled: true,
    isEnabled: true,
    isRunning: true,
    word: "running",
    pid: 77,
    restarts: 1,
    lastExitCode: 0,
  });
  expect(await launchdService(plan, 501).state(say("", 113))).toMatchObject({ isInstalled: false, isRunning: false });
});

test("an environment file is read as systemd reads it", () => {
  expect(parseEnvironmentFile(`# A=1\n\nB = no\n C=x=y \nD="a b"\nE='it''s'\nF=\nbad line\n`)).toEqual({
    C: "x=y",
    D: "a b",
    E: "it''s",
    F: "",
  });
});

function plistOf(made: ServicePlan): Record<string, unknown> {
  return parse(launchdService(made, 501).file.text) as Record<string, unknown>;
}
