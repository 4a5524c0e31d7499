import type { ToolOutput } from "../../engine/index.ts";
import type { McpServerSettings } from "../../config/index.ts";
import {
  backoffMs,
  deadline,
  hideSecrets,
  type Log,
  oneLine,
  type Random,
  slept,
  Throttle,
  unlessAborted,
} from "../../lib/index.ts";
import { callOutput } from "./call-output.ts";
import { Changes } from "./changes.ts";
import { type Connection, type ConnectionOptions, openConnection, wordsOf } from "./connection.ts";
import { isAllowed, type ListedTool } from "./listed-tool.ts";

/**
 * One server over the life of the gateway: connected at the first need, and again after it was lost, ever more slowly
 * while it does not stay. While it is away it offers nothing.
 */
export interface McpServerDeps extends Omit<ConnectionOptions, "name" | "settings" | "onListChanged"> {
  readonly random: Pick<Random, "unit">;
}

/** off: by its settings. idle: nobody needed it yet. waiting: it was lost, and is tried again after a while. */
export type McpServerState = "off" | "idle" | "connecting" | "ready" | "waiting";

export interface McpServerStatus {
  readonly name: string;
  readonly state: McpServerState;
  readonly toolCount: number;
  readonly error?: string;
}

export const serverLimits = {
  /** From the start of a program, or the first request, to the list of tools. Programs may fetch themselves first. */
  connectMs: 60_000,
  /** How long a turn waits for a server that connects for the first time. Later turns do not wait for one. */
  turnWaitMs: 10_000,
  /** How long a call waits for a server that was just lost. */
  callWaitMs: 10_000,
  backoff: { firstMs: 1_000, maxMs: 300_000, factor: 2 },
  /** A connection that held for so long was a good one: the next delay is the first one again. */
  steadyMs: 60_000,
  /** Between two looks at the list of a server that says again and again that it changed. */
  relistMs: 1_000,
  errorCharsMax: 500,
} as const;

export class McpServer implements AsyncDisposable {
  readonly name: string;
  readonly #settings: McpServerSettings;
  readonly #deps: McpServerDeps;
  readonly #log: Log;
  readonly #stop = new AbortController();
  #keeping: Promise<void> | undefined;
  #connection: Connection | undefined;
  #state: McpServerState;
  #tools: readonly ListedTool[] = [];
  #error: string | undefined;
  #failures = 0;
  /** Looks at the list anew, at most once in a while. */
  readonly #relist: Throttle;
  #isListing = false;
  #isListStale = false;
  readonly #changes = new Changes();

  constructor(name: string, settings: McpServerSettings, deps: McpServerDeps) {
    this.name = name;
    this.#settings = settings;
    this.#deps = deps;
    this.#log = deps.log;
    this.#state = settings.enabled ? "idle" : "off";
    this.#relist = new Throttle(deps.clock, serverLimits.relistMs, () => void this.#relistNow());
  }

  get status(): McpServerStatus {
    const error = this.#error;
    return {
      name: this.name,
      state: this.#state,
      toolCount: this.#tools.length,
      ...(error !== undefined && { error }),
    };
  }

  /** The tools that it offers now. Connects at the first need; never throws. */
  async listed(): Promise<readonly ListedTool[]> {
    this.#start();
    using limit = deadline(this.#deps.clock, serverLimits.turnWaitMs, this.#stop.signal);
    const isSettled = () => (this.#state !== "connecting" || this.#failures > 0) && !this.#isListing;
    await this.#changes.until(isSettled, limit.signal);
    return this.#tools;
  }

  /** What goes wrong is an output with `isError`. */
  async call(tool: string, input: unknown, signal: AbortSignal): Promise<ToolOutput> {
    const { clock } = this.#deps;
    using limit = deadline(clock, this.#settings.timeoutMs, signal);
    try {
      const connection = await this.#ready(limit.signal);
      return callOutput(await connection.call(tool, objectOf(input), limit.signal));
    } catch (error) {
      if (signal.aborted) return failed(`the call to MCP server ${this.name} was cancelled; it may have been done`);
      const seconds = this.#settings.timeoutMs / 1000;
      const why = limit.isOver
        ? `it did not answer within ${seconds} seconds; it may have been done`
        : this.#words(error);
      return failed(`MCP server ${this.name}: ${why}`);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort(new Error("the gateway stops"));
    this.#relist.close();
    await this.#keeping;
  }

  #start(): void {
    if (this.#state === "off" || this.#stop.signal.aborted) return;
    this.#keeping ??= this.#keep();
  }

  /** Connects, waits until the connection is lost, waits a while, and so on. */
  async #keep(): Promise<void> {
    const { clock, random } = this.#deps;
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const startedAtMs = clock.elapsedMs();
      const reason = await this.#connectOnce(signal).catch((error: unknown) => this.#words(error));
      if (signal.aborted) break;
      this.#failures = clock.elapsedMs() - startedAtMs >= serverLimits.steadyMs ? 1 : this.#failures + 1;
      const waitMs = backoffMs(this.#failures - 1, serverLimits.backoff, random);
      this.#lost(reason, waitMs);
      if (!(await slept(clock, waitMs, signal))) break;
    }
    this.#tools = [];
    this.#become("idle", this.#error);
  }

  /** Returns the reason once a connection that was good is lost; throws the reason why there was none. */
  async #connectOnce(signal: AbortSignal): Promise<string> {
    this.#become("connecting", this.#error);
    const connection = await this.#open(signal);
    try {
      this.#connection = connection;
      this.#log.info("mcp.connected", { server: this.name, toolCount: this.#tools.length });
      this.#become("ready", undefined);
      if (this.#isListStale) this.#relist.request();
      return await unlessAborted(connection.lost, signal);
    } finally {
      this.#connection = undefined;
      await connection[Symbol.asyncDispose]();
    }
  }

  /** Connected and with a list, within the limit. */
  async #open(signal: AbortSignal): Promise<Connection> {
    using limit = deadline(this.#deps.clock, serverLimits.connectMs, signal);
    const onListChanged = () => {
      this.#isListStale = true;
      if (this.#connection) this.#relist.request();
    };
    this.#isListStale = false;
    try {
      const identity = { name: this.name, settings: this.#settings, onListChanged };
      const connection = await openConnection({ ...this.#deps, ...identity }, limit.signal);
      try {
        this.#tools = await this.#readList(connection, limit.signal);
        return connection;
      } catch (error) {
        await connection[Symbol.asyncDispose]();
        throw error;
      }
    } catch (error) {
      if (!limit.isOver) throw error;
      throw new Error(`it was not ready within ${serverLimits.connectMs / 1000} seconds`, { cause: error });
    }
  }

  async #readList(connection: Connection, signal: AbortSignal): Promise<ListedTool[]> {
    const tools = await connection.list(signal);
    return tools.filter(({ tool }) => isAllowed(tool, this.#settings));
  }

  async #relistNow(): Promise<void> {
    const connection = this.#connection;
    // What is said while a list is read leads to one more look.
    if (this.#isListing || !connection) return;
    this.#isListing = true;
    this.#isListStale = false;
    using limit = deadline(this.#deps.clock, serverLimits.connectMs, this.#stop.signal);
    try {
      const tools = await this.#readList(connection, limit.signal);
      if (this.#connection === connection) this.#tools = tools;
      this.#log.debug("mcp.listed", { server: this.name, toolCount: this.#tools.length });
    } catch (error) {
      this.#log.warn("mcp.list_failed", { server: this.name, reason: this.#words(error) });
    }
    this.#isListing = false;
    this.#changes.tell();
    if (this.#isListStale) this.#relist.request();
  }

  /** The connection, once there is one. A server that was just lost is waited for a while. */
  async #ready(signal: AbortSignal): Promise<Connection> {
    this.#start();
    using limit = deadline(this.#deps.clock, serverLimits.callWaitMs, signal);
    const isSettled = () => this.#connection !== undefined || this.#state === "off" || this.#stop.signal.aborted;
    await this.#changes.until(isSettled, limit.signal);
    if (this.#connection) return this.#connection;
    throw new Error(this.#error === undefined ? "it is not there yet" : `it is away: ${this.#error}`);
  }

  #become(state: McpServerState, error: string | undefined): void {
    this.#state = state;
    this.#error = error;
    this.#changes.tell();
  }

  #lost(reason: string, retryMs: number): void {
    this.#tools = [];
    const failures = this.#failures;
    // The first time and then ever more rarely: at 2, 4, 8 …
    if ((failures & (failures - 1)) === 0) this.#log.warn("mcp.lost", { server: this.name, reason, failures, retryMs });
    this.#become("waiting", reason);
  }

  /** What a server says about itself, on one line and without the secrets that it was given. */
  #words(error: unknown): string {
    const { env, headers } = this.#settings;
    const words = hideSecrets(wordsOf(error), [...Object.values(env), ...Object.values(headers)]);
    return oneLine(words.replace(/\bMCP error -?\d+: /, ""), serverLimits.errorCharsMax);
  }
}

function failed(text: string): ToolOutput {
  return { text, isError: true };
}

function objectOf(input: unknown): Record<string, unknown> {
  return typeof input === "object" && input !== null && !Array.isArray(input) ? { ...input } : {};
}
