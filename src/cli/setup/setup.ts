import { RequestError } from "../../client/index.ts";
import { findPaths, processEnvironment } from "../../config/index.ts";
import type { Methods } from "../../gateway/index.ts";
import type { ParamsOf, ResultOf } from "../../protocol/index.ts";
import { type Connected, withGateway } from "../connected.ts";
import { exitCodes } from "../exit-codes.ts";
import { Failure, refused } from "../failure.ts";
import type { GatewayFlags } from "../gateway-flags.ts";
import { printLine } from "../print.ts";
import { hasPerson, picked } from "../prompt.ts";
import { installService } from "../service.command.ts";
import { paint } from "../style.ts";
import { holderOf } from "../target.ts";
import { shown } from "../words.ts";
import { type Given, StepScreen, type WizardStep } from "./step-screen.ts";
import { Stopped, stopKeys } from "./stopped.ts";
import { PassingGateway } from "./passing-gateway.ts";

/** Carries the gateway's setup to the person at this terminal, and starts a gateway where none runs. */

/** The gateway keeps a question for a while before it says that nothing is new. */
const stepMs = 60_000;
const noTerminal =
  "clawdia models choose MODEL --key-env NAME; clawdia providers add NETWORK; " +
  "clawdia approvals approve CODE --owner; clawdia service install";

export async function runSetup(flags: GatewayFlags): Promise<void> {
  if (flags.json) throw refused("setup asks a person, and gives programs nothing to read", noTerminal);
  if (!hasPerson()) throw refused("setup asks a person, and there is nobody at a terminal", noTerminal);
  using stop = stopKeys();
  try {
    const own = await gatewayFor(flags, stop.pressed);
    if (own === "service") return void (await through(flags, undefined, stop.pressed));
    await using gateway = own;
    const wantsService = await through(flags, gateway, stop.pressed);
    if (gateway) await goesOn(flags, { gateway, wantsService }, stop.pressed);
  } catch (error) {
    throw told(error);
  }
}

function told(error: unknown): unknown {
  const next = "clawdia setup goes on where it stood";
  if (error instanceof Stopped) {
    // What was asked may stand in the line.
    printLine();
    const message = "stopped; what was done stays done";
    return new Failure(message, { exitCode: exitCodes.refused, code: "STOPPED", next });
  }
  if (!(error instanceof Failure)) return error;
  const { message, exitCode, code, shape, cause } = error;
  if (code === "CONNECTION_LOST") return new Failure(message, { exitCode, code, next, cause });
  if (message !== "wizard already running") return error;
  const { by } = (shape?.details ?? {}) as { readonly by?: string };
  const who = by === undefined ? "" : ` by ${shown(by, 128)}`;
  const cure = "finish or close it there (a browser? another terminal?), then the same command again";
  return new Failure(`the setup is under way${who}`, { exitCode, code, shape, next: cure });
}

/** A gateway for the time of the setup where none runs; `service` when one was installed. */
async function gatewayFor(
  flags: GatewayFlags,
  stopped: Promise<never>,
): Promise<PassingGateway | "service" | undefined> {
  if (flags.url !== undefined || flags.ssh !== undefined) return undefined;
  const environment = processEnvironment();
  const paths = findPaths(environment, flags.profile ?? environment["CLAWDIA_PROFILE"]);
  if (holderOf(paths)) return undefined;
  for (;;) {
    printLine("No gateway is running here.");
    const way = await Promise.race([picked("How shall it run?", waysToRun), stopped]);
    if (way === "passing") return PassingGateway.start(flags);
    if (way !== "service") throw new Stopped();
    if (await installed(flags)) return "service";
  }
}

const waysToRun = [
  { value: "passing", label: "Start one here, for this setup", hint: "you decide at the end how it goes on" },
  { value: "service", label: "Install it as a service", hint: "systemd or launchd starts it, now and at boot" },
  { value: "no", label: "Not now" },
];

/** False when the service manager refused, which is told. */
async function installed({ profile }: GatewayFlags): Promise<boolean> {
  try {
    await installService({ profile });
    return true;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    printLine(`${paint("red", "That did not work:")} ${shown(error.message, 1024)}`);
    if (error.next !== undefined) printLine(`${paint("yellow", "→")} ${shown(error.next)}`);
    printLine();
    return false;
  }
}

type Reached = ResultOf<Methods["wizard.next"]>;

/** True when the person wants the service, which is installed when the gateway of this setup is gone. */
function through(flags: GatewayFlags, passing: PassingGateway | undefined, stopped: Promise<never>): Promise<boolean> {
  return withGateway(flags, async (gateway) => {
    const isHere = gateway.target.isLocal;
    const params: ParamsOf<Methods["wizard.start"]> = { mode: isHere ? "local" : "remote" };
    const { sessionId, ...first } = await gateway.call("wizard.start", params, { timeoutMs: stepMs });
    const screen = new StepScreen({ isPassing: passing !== undefined });
    try {
      await lead(gateway, { sessionId, first, screen, stopped });
    } catch (error) {
      // A gateway that is gone has forgotten it anyway.
      if (!(error instanceof RequestError)) await cancel(gateway, sessionId);
      throw error;
    } finally {
      screen.close();
    }
    return screen.wantsService;
  });
}

interface Own {
  readonly gateway: PassingGateway;
  readonly wantsService: boolean;
}

/** What becomes of the gateway when the setup is over. */
async function goesOn(flags: GatewayFlags, { gateway, wantsService }: Own, stopped: Promise<never>): Promise<void> {
  if (!wantsService) return keptHere(gateway, stopped);
  printLine("Stopping the gateway of this setup; the service takes over.");
  await gateway.stop();
  if (await installed(flags)) return;
  await using again = await PassingGateway.start(flags);
  await keptHere(again, stopped);
}

async function cancel({ call }: Connected, sessionId: string): Promise<void> {
  await call("wizard.cancel", { sessionId }).catch(() => undefined);
}

interface Led {
  readonly sessionId: string;
  readonly first: Reached;
  readonly screen: StepScreen;
  readonly stopped: Promise<never>;
}

async function lead({ call }: Connected, { sessionId, first, screen, stopped }: Led): Promise<void> {
  const ask = (given: Given | undefined) =>
    call("wizard.next", { sessionId, ...(given && { answer: given }) }, { timeoutMs: stepMs });
  let reached = first;
  while (!reached.done) {
    const step: WizardStep | undefined = reached.step;
    const stepOver = step?.type === "progress" ? screen.wait(step, ask) : screen.ask(step);
    const given = await Promise.race([stepOver, stopped]);
    reached = "done" in given ? given : await Promise.race([refusedOr(screen, given, ask), stopped]);
  }
  if (reached.error !== undefined) throw refused(shown(reached.error, 1024), "clawdia logs");
}

/** An answer that does not fit is told, and the step comes once more. */
async function refusedOr(
  screen: StepScreen,
  given: Given | { readonly stepId: undefined },
  ask: (given: Given | undefined) => Promise<Reached>,
): Promise<Reached> {
  try {
    return await ask(given.stepId === undefined ? undefined : given);
  } catch (error) {
    if (!(error instanceof RequestError) || error.shape.code !== "INVALID_REQUEST") throw error;
    if (/not found|not running/.test(error.message)) throw error;
    screen.tell(shown(error.message, 1024));
    return ask(undefined);
  }
}

/** The gateway goes on in this terminal, or ends with the setup. */
async function keptHere(passing: PassingGateway, stopped: Promise<never>): Promise<void> {
  const ways = [
    { value: "stay", label: "Keep it running here", hint: "Ctrl-C ends it" },
    { value: "end", label: "Stop it", hint: "clawdia gateway or clawdia service install starts it again" },
  ];
  const way = await Promise.race([picked("The gateway of this setup is still running.", ways), stopped]);
  if (way !== "stay")
    return printLine("The gateway stops. To start it again: clawdia gateway, or clawdia service install");
  printLine(`The gateway runs until Ctrl-C. WebChat: clawdia token --link in another terminal.`);
  await Promise.race([passing.exited, stopped.catch(() => undefined)]);
}
