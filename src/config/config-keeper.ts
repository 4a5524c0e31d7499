import { type Clock, errorFields, identityOf, type Log, removeIfPresent, replacePrivateFile } from "../lib/index.ts";
import { invalidRequest, unavailable } from "../protocol/index.ts";
import {
  asRefusal,
  ChangeAllowance,
  ConfigRefused,
  refuseBlank,
  refuseShrinking,
  refuseStale,
  staleHash,
} from "./change-rules.ts";
import type { Config } from "./config.schema.ts";
import type { ConfigHistory } from "./history.ts";
import { changedPaths, holdBack, type LiveConfig } from "./live-config.ts";
import { ConfigError, configFile, type ConfigFile, readConfigFile } from "./load.ts";
import { mergePatch } from "./merge-patch.ts";
import type { ParsedConfig } from "./parse.ts";
import { redacted } from "./redact.ts";
import type { Lookup } from "./references.ts";
import { restoreSecrets, withoutMarks } from "./secret-marks.ts";

/**
 * The one way by which the config changes: read, validate, dry start, write, swap, or all as it was. A file that a
 * person edited goes the same way without the writing; one that cannot be used is told, and what holds stays.
 */
export interface ConfigKeeperParts {
  readonly path: string;
  readonly live: LiveConfig;
  readonly lookup?: Lookup | undefined;
  /** Flags and environment over the file. Throws a ConfigError for what cannot be used. */
  readonly override: (file: ParsedConfig) => Config;
  /** Builds what is to change, without effect. Throws a ConfigError for what would not start. */
  readonly tryOut: (next: Config, running: Config) => Promise<void>;
  readonly history: ConfigHistory;
  /** Rejects while the disk takes nothing. */
  readonly accept: () => Promise<void>;
  readonly clock: Pick<Clock, "elapsedMs">;
  readonly log: Log;
  /** The trouble or the settings that wait for a restart changed. */
  readonly told: () => void;
  /** Why the file is not what the gateway started with. */
  readonly trouble?: ConfigTrouble | undefined;
}

/** Why the file is not in force, in words, and the next command. */
export interface ConfigTrouble {
  readonly reason: string;
  readonly cure: string;
  /** The gateway runs on defaults, with its networks off. */
  readonly isBare?: boolean;
}

export interface ChangeRequest {
  /** Who asks, for the log. */
  readonly by: string;
  readonly baseHash?: string | undefined;
  /** Says what would come of it, and does nothing. */
  readonly isTrial?: boolean | undefined;
  /** A text of less than half the size is meant. */
  readonly mayShrink?: boolean | undefined;
  /** How long clients that have to come back keep what they have. */
  readonly restartDelayMs?: number | undefined;
}

export interface Changed {
  readonly file: ConfigFile;
  /** Dot paths. */
  readonly changed: readonly string[];
  readonly needsRestart: readonly string[];
  /** What clients feel of it: those that have to come back. */
  readonly felt: readonly string[];
}

export class ConfigKeeper {
  readonly #parts: ConfigKeeperParts;
  #trouble: ConfigTrouble | undefined;
  #needsRestart: readonly string[] = [];
  /** What the file came to last, with the settings that wait for a restart. */
  #wanted: Config;
  /** Hash of the text that was looked at last. */
  #seen: string;
  readonly #allowance: ChangeAllowance;
  #work: Promise<unknown> = Promise.resolve();

  constructor(parts: ConfigKeeperParts) {
    this.#parts = parts;
    this.#allowance = new ChangeAllowance(parts.clock);
    this.#trouble = parts.trouble;
    this.#wanted = parts.live.current;
    this.#seen = this.read().hash;
  }

  get trouble(): ConfigTrouble | undefined {
    return this.#trouble;
  }

  /** Settings of the file that hold from the next start on, by their dot paths. */
  get needsRestart(): readonly string[] {
    return this.#needsRestart;
  }

  get history(): ConfigHistory {
    return this.#parts.history;
  }

  /** The file as it is now. One that cannot be read has that as its issue. */
  read(): ConfigFile {
    const { path, lookup } = this.#parts;
    try {
      return readConfigFile(path, lookup);
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      return { ...configFile(path, undefined), issues: [{ path: "", message: error.message }] };
    }
  }

  /** The file as it is has proved good. Not in trouble: then it is not what is in use. */
  keepCopy(): void {
    const file = this.read();
    if (!this.#trouble && file.hash === this.#seen && file.issues.length === 0) this.#keepCopy(file);
  }

  /** Counts one more change; throws RATE_LIMITED when there were too many. Trials count, too. */
  permit(): void {
    this.#allowance.take();
  }

  /** The whole text anew. Marks of secrets mean those that are there. */
  replace(text: string, request: ChangeRequest): Promise<Changed> {
    return this.#alone(() => this.#change(request, (file) => restored(text, file)));
  }

  /** A JSON merge patch on the file's text. */
  patch(patch: Readonly<Record<string, unknown>>, request: ChangeRequest): Promise<Changed> {
    return this.#alone(() =>
      this.#change({ ...request, mayShrink: true }, (file) => {
        if (file.issues.length > 0) {
          throw invalidRequest("invalid config; fix before patching", { details: { issues: file.issues } });
        }
        return mergePatch(file.source ?? "", withoutMarks(patch));
      }),
    );
  }

  /** Goes back to a copy of the history; without a name to the good one before the one that is in use. */
  async rollback(id: string | undefined, request: ChangeRequest): Promise<Changed> {
    const { history } = this.#parts;
    const now = this.read().source;
    const texts = id === undefined ? history.good().map((copy) => history.read(copy.id)) : [history.read(id)];
    const text = texts.find((copy) => copy !== undefined && (id !== undefined || copy !== now));
    if (text === undefined) {
      const what = id === undefined ? "there is no earlier config to go back to" : `there is no copy ${id}`;
      throw invalidRequest(`${what}: clawdia config history lists them`);
    }
    return this.replace(text, { ...request, mayShrink: true, baseHash: request.baseHash ?? this.read().hash });
  }

  /** The file may have been edited: follows it, or says why not. Never rejects. */
  look(): Promise<void> {
    return this.#alone(async () => {
      try {
        const file = this.read();
        if (file.hash === this.#seen && file.issues.length === 0 && !this.#trouble) return;
        this.#seen = file.hash;
        if (file.issues.length > 0) throw new ConfigRefused(file.issues);
        if (file.source === undefined) throw new ConfigError(`config ${file.path} is gone`);
        // What a crash leaves of a file; who wants the defaults writes {}.
        if (file.source.trim() === "") throw new ConfigError(`config ${file.path} is empty`);
        await this.#putInForce(file, await this.#judged(file), { by: "the file" });
      } catch (error) {
        this.#refuse(wordsOf(error));
      }
    });
  }

  #refuse(reason: string): void {
    if (reason === this.#trouble?.reason) return;
    this.#trouble = { reason, cure: "clawdia config validate", isBare: this.#trouble?.isBare ?? false };
    this.#parts.log.warn("config.refused", { reason });
    this.#parts.told();
  }

  async #change(request: ChangeRequest, textFor: (file: ConfigFile) => string): Promise<Changed> {
    const { path, lookup, live, accept, history } = this.#parts;
    const before = this.read();
    refuseStale(before, request.baseHash);
    const text = textFor(before);
    refuseBlank(text);
    if (!request.mayShrink) refuseShrinking(before.source ?? "", text);
    const file = configFile(path, text, lookup);
    const next = await this.#judged(file).catch(asRefusal);
    if (request.isTrial) {
      return {
        file,
        changed: changedPaths(this.#wanted, next),
        needsRestart: holdBack(live.current, next).needsRestart,
        felt: [],
      };
    }
    await accept();
    // A person may have saved the file while this was tried out.
    if (this.read().hash !== before.hash) throw invalidRequest(staleHash);
    if (before.source !== undefined && before.issues.length > 0) history.setAside(before.source);
    if (text !== before.source) writeText(path, text);
    this.#seen = file.hash;
    try {
      return { file, ...(await this.#putInForce(file, next, request)) };
    } catch (error) {
      writeText(path, before.source);
      this.#seen = before.hash;
      throw unavailable(`the config stays as it was: ${wordsOf(error)}`, { retryable: false, cause: error });
    }
  }

  /** The config that the text comes to, tried out. Throws a ConfigRefused. */
  async #judged(file: ConfigFile): Promise<Config> {
    const { override, tryOut, live } = this.#parts;
    if (file.issues.length > 0) throw new ConfigRefused(file.issues);
    try {
      const next = override(file);
      await tryOut(next, live.current);
      return next;
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      throw new ConfigRefused([{ path: "", message: error.message }]);
    }
  }

  /** Swaps. Rejects with SwapFailed when some part refused; everything is as before then. */
  async #putInForce(file: ConfigFile, next: Config, request: ChangeRequest): Promise<Omit<Changed, "file">> {
    const { live, log, told } = this.#parts;
    const { config, needsRestart } = holdBack(live.current, next);
    const changed = changedPaths(this.#wanted, next);
    const felt = await live.swap(config, request.restartDelayMs);
    const { by } = request;
    this.#wanted = next;
    this.#trouble = undefined;
    this.#needsRestart = needsRestart;
    log.info("config.changed", { by, hash: file.hash, changed: changed.join(" "), restart: needsRestart.join(" ") });
    this.#keepCopy(file);
    told();
    return { changed, needsRestart, felt };
  }

  #keepCopy({ source }: ConfigFile): void {
    const { history, log } = this.#parts;
    try {
      if (source !== undefined) history.keep(source);
    } catch (error) {
      // It is in force all the same; what lacks is a copy.
      log.warn("config.not-copied", errorFields(error));
    }
  }

  /** One change after the other. */
  #alone<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#work.then(work);
    this.#work = done.catch(() => undefined);
    return done;
  }
}

/** A text that is no JSON5 is left to the check, which says where. */
function restored(text: string, file: ConfigFile): string {
  try {
    return restoreSecrets(text, file);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    if (text.includes(redacted)) throw invalidRequest(`invalid config: ${error.message}`);
    return text;
  }
}

/** A link to the file stays one. */
function writeText(path: string, text: string | undefined): void {
  try {
    if (text === undefined) removeIfPresent(path);
    else replacePrivateFile(identityOf(path)?.realPath ?? path, text);
  } catch (error) {
    throw unavailable(`config ${path} cannot be written: ${wordsOf(error)}`, { cause: error });
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
