import { processEnvironment } from "../../config/index.ts";
import type { GatewayFlags } from "../gateway-flags.ts";
import { exitCodes } from "../exit-codes.ts";
import { Failure } from "../failure.ts";
import { printLine } from "../print.ts";
import { ownProgram } from "../service/placing.ts";
import { paint } from "../style.ts";
import { shown } from "../words.ts";

/** A gateway that runs as this command's child, for as long as it does. Its log is in the state folder, as always. */
export class PassingGateway implements AsyncDisposable {
  readonly #child: Bun.Subprocess<"ignore", "pipe", "pipe">;

  private constructor(child: Bun.Subprocess<"ignore", "pipe", "pipe">) {
    this.#child = child;
  }

  static async start({ profile }: GatewayFlags): Promise<PassingGateway> {
    const command = [...ownProgram(), "gateway", ...(profile === undefined ? [] : ["--profile", profile])];
    const child = Bun.spawn(command, { stdin: "ignore", stdout: "pipe", stderr: "pipe", env: processEnvironment() });
    const gateway = new PassingGateway(child);
    const said = new Response(child.stderr).text();
    if (!(await gateway.#isReady())) {
      const why = (await said).trim().split("\n").at(-1) || `it ended with code ${await child.exited}`;
      throw new Failure(`the gateway did not start: ${shown(why, 1024)}`, {
        exitCode: exitCodes.refused,
        code: "NO_GATEWAY",
        next: "clawdia doctor",
      });
    }
    printLine(paint("dim", "A gateway runs now, for the time of this setup."));
    return gateway;
  }

  get exited(): Promise<number> {
    return this.#child.exited;
  }

  /** What runs in it is finished first. */
  async stop(): Promise<void> {
    this.#child.kill("SIGTERM");
    await this.#child.exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  /** True once it listens, false when it ended before. What it says later is read, too, and let go. */
  async #isReady(): Promise<boolean> {
    const ready = Promise.withResolvers<boolean>();
    const read = async () => {
      const decoder = new TextDecoder();
      let text = "";
      for await (const piece of this.#child.stdout) {
        text = (text + decoder.decode(piece, { stream: true })).slice(-readyCharsMax);
        if (text.includes("WebChat:")) ready.resolve(true);
      }
      ready.resolve(false);
    };
    void read().catch(() => ready.resolve(false));
    return ready.promise;
  }
}

/** Of its output, as much as is needed to find the line that says that it is ready. */
const readyCharsMax = 4096;
