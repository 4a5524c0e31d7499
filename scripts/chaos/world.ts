import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Person } from "../../test/doubles/telegram/person.ts";
import { TelegramDouble } from "../../test/doubles/telegram/telegram-double.ts";
import { Client } from "../../src/client/index.ts";
import { realClock } from "../../src/lib/index.ts";
import { newDevice } from "../../test/open-house.ts";
import { root } from "../lib/gateway-process.ts";

/** A Telegram with fifty people on it, and a gateway that is killed again and again on one state folder. */

export const chaosBinary = join(root, "dist/clawdia-chaos");
const peopleCount = 50;

/** Places in the gateway where it can be made to die, in the order of a message's way. */
export const failpoints = [
  "inbox.stored",
  "inbox.claimed",
  "run.stored",
  "outbox.sending-stored",
  "outbox.sent",
] as const;

export interface ChaosWorld extends AsyncDisposable {
  readonly telegram: TelegramDouble;
  readonly people: readonly Person[];
  readonly stateDir: string;
  /** Resolves once the gateway says that it runs, or is gone. */
  readonly start: (failpoint?: string) => Promise<Bun.Subprocess>;
}

export async function openWorld(): Promise<ChaosWorld> {
  const telegram = await TelegramDouble.start();
  const people = Array.from({ length: peopleCount }, (_, index) => telegram.person({ name: `P${index}` }));
  const stateDir = mkdtempSync(join(tmpdir(), "clawdia-chaos-"));
  const config = {
    agents: { echoPauseMs: 0, runsMax: 16 },
    session: { dmScope: "per-peer" },
    messages: { queueMode: "followup", queueMax: 64, typing: "never" },
    providers: {
      telegram: {
        accounts: {
          main: {
            botToken: telegram.token,
            apiRoot: telegram.apiRoot,
            dmPolicy: "open",
            allowFrom: ["*"],
            streaming: "off",
            ackScope: "off",
          },
        },
      },
    },
  };
  writeFileSync(join(stateDir, "clawdia.json"), JSON.stringify(config), { mode: 0o600 });
  return {
    telegram,
    people,
    stateDir,
    start: async (failpoint) => {
      const env = {
        PATH: process.env["PATH"] ?? "",
        HOME: stateDir,
        CLAWDIA_STATE_DIR: stateDir,
        ...(failpoint !== undefined && { CLAWDIA_FAILPOINT: failpoint }),
      };
      const child = Bun.spawn([chaosBinary, "gateway", "--port", "0"], { env, stdout: "pipe", stderr: "inherit" });
      await Promise.race([said(child.stdout, "gateway.started"), child.exited]);
      return child;
    },
    [Symbol.asyncDispose]: async () => {
      await telegram[Symbol.asyncDispose]();
      rmSync(stateDir, { recursive: true, force: true });
    },
  };
}

/** Resolves once the text came; what follows is read and dropped, so that the pipe never fills. */
async function said(stream: ReadableStream<Uint8Array>, text: string): Promise<void> {
  const heard = Promise.withResolvers<void>();
  void (async () => {
    let output = "";
    for await (const chunk of stream) {
      if (output.includes(text)) continue;
      output += Buffer.from(chunk).toString("utf8");
      if (output.includes(text)) heard.resolve();
    }
  })();
  await heard.promise;
}

/** The owner, connected to the gateway that runs on the state folder. */
export async function owner(stateDir: string): Promise<Client> {
  const { url } = JSON.parse(readFileSync(join(stateDir, "gateway.json"), "utf8")) as { url: string };
  return Client.connect({
    url,
    clock: realClock,
    identity: { id: "test", mode: "test", version: "1", platform: "linux" },
    credentials: { token: readFileSync(join(stateDir, "secrets", "gateway-token"), "utf8").trim() },
    signer: newDevice(),
  });
}
