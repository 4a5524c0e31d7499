import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runChecks } from "./check.ts";
import { attempt, run, say } from "./lib/run.ts";
import { skippedCode } from "./service-lab/obstacle.ts";

/**
 * `npm test`: installs what the tests need, checks types, format and lint, builds the binary, and runs every test. The
 * last line is `N passed, N failed`, where each check counts as one.
 */

const root = join(import.meta.dir, "..");

run([process.execPath, "install", "--frozen-lockfile"], { cwd: root, quiet: true });
installPrograms();
const checks = runChecks();
const built = attempt([process.execPath, "scripts/build.ts"], { cwd: root }) === 0;
const tests = runTests();
// The gateway is killed a hundred times; on its own, after the tests.
const survived = attempt([process.execPath, "scripts/chaos.ts", "--cycles", "100", "--seed", "1"], { cwd: root }) === 0;
// The power is cut two thousand times, on paper; about twenty seconds.
const stayed =
  attempt([process.execPath, "scripts/power-cut.ts", "--images", "2000", "--seed", "1"], { cwd: root }) === 0;
// The binary as a service of a real systemd; where that may not be, it says so and counts for nothing.
const served = attempt([process.execPath, "scripts/service-lab.ts"], { cwd: root });
const isServed = served === skippedCode ? [] : [served === 0];
const results = [...checks.map(({ passed }) => passed), built, survived, stayed, ...isServed];
const totals = {
  passed: tests.passed + results.filter(Boolean).length,
  failed: tests.failed + results.filter((result) => !result).length,
};
say(`${totals.passed} passed, ${totals.failed} failed`);
process.exit(totals.failed === 0 ? 0 : 1);

/**
 * WebChat is tested in Debian's Chromium; the binary with the real host names in a network namespace of its own; what
 * it does to its disk is recorded, and made to fail, with strace; a node records a screen of Xvfb, with ffmpeg and
 * without, with a window manager and without, and asks GeoClue where it is. All is reached through the real sshd and
 * nginx, too.
 */
function installPrograms(): void {
  const packages = {
    chromium: "chromium",
    ip: "iproute2",
    unshare: "util-linux",
    strace: "strace",
    ffmpeg: "ffmpeg",
    Xvfb: "xvfb",
    evilwm: "evilwm",
    "/usr/libexec/geoclue": "geoclue-2.0",
    "dbus-daemon": "dbus-daemon",
    "notify-send": "libnotify-bin",
    sshd: "openssh-server",
    nginx: "nginx-light",
    openssl: "openssl",
    pgrep: "procps",
    mmdebstrap: "mmdebstrap",
  };
  const missing = Object.entries(packages).flatMap(([program, name]) => (Bun.which(program) ? [] : [name]));
  if (missing.length === 0) return;
  const asRoot = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  // The tests start their own servers; what Debian's packages would start is not wanted.
  const startsNoServices = { RUNLEVEL: "1", SYSTEMD_OFFLINE: "1" };
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive", ...startsNoServices };
  attempt([...asRoot, "apt-get", "update", "-qq"], { cwd: root, quiet: true, env });
  attempt([...asRoot, "apt-get", "install", "-y", "-qq", ...missing], { cwd: root, quiet: true, env });
}

function runTests(): { readonly passed: number; readonly failed: number } {
  const folder = mkdtempSync(join(tmpdir(), "clawdia-report-"));
  try {
    const report = join(folder, "junit.xml");
    // Two at a time, because most of them wait for something most of the time.
    const pace = ["--timeout=20000", "--parallel=2", "--no-isolate"];
    const code = attempt([process.execPath, "test", ...pace, "--reporter=junit", `--reporter-outfile=${report}`], {
      cwd: root,
    });
    return countResults(readFileSync(report, "utf8"), code);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A run that failed without a failed test (a file that did not load) counts as one failure. */
function countResults(report: string, code: number): { readonly passed: number; readonly failed: number } {
  const [total = 0, broken = 0, skipped = 0] = ["tests", "failures", "skipped"].map((name) =>
    Number(new RegExp(`<testsuites[^>]*\\b${name}="(\\d+)"`).exec(report)?.[1] ?? 0),
  );
  const failed = Math.max(broken, code === 0 ? 0 : 1);
  return { passed: total - broken - skipped, failed };
}
