import { realClock } from "../../src/lib/index.ts";
import { startChild } from "../../src/programs/index.ts";

/** A process that starts a child which ignores everything, says so, and waits to be killed. Its argument: a command. */
const child = startChild({
  command: "sh",
  args: ["-c", process.argv[2]!],
  folder: "/",
  environment: { PATH: process.env["PATH"] ?? "" },
});
for await (const chunk of child.stdout) {
  if (Buffer.from(chunk).toString().includes("up")) process.stdout.write("up\n");
}
await realClock.sleep(3_600_000);
