import { type ConnectError, type LinkState, type ReconnectOptions, stayConnected } from "../client/index.ts";
import type { Config } from "../config/index.ts";
import type { execEvents, PendingExecApproval } from "../exec/index.ts";
import { errorFields, type Ids, type Random, unreachable } from "../lib/index.ts";
import { type EventFrame, type PayloadOf, type Publish, wireLimits } from "../protocol/index.ts";
import { Abilities, capsOf, type Offer } from "./abilities.ts";
import { type Asker, Invocations } from "./invocations.ts";
import type { Machine } from "./machine.ts";
import type { NodeLink, NodeStatus } from "./node-words.ts";
import { notifyCommand } from "./notify.ts";
import { Shell } from "./shell.ts";

/** The node: keeps its connection to one gateway, says what this machine can do now, and does what is asked. */

export interface HeadlessNodeParts {
  readonly machine: Machine;
  readonly settings: Config["node"];
  readonly version: string;
  readonly homeDir: string | undefined;
  readonly ids: Ids;
  readonly random: Pick<Random, "unit">;
  /** To which gateway, and as whom. */
  readonly link: Pick<ReconnectOptions, "url" | "identity" | "openSocket" | "credentials" | "tokens"> &
    Required<Pick<ReconnectOptions, "signer">>;
  /** Words for the person at the machine. */
  readonly say: (words: string) => void;
  readonly pid: number;
  /**
   * Where the gateway's certificate is pinned: its public key as browsers pin it, once it was seen. The page may then
   * show the gateway's canvas, whose certificate no browser takes otherwise; of other servers it takes nothing more.
   */
  readonly gatewayKey?: () => Promise<string>;
  readonly cameraArgs?: readonly string[];
}

/** Askings that came before the connection was ready for them. */
const earlyMax = 32;

export class HeadlessNode implements AsyncDisposable {
  readonly #parts: HeadlessNodeParts;
  readonly #shell: Shell;
  readonly #abilities: Abilities;
  readonly #invocations: Invocations;
  readonly #under = new Set<Promise<void>>();
  #offer: Offer = { commands: [], absences: [] };
  #link: NodeLink = { kind: "connecting" };
  #asker: Asker | undefined;
  #early: unknown[] = [];
  #canvasHostUrl: string | undefined;

  constructor(parts: HeadlessNodeParts) {
    const { machine, settings, homeDir, ids, link } = parts;
    this.#parts = parts;
    const publish: Publish<typeof execEvents> = (name, payload) => this.#hearApprovals(name, payload);
    this.#shell = new Shell({ machine, settings: settings.exec, homeDir, ids, publish });
    this.#abilities = new Abilities({
      machine,
      settings,
      shell: this.#shell,
      canvasHostUrl: () => this.#canvasHostUrl,
      gatewayKey: () => this.#gatewayKey(),
      ...(parts.cameraArgs && { cameraArgs: parts.cameraArgs }),
    });
    this.#invocations = new Invocations({
      nodeId: link.signer.deviceId,
      commands: () => this.#offer.commands,
      clock: machine.clock,
      log: machine.log,
    });
  }

  get status(): NodeStatus {
    const { link, version, pid } = this.#parts;
    return {
      pid,
      version,
      nodeId: link.signer.deviceId,
      displayName: link.identity.displayName ?? "",
      url: link.url,
      link: this.#link,
      commands: this.#offer.commands.map(({ name }) => name),
      caps: capsOf(this.#offer.commands),
      absences: this.#offer.absences,
      isCanvasRunning: this.#abilities.isCanvasRunning,
      running: this.#invocations.runningCount,
      pending: this.pending.length,
    };
  }

  /** Commands that wait for a person here, oldest first. */
  get pending(): readonly PendingExecApproval[] {
    return this.#shell.approvals.pending;
  }

  /** Throws INVALID_REQUEST for what does not wait, and for a word that is no decision. */
  resolve(id: string, decision: string): void {
    this.#shell.approvals.resolve(id, decision, { name: "the person at this node" });
  }

  /** Runs until the signal is aborted; resolves with the refusal when only a person can go on. */
  async run(signal: AbortSignal): Promise<ConnectError | undefined> {
    let refusal: ConnectError | undefined;
    const { machine, link, random } = this.#parts;
    const look = () => (this.#offer = this.#abilities.look());
    await stayConnected(
      {
        ...link,
        clock: machine.clock,
        random,
        role: "node",
        // Both are read before each attempt, in this order.
        get caps() {
          return capsOf(look().commands);
        },
        get commands() {
          return look().commands.map(({ name }) => name);
        },
        onEvent: (frame) => this.#hear(frame),
        onState: (state) => {
          if (state.kind === "refused") refusal = state.error;
          this.#follow(state);
        },
      },
      signal,
    );
    return refusal;
  }

  /** Ends what runs. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#shell[Symbol.asyncDispose]();
    await this.#abilities[Symbol.asyncDispose]();
    await Promise.all(this.#under);
  }

  async #gatewayKey(): Promise<string | undefined> {
    try {
      return await this.#parts.gatewayKey?.();
    } catch (error) {
      this.#parts.machine.log.warn("gateway-key.unknown", errorFields(error));
      return undefined;
    }
  }

  #hear({ event, payload }: EventFrame): void {
    if (event !== "node.invoke.request") return;
    if (this.#asker) return this.#take(payload, this.#asker);
    if (this.#early.length < earlyMax) this.#early.push(payload);
  }

  #take(payload: unknown, asker: Asker): void {
    const work = this.#invocations.hear(payload, asker).finally(() => this.#under.delete(work));
    this.#under.add(work);
  }

  #follow(state: LinkState): void {
    const { log, clock } = this.#parts.machine;
    const before = this.#link;
    this.#link = linkOf(state, before, clock.nowMs());
    if (state.kind === "open") this.#open(state);
    if (state.kind === "connecting" || isSame(before, this.#link)) return;
    const words = this.#words(this.#link);
    log.info("node.link", { kind: this.#link.kind, url: this.#parts.link.url });
    if (words !== undefined) this.#parts.say(words);
  }

  #open({ client }: Extract<LinkState, { kind: "open" }>): void {
    const gone = new AbortController();
    const asker: Asker = {
      gone: gone.signal,
      frameBytesMax: Math.min(client.hello.policy.maxPayload, wireLimits.frameBytesMax),
      answer: (result) => client.callByName("node.invoke.result", result),
    };
    this.#canvasHostUrl = canvasUrlOf(client.hello);
    this.#asker = asker;
    void client.closed.then(() => {
      gone.abort(new Error("the connection to the gateway is gone"));
      if (this.#asker === asker) this.#asker = undefined;
    });
    for (const payload of this.#early.splice(0)) this.#take(payload, asker);
  }

  #words(link: NodeLink): string | undefined {
    const { url } = this.#parts.link;
    switch (link.kind) {
      case "open": {
        const caps = capsOf(this.#offer.commands).join(", ");
        return `Connected to ${url}. This machine offers: ${caps}.\nMore: clawdia node status`;
      }
      case "approval":
        return `This node waits for its approval. On the gateway's machine: clawdia devices approve ${link.requestId}`;
      case "waiting":
        return `No connection to ${url}: ${link.reason}. It is tried again.`;
      default:
        return undefined;
    }
  }

  #hearApprovals(name: keyof typeof execEvents, payload: object): void {
    if (name !== "exec.approval.requested") return;
    const { id, request } = payload as PayloadOf<(typeof execEvents)["exec.approval.requested"]>;
    const next = `clawdia node allow ${id.slice(0, 12)}`;
    this.#parts.say(`The gateway wants to run:\n  ${request.command}\nAllow it: ${next}   Deny it: clawdia node deny`);
    const notify = notifyCommand(this.#parts.machine, this.#parts.settings.notify);
    if (!("run" in notify)) return;
    const words = { title: "A command waits for you", body: `${request.command.slice(0, 512)}\n${next}` };
    const job = { signal: AbortSignal.any([]), answerCharsMax: 0 };
    void notify.run(words, job).catch(() => this.#parts.machine.log.debug("notification.unseen"));
  }
}

function linkOf(state: LinkState, before: NodeLink, nowMs: number): NodeLink {
  switch (state.kind) {
    case "open":
      return { kind: "open", sinceMs: nowMs };
    case "approval":
      return { kind: "approval", requestId: state.requestId };
    case "waiting":
      return { kind: "waiting", reason: state.reason };
    case "refused":
      return { kind: "refused", reason: state.error.message };
    case "connecting":
      // An attempt does not change what a person is to do.
      return before.kind === "open" ? { kind: "connecting" } : before;
    default:
      return unreachable(state);
  }
}

function isSame(left: NodeLink, right: NodeLink): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

/** Where the canvas is reached; newer gateways have another name for it too. */
function canvasUrlOf(hello: { readonly canvasHostUrl?: string | undefined }): string | undefined {
  const surfaces = "pluginSurfaceUrls" in hello ? hello.pluginSurfaceUrls : undefined;
  const named = typeof surfaces === "object" && surfaces !== null && "canvas" in surfaces ? surfaces.canvas : undefined;
  const url = hello.canvasHostUrl ?? named;
  return typeof url === "string" && URL.canParse(url) ? url.replace(/\/+$/, "") : undefined;
}
