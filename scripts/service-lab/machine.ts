import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root as checkout } from "../lib/gateway-process.ts";
import { attempt, run } from "../lib/run.ts";

/** A Debian with a real systemd as its process 1, in namespaces of its own; the network is this process's. */

const packages = "systemd,systemd-sysv,dbus,dbus-user-session,libpam-systemd,procps";
/** Only what carries this mark is ever removed. */
const mark = ".made-by-clawdia";
const environment = { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", HOME: "/root" };
const bootPatienceMs = 30_000;

/** The tree cannot be made, since no archive of Debian can be reached. */
export class NoArchive extends Error {}

export class Machine implements AsyncDisposable {
  readonly root: string;
  readonly #unshared: Bun.Subprocess;
  readonly #pid: number;

  private constructor(root: string, unshared: Bun.Subprocess, pid: number) {
    this.root = root;
    this.#unshared = unshared;
    this.#pid = pid;
  }

  /** The tree is made once, and used again as it was made. */
  static async boot(base: string): Promise<Machine> {
    if (!existsSync(join(base, mark))) {
      const make = ["mmdebstrap", "--variant=minbase", `--include=${packages}`, "trixie", base];
      if (attempt(make, { cwd: "/", quiet: true }) !== 0) throw new NoArchive();
      writeFileSync(join(base, mark), "");
    }
    const root = `${base}.running`;
    if (existsSync(join(root, mark))) rmSync(root, { recursive: true, force: true });
    run(["cp", "--archive", "--reflink=auto", base, root], { cwd: "/" });
    const boot = join(checkout, "scripts/service-lab/boot.sh");
    const unshared = Bun.spawn(["unshare", "-m", "-p", "-i", "-u", "-C", "--fork", "sh", boot, root], {
      stdio: ["ignore", "inherit", "inherit"],
    });
    const children = `/proc/${unshared.pid}/task/${unshared.pid}/children`;
    const pid = await eventually(
      "the machine starts",
      () => Number(readFileSync(children, "utf8").trim()) || undefined,
    );
    const machine = new Machine(root, unshared, pid);
    await eventually("systemd answers", () =>
      /running|degraded/.test(machine.run("systemctl", "is-system-running").stdout) ? true : undefined,
    );
    return machine;
  }

  /** Runs a program in it, to its end. */
  run(...command: readonly string[]): { readonly code: number; readonly stdout: string; readonly stderr: string } {
    const { exitCode, stdout, stderr } = Bun.spawnSync(this.#entering(command), { env: environment, stdin: "ignore" });
    return { code: exitCode, stdout: stdout.toString(), stderr: stderr.toString() };
  }

  /** Starts a program in it that goes on. */
  start(...command: readonly string[]): Bun.Subprocess {
    return Bun.spawn(this.#entering(command), { env: environment, stdio: ["ignore", "ignore", "ignore"] });
  }

  /** Whether a process whose command line has these words says there that the state is its own. */
  holds(stateDir: string, words: string): boolean {
    const { pid } = JSON.parse(this.read(`${stateDir}/gateway.json`)) as { pid: number };
    return this.run("pgrep", "--full", words).stdout.split("\n").includes(String(pid));
  }

  /** The same, where a failure ends the lab. */
  must(...command: readonly string[]): string {
    const { code, stdout, stderr } = this.run(...command);
    if (code !== 0) throw new Error(`${command.join(" ")} ended with ${code}: ${stdout}${stderr}`);
    return stdout;
  }

  /** Replaces a file as a whole, as an update does. */
  put(from: string, to: string): void {
    const path = join(this.root, to);
    mkdirSync(dirname(path), { recursive: true });
    cpSync(from, `${path}.new`);
    this.must("mv", `${to}.new`, to);
  }

  write(path: string, text: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), text);
  }

  read(path: string): string {
    return readFileSync(join(this.root, path), "utf8");
  }

  #entering(command: readonly string[]): string[] {
    const enter = ["nsenter", "-t", String(this.#pid), "-m", "-p", "-i", "-u", "-C"];
    return [...enter, "sh", "-c", 'cd / && exec "$@"', "sh", ...command];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.run("systemctl", "poweroff", "--force", "--force");
    await this.#unshared.exited;
    if (existsSync(join(this.root, mark))) rmSync(this.root, { recursive: true, force: true });
  }
}

/** Asks until there is an answer. */
export async function eventually<T>(what: string, ask: () => T | undefined, patienceMs = bootPatienceMs): Promise<T> {
  const startedAt = performance.now();
  for (;;) {
    const answer = ask();
    if (answer !== undefined) return answer;
    if (performance.now() - startedAt > patienceMs) throw new Error(`not within ${patienceMs} ms: ${what}`);
    await Bun.sleep(20);
  }
}
