import { defineCommand } from "citty";
import type { StartedGateway } from "../app/index.ts";
import { ConfigError, type Environment, processEnvironment, tailscaleModes } from "../config/index.ts";
import { readTextIfPresent } from "../lib/index.ts";
import { finalExitCodes, parseEnvironmentFile } from "../service/index.ts";
import { exitCodes } from "./exit-codes.ts";
import { UsageError, wholeNumber } from "./failure.ts";
import { complain, isTerminal, printLine } from "./print.ts";
import { hideFromProcessList } from "./secret-flags.ts";

const inConfig = "CLAWDIA_GATEWAY_TOKEN, CLAWDIA_GATEWAY_PASSWORD or the config file";

/** `clawdia gateway`: runs in the foreground until SIGTERM or SIGINT. */
export const gatewayCommand = defineCommand({
  meta: { name: "gateway", description: "Run the gateway in the foreground" },
  args: {
    what: { type: "positional", required: false, description: "fingerprint: only print the certificate's SHA-256" },
    port: { type: "string", description: "TCP port (default 18789; 0 takes any)", valueHint: "N" },
    bind: { type: "string", description: "loopback, lan, tailnet or an address", valueHint: "WHERE" },
    token: { type: "string", description: "Use this token; without a value: print the one in use", valueHint: "VALUE" },
    password: { type: "string", description: "Also accept this password", valueHint: "VALUE" },
    tailscale: {
      type: "enum",
      options: [...tailscaleModes],
      description: "Let this machine's Tailscale hand on to it: serve (the tailnet), funnel (the internet) or off",
      valueHint: "HOW",
    },
    "tailscale-reset-on-exit": { type: "boolean", description: "Take that back when the gateway stops" },
    profile: { type: "string", description: "Use ~/.clawdia-NAME", valueHint: "NAME" },
    json: { type: "boolean", description: "With fingerprint: print JSON for programs" },
  },
  run: async ({ args }) => {
    if (args.what !== undefined) {
      if (args.what !== "fingerprint") throw new UsageError(`"${args.what}" is one word too many`);
      const { printFingerprint } = await import("./fingerprint.ts");
      return printFingerprint(args);
    }
    const port = wholeNumber("port", args.port, { min: 0, max: 65_535 });
    const { AlreadyRunning, DiskRefused, startGateway } = await import("../app/start.ts");
    try {
      const token = args.token || undefined;
      if (token !== undefined) await hideFromProcessList(token, "--token", inConfig);
      if (args.password) await hideFromProcessList(args.password, "--password", inConfig);
      const started = await startGateway({
        environment: serviceEnvironment(),
        flags: {
          port,
          bind: args.bind,
          token,
          password: args.password,
          profile: args.profile,
          tailscale: args.tailscale,
          tailscaleResetOnExit: args["tailscale-reset-on-exit"],
        },
        isTerminal: isTerminal(),
        writeLine: printLine,
      });
      announce(started, args.token !== undefined || isTerminal());
      if (started.house.isFresh()) printLine("Nothing is set up yet. In another terminal: clawdia setup");
      process.exitCode = await untilStopped(started);
    } catch (error) {
      if (error instanceof AlreadyRunning) return fail(error.message, exitCodes.alreadyRunning);
      if (error instanceof DiskRefused) return fail(error.message, exitCodes.refused);
      if (error instanceof ConfigError) return fail(error.message, exitCodes.badConfig);
      if (isAddressInUse(error))
        return fail(`${String(error)}: choose another port with --port N`, exitCodes.alreadyRunning);
      throw error;
    }
  },
});

function announce({ url, token, tlsFingerprint }: StartedGateway, withToken: boolean): void {
  const address = url.replace(/^ws/, "http");
  if (tlsFingerprint !== undefined) printLine(`Certificate (SHA-256): ${tlsFingerprint}`);
  printLine(
    `WebChat: ${address}/${withToken ? `#token=${token}` : " (clawdia token --link prints the link that opens it)"}`,
  );
}

async function untilStopped(started: StartedGateway): Promise<number> {
  const log = started.world.log.for("gateway");
  // Who read our output may go: the log file has it all.
  process.stdout.on("error", () => undefined);
  // What nobody caught is a bug of one task, not a reason to end everybody's conversations.
  process.on("unhandledRejection", (reason) => log.error("process.rejection", { error: String(reason) }));
  process.on("uncaughtException", (error) =>
    log.error("process.exception", { error: error.message, at: error.stack?.split("\n")[1]?.trim() }),
  );
  const stopped = new Promise<string>((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.once(signal, () => resolve(signal));
  });
  const restarts = started.restartWanted.then((why) => ({ why }));
  const reason = await Promise.race([stopped, restarts]);
  if (typeof reason === "string") {
    await started.stop(`gateway stopping (${reason})`);
    return exitCodes.done;
  }
  await started.stop(`gateway restarting (${reason.why})`);
  // launchd starts again what did not end well.
  return processEnvironment()["CLAWDIA_SUPERVISOR"] === "launchd" ? exitCodes.refused : exitCodes.done;
}

/** launchd reads no environment file, so the gateway does; as under systemd the file beats what the unit sets. */
function serviceEnvironment(): Environment {
  const environment = processEnvironment();
  const file = environment["CLAWDIA_ENVIRONMENT_FILE"];
  const text = file ? readTextIfPresent(file) : undefined;
  return text === undefined ? environment : { ...environment, ...parseEnvironmentFile(text) };
}

function isAddressInUse(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EADDRINUSE";
}

/** launchd starts again after everything but 0, and here that would not help. */
function fail(message: string, code: number): void {
  const isFinal = finalExitCodes.some((final) => final === code);
  complain(message);
  process.exitCode = isFinal && processEnvironment()["CLAWDIA_SUPERVISOR"] === "launchd" ? exitCodes.done : code;
}
