import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { NotifySocket } from "../doubles/notify-socket.ts";
import { Person } from "../cli/command-house.ts";

/** The real gateway under somebody who plays the service manager. */
const slowMs = 60_000;
const entry = join(import.meta.dir, "../../src/main.ts");

test(
  "the gateway tells its manager that it is ready, alive and stopping, in that order, and ends with 0",
  async () => {
    using alice = new Person();
    mkdirSync(alice.stateDir, { mode: 0o700 });
    using socket = new NotifySocket(alice.home);
    const env = alice.environment({ NOTIFY_SOCKET: socket.address, WATCHDOG_USEC: "300000" });
    const child = Bun.spawn([process.execPath, entry, "gateway", "--port", "0"], {
      env,
      stdin: "ignore",
      stdout: "ignore",
      stderr: "inherit",
    });
    expect(socket.next()).toStartWith("READY=1\nSTATUS=ready at ws://127.0.0.1:");
    for (const _ of [1, 2, 3]) expect(socket.next()).toBe("WATCHDOG=1");
    child.kill("SIGTERM");
    expect(socket.until("STOPPING=1")).toBe("STOPPING=1\nSTATUS=gateway stopping (SIGTERM)");
    expect(await child.exited).toBe(0);
  },
  slowMs,
);

test(
  "under launchd an end that starting again cannot mend is a clean one, and the environment file is read",
  async () => {
    using alice = new Person();
    mkdirSync(alice.stateDir, { mode: 0o700 });
    writeFileSync(join(alice.stateDir, "service.env"), "CLAWDIA_GATEWAY_PORT=many\n");
    const file = { CLAWDIA_ENVIRONMENT_FILE: join(alice.stateDir, "service.env") };
    const plain = await alice.types(["gateway"], { env: file });
    expect([plain.code, plain.stderr]).toEqual([78, expect.stringContaining('CLAWDIA_GATEWAY_PORT is "many"')]);
    const { code } = await alice.types(["gateway"], { env: { ...file, CLAWDIA_SUPERVISOR: "launchd" } });
    expect(code).toBe(0);
  },
  slowMs,
);
