import { existsSync } from "node:fs";
import { join } from "node:path";
import { run } from "./lib/run.ts";

/** `npm start`: installs, builds the binary and runs the gateway with WebChat in the foreground. */

const root = join(import.meta.dir, "..");
run([process.execPath, "install", "--frozen-lockfile"], { cwd: root, quiet: true });
run([process.execPath, "scripts/build.ts"], { cwd: root });

const binary = join(root, "dist/clawdia");
if (!existsSync(binary)) throw new Error("the build left no dist/clawdia");
const given = process.argv.slice(2);
const args = given.some((arg) => arg.startsWith("--token")) ? given : ["--token", ...given];
// The terminal's signals reach the gateway directly; this script waits for its end.
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => undefined);
const gateway = Bun.spawn([binary, "gateway", ...args], { cwd: root, stdio: ["inherit", "inherit", "inherit"] });
process.on("SIGTERM", () => gateway.kill("SIGTERM"));
process.exit(await gateway.exited);
