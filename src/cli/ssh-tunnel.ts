import { ConnectError } from "../client/index.ts";
import { processEnvironment } from "../config/index.ts";
import { realClock, slept } from "../lib/index.ts";
import {
  byteLines,
  type Child,
  childEnvironment,
  freeLoopbackPort,
  startChild,
  StartError,
} from "../programs/index.ts";
import { exitCodes } from "./exit-codes.ts";
import { Failure, UsageError } from "./failure.ts";
import { explainSsh } from "./ssh-words.ts";

/**
 * A way to a gateway's loopback port through the system's ssh, for as long as a command runs. Keys, host keys and jumps
 * are ssh's own affair: what `ssh HOST` needs, this needs. It asks nothing: keys come from files or the agent.
 */

const connectSeconds = 15;
/** The handshake, jumps included. */
const openMs = 30_000;
const graceMs = 500;
const lineBytesMax = 64 * 1024;
const stderrCharsMax = 16 * 1024;
/** ssh says so once its listeners stand: before, the port could be anybody's. */
const readyWord = "clawdia-tunnel-open";

const options = [
  "BatchMode=yes",
  `ConnectTimeout=${connectSeconds}`,
  "ServerAliveInterval=15",
  "ServerAliveCountMax=3",
  "ExitOnForwardFailure=yes",
  // A connection that is shared would hold the listener instead of this one.
  "ControlMaster=no",
  "ControlPath=none",
  "PermitLocalCommand=yes",
  `LocalCommand=echo ${readyWord}`,
];

export interface TunnelEnd {
  /** As the machine behind ssh sees it. */
  readonly host: string;
  readonly port: number;
}

/** `user@host`, a name of ssh's config, or `ssh://user@host:port`. */
export function checkSshHost(written: string): string {
  if (/^[^\s-]\S{0,254}$/.test(written)) return written;
  throw new UsageError(`--ssh ${written}: write user@host, a Host of your ssh config, or ssh://user@host:port`);
}

export class SshTunnel {
  readonly #host: string;
  readonly #end: TunnelEnd;
  /** Of this machine. */
  readonly port: number;
  #child: Child | undefined;
  #hasStood = false;

  private constructor(host: string, end: TunnelEnd, port: number) {
    this.#host = host;
    this.#end = end;
    this.port = port;
  }

  /** Of a free port, and not open yet. */
  static async to(host: string, end: TunnelEnd): Promise<SshTunnel> {
    return new SshTunnel(host, end, await freeLoopbackPort());
  }

  get host(): string {
    return this.#host;
  }

  /**
   * Opens it, also when ssh has ended meanwhile. Throws a Failure that says what ssh's trouble is; after it once stood,
   * a ConnectError: the way is away for a while.
   */
  async ensure(): Promise<void> {
    if (this.#child) return;
    const { host, port } = this.#end;
    const forward = `127.0.0.1:${this.port}:${host.includes(":") ? `[${host}]` : host}:${port}`;
    const child = this.#start([...options.flatMap((option) => ["-o", option]), "-N", "-T", "-L", forward]);
    this.#child = child;
    void child.ended.then(() => {
      if (this.#child === child) this.#child = undefined;
    });
    const said = collected(child.stderr);
    const over = new AbortController();
    const late = slept(realClock, openMs, over.signal).then((isLate) => isLate && child.kill());
    const isOpen = await heard(child.stdout, readyWord);
    over.abort();
    const isLate = await late;
    if (isOpen) {
      this.#hasStood = true;
      return;
    }
    await child.ended;
    const failure = trouble(this.#host, isLate === false ? await said : "Connection timed out");
    throw this.#hasStood ? new ConnectError(failure.message, 1006) : failure;
  }

  async close(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    child?.kill();
    await child?.close(realClock, graceMs);
  }

  #start(args: readonly string[]): Child {
    const environment = childEnvironment(processEnvironment(), { passEnv: ["SSH_AUTH_SOCK"], env: {} });
    try {
      return startChild({ command: "ssh", args: [...args, "--", this.#host], folder: "/", environment });
    } catch (error) {
      if (!(error instanceof StartError)) throw error;
      throw new Failure("--ssh needs the program ssh, which is not on this machine", {
        exitCode: exitCodes.noGateway,
        code: "NO_SSH",
        next: "install OpenSSH's client, or open a tunnel by other means and use --url",
        cause: error,
      });
    }
  }
}

function trouble(host: string, said: string): Failure {
  const { why, next } = explainSsh(said, host);
  return new Failure(`no way to ${host} by ssh: ${why}`, { exitCode: exitCodes.noGateway, code: "SSH_FAILED", next });
}

/** True once the word came; false when the stream ended without it. What follows is read and left. */
function heard(stream: ReadableStream<Uint8Array>, word: string): Promise<boolean> {
  return new Promise((resolve) => {
    const read = async () => {
      for await (const line of byteLines(stream, lineBytesMax)) if (line.trim() === word) resolve(true);
    };
    void read().then(
      () => resolve(false),
      () => resolve(false),
    );
  });
}

/** All that it says until it ends, of which the end is kept. */
async function collected(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let said = "";
  for await (const piece of stream) said = (said + decoder.decode(piece, { stream: true })).slice(-stderrCharsMax);
  return said;
}
