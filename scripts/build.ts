import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run, say } from "./lib/run.ts";

/**
 * `bun run build` makes dist/clawdia for this machine; `bun run build --all` makes every target with SHA256SUMS in
 * dist/release. Built into a scratch folder, because source maps would be written beside the executable.
 */

const root = join(import.meta.dir, "..");
const dist = join(root, "dist");

const targets = [
  "linux-x64",
  "linux-arm64",
  "linux-x64-musl",
  "linux-arm64-musl",
  "darwin-x64",
  "darwin-arm64",
  "windows-x64",
] as const;

/** The two no-autoload flags keep a `.env` or a bunfig preload in the current folder from running in the binary. */
const flags = [
  "--compile",
  "--minify",
  "--sourcemap",
  "--splitting",
  "--bytecode",
  "--format=esm",
  "--no-compile-autoload-dotenv",
  "--no-compile-autoload-bunfig",
];

const all = process.argv.includes("--all");
/** `--failpoints` makes dist/clawdia-chaos, which can be made to die at named places; never for people. */
const hasFailpoints = process.argv.includes("--failpoints");
/** `--output NAME` makes dist/NAME. CLAWDIA_VERSION and CLAWDIA_RELEASE_KEY in the environment are baked in. */
const outputAt = process.argv.indexOf("--output");
const outputOption = outputAt === -1 ? undefined : process.argv[outputAt + 1];
mkdirSync(dist, { recursive: true });
if (all) buildAll();
else build(undefined, join(dist, outputOption ?? (hasFailpoints ? "clawdia-chaos" : "clawdia")));

function buildAll(): void {
  const release = join(dist, "release");
  rmSync(release, { recursive: true, force: true });
  mkdirSync(release, { recursive: true });
  const sums = targets.map((target) => {
    const name = `clawdia-${target}${target.startsWith("windows") ? ".exe" : ""}`;
    return `${build(target, join(release, name))}  ${name}`;
  });
  writeFileSync(join(release, "SHA256SUMS"), `${sums.join("\n")}\n`);
  say(`dist/release/SHA256SUMS: ${targets.length} targets`);
}

/** Returns the SHA-256 of the executable. */
function build(target: (typeof targets)[number] | undefined, output: string): string {
  const scratch = mkdtempSync(join(dist, ".build-"));
  try {
    const name = target?.startsWith("windows") ? "clawdia.exe" : "clawdia";
    const define = `--define=CLAWDIA_COMMIT=${JSON.stringify(commitId())}`;
    const failpoints = `--define=CLAWDIA_FAILPOINTS=${hasFailpoints && !all}`;
    const baked = ["CLAWDIA_RELEASE_KEY", "CLAWDIA_VERSION"].map(
      (given) => `--define=${given}=${JSON.stringify(process.env[given] ?? "")}`,
    );
    const cross = target === undefined ? [] : [`--target=bun-${target}`];
    const outfile = join(scratch, name);
    run(
      [
        process.execPath,
        "build",
        ...flags,
        ...cross,
        define,
        failpoints,
        ...baked,
        join(root, "src/main.ts"),
        `--outfile=${outfile}`,
      ],
      {
        cwd: root,
        quiet: true,
      },
    );
    renameSync(outfile, output);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
  const bytes = statSync(output).size;
  say(`${output.slice(root.length + 1)}: ${(bytes / 1e6).toFixed(1)} MB`);
  return createHash("sha256").update(readFileSync(output)).digest("hex");
}

function commitId(): string {
  const result = Bun.spawnSync(["git", "rev-parse", "--short=12", "HEAD"], { cwd: root, stderr: "ignore" });
  const id = result.stdout.toString().trim();
  const dirty = Bun.spawnSync(["git", "status", "--porcelain", "--untracked-files=no"], {
    cwd: root,
    stderr: "ignore",
  });
  return id === "" ? "unknown" : `${id}${dirty.stdout.toString().trim() === "" ? "" : "-dirty"}`;
}
