import type { HeartbeatSettings } from "../config/index.ts";
import {
  type Clock,
  errorFields,
  type Ids,
  type Log,
  machineZone,
  parseSpan,
  sha256Text,
  slept,
} from "../lib/index.ts";
import { GatewayError, type Publish } from "../protocol/index.ts";
import type { Accounts } from "../providers/index.ts";
import { replyTarget, type Run, type RunDelivery, type RunId, type Runs } from "../runs/index.ts";
import type { SessionKey, Sessions } from "../sessions/index.ts";
import type { Database } from "../storage/index.ts";
import { eventOf } from "./event-of.ts";
import type { HeartbeatEvent, heartbeatEvents } from "./heartbeat.events.ts";
import { HeartbeatStore } from "./heartbeat.store.ts";
import { isActiveNow, judgeAnswer, type Judgement, type ReadAnswer, repeatMs } from "./judge.ts";

/** Calls that come together are one heartbeat. */
export const gatherMs = 250;
/** While the session is busy. */
const busyMs = 1_000;

export const defaultPrompt =
  "This is a heartbeat: nobody wrote. Read HEARTBEAT.md of your workspace if it is there, and the system lines " +
  "above, and do what they ask for now. Do not repeat old tasks. Answer with what the owner should know; " +
  "if nothing needs attention, answer HEARTBEAT_OK and nothing else.";

export interface HeartbeatParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly sessions: Sessions;
  readonly runs: Pick<Runs, "add" | "enter" | "isBusy">;
  readonly accounts: () => Accounts;
  readonly settings: HeartbeatSettings;
  readonly defaultAgentId: () => string;
  readonly runTimeoutMs: () => number;
  readonly publish: Publish<typeof heartbeatEvents>;
  /** Whether HEARTBEAT.md of the agent asks for anything. */
  readonly hasTasks: (agentId: string) => Promise<boolean>;
  /** Why the agent cannot think at all; undefined when it can. */
  readonly obstacleTo: (agentId: string, model: string | undefined) => string | undefined;
  readonly readAnswer: (text: string) => ReadAnswer;
  /** Something is to be seen in `health`. */
  readonly changed: () => void;
}

/** Why there was a heartbeat: its time came, or something called. */
type Cause = "time" | "call";

export class Heartbeat implements AsyncDisposable {
  readonly #parts: HeartbeatParts;
  readonly #store: HeartbeatStore;
  readonly #stop = new AbortController();
  /** Ends the waits for the next heartbeats, and none that goes on. */
  #waits = new AbortController();
  readonly #called = new Set<string>();
  readonly #work = new Set<Promise<void>>();
  /** Heartbeats that go on, with when their session was used last before. */
  readonly #beating = new Map<string, { readonly usedAtMs: number | undefined }>();
  /** Ends that are stored and not told yet, by run. */
  readonly #ended = new Map<string, HeartbeatEvent>();
  #isOn = true;
  #last: HeartbeatEvent | undefined;

  constructor(parts: HeartbeatParts) {
    this.#parts = parts;
    this.#store = new HeartbeatStore(parts.database);
  }

  get everyMs(): number {
    return parseSpan(this.#parts.settings.every) ?? 0;
  }

  get last(): HeartbeatEvent | undefined {
    return this.#last ?? this.#store.newest()?.event;
  }

  /** Whether the agent has heartbeats of its own accord now. */
  isEnabledFor(agentId: string): boolean {
    const { obstacleTo, settings } = this.#parts;
    if (!this.#isOn || this.everyMs === 0 || !this.#agents().includes(agentId)) return false;
    return obstacleTo(agentId, settings.model) === undefined;
  }

  /** As `health` shows it. */
  settingsOf(agentId: string) {
    const { settings } = this.#parts;
    const enabled = this.isEnabledFor(agentId);
    const { every, prompt = defaultPrompt, target, model, ackMaxChars } = settings;
    const shown = { enabled, every, everyMs: enabled ? this.everyMs : null, prompt, target, ackMaxChars };
    return model === undefined ? shown : { ...shown, model };
  }

  /** Until the next start of the gateway. */
  setEnabled(isOn: boolean): void {
    this.#isOn = isOn;
    this.#parts.changed();
  }

  start(): void {
    if (this.everyMs === 0) return;
    const { signal } = this.#waits;
    for (const agentId of this.#agents()) this.#keep(this.#live(agentId, signal));
  }

  /** Who has heartbeats, or how often, is another now. */
  follow(): void {
    this.#waits.abort();
    if (this.#stop.signal.aborted) return;
    this.#waits = new AbortController();
    this.start();
    this.#parts.changed();
  }

  /** The agent's main session has something to read now. Calls that come together are one. */
  wake(agentId: string): void {
    if (this.#called.has(agentId) || this.#stop.signal.aborted) return;
    this.#called.add(agentId);
    this.#keep(this.#answerCall(agentId));
  }

  /**
   * A run ended; `said` is all that it said. Call it inside the transaction that ends the run. What the chat reads, or
   * undefined for nothing; `text` unchanged for what is no heartbeat.
   */
  ended(run: Run, text: string): string | undefined {
    if (run.source !== "heartbeat") return text;
    const { sessions, clock } = this.#parts;
    const nowMs = clock.nowMs();
    const answer = this.#parts.readAnswer(text);
    const judged = this.#judge(run, answer, nowMs);
    const isQuiet = judged.status === "ok-empty" || judged.status === "ok-token" || judged.reason === "duplicate";
    if (isQuiet) {
      // What says nothing does not lengthen the conversation, nor keep it fresh.
      const entries = sessions.transcript.ofRun(run.sessionId, run.id);
      sessions.transcript.archive(entries.map(({ id }) => id));
      const usedAtMs = this.#beating.get(run.id)?.usedAtMs;
      if (usedAtMs !== undefined) sessions.untouch(run.sessionKey, run.acceptedAtMs, usedAtMs);
    }
    const event = eventOf(run, { answer, judged, nowMs, settings: this.#parts.settings });
    const before = this.#store.find(run.agentId);
    const told = judged.status === "sent" ? { toldHash: sha256Text(answer.text), toldMs: nowMs } : undefined;
    const kept = { toldHash: before?.toldHash, toldMs: before?.toldMs };
    this.#store.put({ agentId: run.agentId, lastMs: nowMs, event, ...kept, ...told });
    this.#ended.set(run.id, event);
    return judged.told === undefined ? undefined : judged.status === "sent" ? text : judged.told;
  }

  /** Whether WebChat hears of a heartbeat that ended. */
  isSeen(run: Run): boolean {
    return this.#ended.get(run.id)?.status === "sent" || run.state === "error";
  }

  /** The run's end is on disk, and is told. */
  tellEnd(run: Run): void {
    const event = this.#ended.get(run.id);
    this.#ended.delete(run.id);
    this.#beating.delete(run.id);
    if (event) this.#tell(event);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    this.#waits.abort();
    await Promise.all(this.#work);
  }

  #agents(): readonly string[] {
    const { settings, defaultAgentId } = this.#parts;
    return settings.agents.length === 0 ? [defaultAgentId()] : settings.agents;
  }

  #keep(work: Promise<void>): void {
    const kept = work
      .catch((error: unknown) => this.#parts.log.error("heartbeat.failed", errorFields(error)))
      .finally(() => this.#work.delete(kept));
    this.#work.add(kept);
  }

  /** One heartbeat after the other. A restart does not begin the wait anew. */
  async #live(agentId: string, signal: AbortSignal): Promise<void> {
    const { clock } = this.#parts;
    const sinceMs = clock.nowMs() - (this.#store.find(agentId)?.lastMs ?? clock.nowMs());
    let waitMs = Math.min(Math.max(gatherMs, this.everyMs - Math.max(0, sinceMs)), this.everyMs);
    while (await slept(clock, waitMs, signal)) {
      waitMs = this.everyMs;
      if (this.#isOn) await this.#beat(agentId, "time");
    }
  }

  async #answerCall(agentId: string): Promise<void> {
    const isDue = await slept(this.#parts.clock, gatherMs, this.#stop.signal);
    this.#called.delete(agentId);
    if (isDue) await this.#beat(agentId, "call");
  }

  async #beat(agentId: string, cause: Cause): Promise<void> {
    const { database, runs, clock, log } = this.#parts;
    const key = this.#mainKeyOf(agentId);
    const why = await this.#whyNot(agentId, cause);
    if (why !== undefined) return this.#skip(why);
    while (runs.isBusy(key)) if (!(await slept(clock, busyMs, this.#stop.signal))) return;
    try {
      const run = await database.commit(() => this.#add(agentId, key));
      log.info("heartbeat.started", { runId: run.id, cause });
      runs.enter(run);
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      this.#skip(error.message);
    }
  }

  async #whyNot(agentId: string, cause: Cause): Promise<string | undefined> {
    const { obstacleTo, settings, sessions, clock, hasTasks } = this.#parts;
    const obstacle = obstacleTo(agentId, settings.model);
    if (obstacle !== undefined) return obstacle;
    if (cause === "call") return undefined;
    const { showOk, showAlerts, useIndicator } = settings.visibility;
    if (!showOk && !showAlerts && !useIndicator) return "alerts-disabled";
    if (!isActiveNow(settings.activeHours, clock.nowMs(), machineZone())) return "quiet-hours";
    const isCalledFor = sessions.systemEvents.list(this.#mainKeyOf(agentId)).length > 0 || (await hasTasks(agentId));
    return isCalledFor ? undefined : "empty-heartbeat-file";
  }

  #add(agentId: string, sessionKey: SessionKey): Run {
    const { runs, ids, sessions, settings, runTimeoutMs } = this.#parts;
    const usedAtMs = sessions.find(sessionKey)?.updatedAtMs;
    const run = runs.add({
      id: ids.uuid() as RunId,
      principal: "heartbeat",
      source: "heartbeat",
      sessionKey,
      input: {
        text: settings.prompt ?? defaultPrompt,
        imageCount: 0,
        thinkingLevel: undefined,
        extraSystemPrompt: undefined,
        ...(settings.model !== undefined && { model: settings.model }),
      },
      images: [],
      timeoutMs: runTimeoutMs(),
      delivery: this.#target(sessionKey),
    });
    this.#beating.set(run.id, { usedAtMs });
    return run;
  }

  #target(sessionKey: SessionKey): RunDelivery | undefined {
    const { sessions, accounts, settings } = this.#parts;
    const { target, to, accountId } = settings;
    const wish = { deliver: target !== "none", channel: target, to, accountId };
    return replyTarget(wish, sessions.find(sessionKey)?.delivery, accounts());
  }

  #mainKeyOf(agentId: string): SessionKey {
    const { sessions } = this.#parts;
    return sessions.canonical(`agent:${agentId}:${sessions.names.mainKey}`);
  }

  #judge(run: Run, answer: ReadAnswer, nowMs: number): Judgement {
    const { settings } = this.#parts;
    if (run.state !== "ok") {
      return { status: "failed", reason: run.error ?? run.state, indicatorType: "error", told: undefined };
    }
    const before = this.#store.find(run.agentId);
    const isRecent = before?.toldMs !== undefined && Math.abs(nowMs - before.toldMs) < repeatMs;
    return judgeAnswer(answer, {
      ackMaxChars: settings.ackMaxChars,
      visibility: settings.visibility,
      hasTarget: run.delivery !== undefined,
      isRepeat: isRecent && before.toldHash === sha256Text(answer.text),
    });
  }

  #skip(reason: string): void {
    this.#tell({ ts: this.#parts.clock.nowMs(), status: "skipped", reason: reason.slice(0, 256) });
  }

  #tell(event: HeartbeatEvent): void {
    this.#last = event;
    this.#parts.log.debug("heartbeat.ended", { status: event.status, reason: event.reason });
    this.#parts.publish("heartbeat", event);
  }
}
