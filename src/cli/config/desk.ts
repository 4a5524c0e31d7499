import {
  type Changed,
  ConfigHistory,
  ConfigKeeper,
  findPaths,
  LiveConfig,
  lookupIn,
  overrideConfig,
  processEnvironment,
  readConfigFile,
  shownConfig,
} from "../../config/index.ts";
import type { Methods } from "../../gateway/index.ts";
import { makeLog, type Paths, realClock } from "../../lib/index.ts";
import { GatewayError, type ResultOf } from "../../protocol/index.ts";
import { type Connected, withGateway } from "../connected.ts";
import { exitCodes } from "../exit-codes.ts";
import { Failure, refused } from "../failure.ts";
import type { GatewayFlags } from "../gateway-flags.ts";
import { callFailure } from "../refusals.ts";
import { holderOf } from "../target.ts";

/** Where a command reads and changes the config: at the gateway that runs, or in the file while none does. */
export interface ConfigDesk {
  /** What people read in place of the gateway's name. */
  readonly isRunning: boolean;
  read(): Promise<ShownConfig>;
  /** Marks of secrets mean those that are there. */
  replace(raw: string, wishes: Wishes): Promise<Outcome>;
  history(): Promise<ResultOf<Methods["config.history"]>["copies"]>;
  rollback(id: string | undefined, isTrial: boolean): Promise<Outcome>;
}

export interface Wishes {
  readonly baseHash: string | undefined;
  readonly isTrial?: boolean;
  readonly mayShrink?: boolean;
}

export type ShownConfig = Omit<ResultOf<Methods["config.get"]>, "legacyIssues">;
export type Outcome = Pick<ResultOf<Methods["config.set"]>, "path" | "changed" | "needsRestart"> & {
  readonly felt?: readonly string[];
};

export async function withDesk<T>(flags: GatewayFlags, use: (desk: ConfigDesk) => Promise<T>): Promise<T> {
  const paths = pathsFor(flags);
  if (flags.url === undefined && holderOf(paths) === undefined) return use(fileDesk(paths, flags));
  try {
    return await withGateway(flags, (gateway) => use(gatewayDesk(gateway)));
  } catch (error) {
    // What is written of a gateway may be of one that ended while its number went to another process.
    const isAway = error instanceof Failure && error.exitCode === exitCodes.noGateway && error.code === "NO_GATEWAY";
    if (flags.url !== undefined || !isAway) throw error;
    return use(fileDesk(paths, flags));
  }
}

export function pathsFor({ profile }: GatewayFlags): Paths {
  const environment = processEnvironment();
  return findPaths(environment, profile ?? (environment["CLAWDIA_PROFILE"] || undefined));
}

function gatewayDesk({ call, target }: Connected): ConfigDesk {
  // A refusal is in the words of the command line at once: an editor goes on with it.
  const inWords = async <R>(answer: Promise<R>): Promise<R> =>
    answer.catch((error: unknown) => {
      throw callFailure(error, target);
    });
  return {
    isRunning: true,
    read: () => inWords(call("config.get", {})),
    replace: (raw, { baseHash, ...wishes }) =>
      inWords(call("config.set", { raw, ...wishes, ...(baseHash !== undefined && { baseHash }) })),
    history: async () => (await inWords(call("config.history", {}))).copies,
    rollback: (id, isTrial) => inWords(call("config.rollback", { isTrial, ...(id !== undefined && { id }) })),
  };
}

/** The same without a gateway: nothing runs that could follow, so a change holds at the next start. */
function fileDesk(paths: Paths, { profile }: GatewayFlags): ConfigDesk {
  const environment = processEnvironment();
  const lookup = lookupIn(environment, paths);
  const read = () => readConfigFile(paths.configFile, lookup);
  const history = new ConfigHistory(paths.configHistoryDir, realClock);
  const log = makeLog({ clock: realClock, level: "error", sinks: [] });
  const keeper = new ConfigKeeper({
    path: paths.configFile,
    live: new LiveConfig(read().config),
    lookup,
    override: (file) => overrideConfig(file, environment, { profile }),
    tryOut: async (next) => {
      const { tryOut } = await import("../../app/try-out.ts");
      const configPlace = { path: paths.configFile };
      await tryOut({ databasePath: paths.database, stateDir: paths.stateDir, environment, configPlace }, next);
    },
    history,
    accept: () => Promise.resolve(),
    clock: realClock,
    log,
    told: () => undefined,
  });
  return {
    isRunning: false,
    read: () => Promise.resolve(shownFile(read())),
    replace: (raw, wishes) => settled(keeper.replace(raw, { by: "the command line", ...wishes })),
    history: () =>
      Promise.resolve(history.list().map((copy) => ({ ...copy, isUsable: history.read(copy.id) !== undefined }))),
    rollback: (id, isTrial) => settled(keeper.rollback(id, { by: "the command line", isTrial })),
  };
}

function shownFile(file: ReturnType<typeof readConfigFile>): ShownConfig {
  return { ...shownConfig(file), warnings: [] };
}

/** What waits for a start waits for nothing more than that. */
async function settled(work: Promise<Changed>): Promise<Outcome> {
  try {
    const { file, changed } = await work;
    return { path: file.path, changed: [...changed], needsRestart: [] };
  } catch (error) {
    throw error instanceof GatewayError ? refused(error.message, "clawdia config --help") : error;
  }
}
