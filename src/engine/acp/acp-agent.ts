import type {
  ClientConnection,
  ContentBlock,
  InitializeResponse,
  LoadSessionRequest,
  NewSessionRequest,
  RequestPermissionRequest,
  StopReason,
} from "@agentclientprotocol/sdk";
import type { ExternalAgentSettings } from "../../config/index.ts";
import {
  type Clock,
  hideSecrets,
  type Log,
  makePrivateFolder,
  oneLine,
  resolvePath,
  unlessAborted,
  isPlainObject,
} from "../../lib/index.ts";
import { type Child, childEnvironment, logStderr, startChild } from "../../programs/index.ts";
import { EngineError } from "../engine.ts";
import { type AcpSdk, loadAcp } from "./acp-sdk.ts";
import { acpStream } from "./acp-stream.ts";
import { sessionWord } from "./agent-words.ts";
import { refuseDangerousArgs } from "./dangerous-args.ts";
import { type Decision, permissionAnswer } from "./permission.ts";
import type { AgentWord } from "./turn-events.ts";

/** One external agent that runs: its process and its connection. */
export interface AcpAgentOptions {
  readonly name: string;
  readonly settings: ExternalAgentSettings;
  /** Ours; the agent gets a part of it. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Where it works. */
  readonly workspace: string;
  readonly version: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Who hears what is said in one session while a turn goes on there. */
export interface SessionListener {
  say(word: AgentWord): void;
  permit(request: RequestPermissionRequest): Promise<Decision>;
}

const closeGraceMs = 500;
const wordsCharsMax = 500;
/** JSON-RPC code of the protocol: somebody has to sign in with the agent itself. */
const authRequired = -32_000;

export class AcpAgent implements AsyncDisposable {
  /** Sessions that this process knows, by session key. */
  readonly sessions = new Map<string, string>();
  readonly workspace: string;
  readonly #options: AcpAgentOptions;
  readonly #sdk: AcpSdk;
  readonly #child: Child;
  readonly #connection: ClientConnection;
  readonly #listeners = new Map<string, SessionListener>();
  readonly #gone = Promise.withResolvers<string>();
  #goneReason: string | undefined;
  #hello: InitializeResponse | undefined;

  private constructor(options: AcpAgentOptions, sdk: AcpSdk) {
    const { settings, clock, log, name } = options;
    this.#options = options;
    this.#sdk = sdk;
    this.workspace = resolvePath(options.workspace, settings.cwd ?? ".");
    this.#child = this.#launch();
    void this.#child.ended.then((how) => this.#leave(`it ended ${how}`));
    void logStderr(this.#child.stderr, { clock, log, name, secrets: Object.values(settings.env) });
    const stream = acpStream({
      child: this.#child,
      onUpdate: (params) => this.#hear(params),
      onGarbage: () => log.debug("acp.garbage", { agent: name }),
      onFault: (reason) => this.#leave(reason),
    });
    // Neither files nor terminals are offered: the agent has tools of its own, or none.
    this.#connection = sdk
      .client({ name: "clawdia" })
      .onRequest("session/request_permission", async ({ params }) => {
        const decision = await this.#listeners.get(params.sessionId)?.permit(params);
        return permissionAnswer(params.options, decision ?? "cancelled");
      })
      .connect(stream);
  }

  /** Throws an `EngineError` when there is no such agent, it does not greet, or the signal is aborted. */
  static async start(options: AcpAgentOptions, signal: AbortSignal): Promise<AcpAgent> {
    refuseDangerousArgs(options.name, options.settings);
    const agent = new AcpAgent(options, await loadAcp());
    try {
      await unlessAborted(agent.#greet(), signal);
      return agent;
    } catch (error) {
      await agent[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Resolves with the reason once the process is of no use any more. */
  get gone(): Promise<string> {
    return this.#gone.promise;
  }

  get loadsSessions(): boolean {
    return this.#hello?.agentCapabilities?.loadSession === true;
  }

  get seesImages(): boolean {
    return this.#hello?.agentCapabilities?.promptCapabilities?.image === true;
  }

  async newSession(): Promise<string> {
    const params: NewSessionRequest = { cwd: this.workspace, mcpServers: [] };
    const made = await this.#answer(this.#connection.agent.request("session/new", params));
    return made.sessionId;
  }

  /** What the agent tells of the past meanwhile is heard by nobody. */
  async loadSession(sessionId: string): Promise<void> {
    const params: LoadSessionRequest = { sessionId, cwd: this.workspace, mcpServers: [] };
    await this.#answer(this.#connection.agent.request("session/load", params));
  }

  /** Tells that a session is not needed any more, where the agent wants to know. */
  forgetSession(sessionId: string): void {
    if (!this.#hello?.agentCapabilities?.sessionCapabilities?.close) return;
    void this.#connection.agent.request("session/close", { sessionId }).catch(() => undefined);
  }

  async prompt(sessionId: string, prompt: ContentBlock[]): Promise<StopReason> {
    const { stopReason } = await this.#answer(this.#connection.agent.request("session/prompt", { sessionId, prompt }));
    return stopReason;
  }

  cancel(sessionId: string): void {
    void this.#connection.agent.notify("session/cancel", { sessionId }).catch(() => undefined);
  }

  /** One listener a session: a session has one turn at a time. */
  listen(sessionId: string, listener: SessionListener): Disposable {
    this.#listeners.set(sessionId, listener);
    return { [Symbol.dispose]: () => void this.#listeners.delete(sessionId) };
  }

  /** Ends the process group now. */
  kill(): void {
    this.#child.kill();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#child.close(this.#options.clock, closeGraceMs);
  }

  #launch(): Child {
    const { name, settings, environment, workspace } = this.#options;
    try {
      if (settings.cwd === undefined) makePrivateFolder(workspace);
      return startChild({
        command: settings.command,
        args: settings.args,
        folder: this.workspace,
        environment: childEnvironment(environment, settings),
      });
    } catch (error) {
      throw new EngineError(`agent ${name} cannot be started: ${this.#words(error)}`, "no_model", { cause: error });
    }
  }

  async #greet(): Promise<void> {
    const { name, version } = this.#options;
    const hello = await this.#answer(
      this.#connection.agent.request("initialize", {
        protocolVersion: this.#sdk.protocolVersion,
        clientInfo: { name: "clawdia", version },
        clientCapabilities: { fs: { readTextFile: false, writeTextFile: false }, terminal: false },
      }),
    );
    if (hello.protocolVersion !== this.#sdk.protocolVersion) {
      const versions = `it speaks version ${hello.protocolVersion} of the protocol, not ${this.#sdk.protocolVersion}`;
      throw new EngineError(`agent ${name} cannot be used: ${versions}; update it`, "no_model");
    }
    this.#hello = hello;
  }

  #hear(params: unknown): void {
    const said = sessionWord(params);
    if (said?.word) this.#listeners.get(said.sessionId)?.say(said.word);
  }

  #leave(reason: string): void {
    this.#goneReason ??= reason;
    this.#gone.resolve(this.#goneReason);
  }

  /** Everything that goes wrong with the agent is an operating error, in words for people. */
  async #answer<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      throw this.#operatingError(error);
    }
  }

  #operatingError(error: unknown): EngineError {
    const { name, settings } = this.#options;
    if (this.#goneReason !== undefined) {
      const cure = "what it did until then is done; try again, and look at clawdia logs if it stays so";
      return new EngineError(`agent ${name} is gone: ${this.#goneReason}; ${cure}`, undefined, { cause: error });
    }
    if (isPlainObject(error) || error instanceof Error) {
      const { code } = error as { readonly code?: unknown };
      if (code === authRequired) {
        const cure = `sign in with the agent's own program (${settings.command}), then try again`;
        return new EngineError(`agent ${name} wants somebody to sign in: ${cure}`, "auth", { cause: error });
      }
    }
    return new EngineError(`agent ${name} failed: ${this.#words(error)}`, undefined, { cause: error });
  }

  /** What an agent says about itself, on one line and without the secrets that it was given. */
  #words(error: unknown): string {
    const words = error instanceof Error ? error.message : String(error);
    return oneLine(hideSecrets(words, Object.values(this.#options.settings.env)), wordsCharsMax);
  }
}
