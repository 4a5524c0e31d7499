import {
  atPath,
  type Config,
  ConfigError,
  configFile,
  ConfigHistory,
  type ConfigTrouble,
  type Environment,
  findPaths,
  type Flags,
  lookupIn,
  overrideConfig,
  readConfigFile,
  type ConfigFile,
} from "../config/index.ts";
import { isoTime, type Paths, realClock } from "../lib/index.ts";
import type { ConfigPlace } from "./house-options.ts";
import { refuseUnsafeFront } from "./tailnet.ts";
import { tryOut } from "./try-out.ts";

/**
 * Which config a start takes: the file; if that cannot be used, the last one that could; if there is none, the
 * defaults, for the owner on this machine alone. A start does not fail for the file's sake, so that nothing loops and
 * the owner can look.
 */
export interface ChosenConfig {
  readonly paths: Paths;
  readonly config: Config;
  readonly place: ConfigPlace;
}

/** Throws a ConfigError when flags or environment are what cannot be used: no config would help. */
export async function chooseConfig(environment: Environment, flags: Flags): Promise<ChosenConfig> {
  const paths = findPaths(environment, flags.profile ?? (environment["CLAWDIA_PROFILE"] || undefined));
  const lookup = lookupIn(environment, paths);
  const place = {
    path: paths.configFile,
    historyDir: paths.configHistoryDir,
    lookup,
    override: (file: Pick<ConfigFile, "config" | "written" | "issues">) => overrideConfig(file, environment, flags),
    isWatched: true,
  };
  const bare = configFile(paths.configFile, undefined);
  place.override(bare);
  const judge = (file: ConfigFile) => judged(file, { paths, environment, override: place.override });
  const history = new ConfigHistory(paths.configHistoryDir, realClock);
  const written = readOrRefused(paths, lookup, history);
  // Who asks for it on the command line is refused at once, and not led to a recovery.
  if (flags.tailscale !== undefined && written.issues.length === 0) refuseUnsafeFront(place.override(written));
  const first = await judge(written);
  if (first.config) return { paths, config: first.config, place };
  const reason = `config ${paths.configFile} cannot be used${first.why}`;
  for (const { id, atMs } of history.good()) {
    const copy = history.read(id);
    const { config } = copy === undefined ? {} : await judge(configFile(paths.configFile, copy, lookup));
    if (config)
      return {
        paths,
        config,
        place: { ...place, trouble: recovering(`${reason}; the one of ${isoTime(atMs)} is in use`) },
      };
  }
  const config = forTheOwnerAlone(place.override(bare));
  return {
    paths,
    config,
    place: { ...place, trouble: { ...recovering(`${reason}; all networks are off`), isBare: true } },
  };
}

function recovering(reason: string): ConfigTrouble {
  return { reason: `recovery mode: ${reason}`, cure: "clawdia config validate" };
}

interface Judged {
  readonly config?: Config;
  readonly why: string;
}

async function judged(
  file: ConfigFile,
  parts: Pick<ChosenConfig, "paths"> & {
    readonly environment: Environment;
    readonly override: ConfigPlace["override"];
  },
): Promise<Judged> {
  const { paths, environment, override } = parts;
  if (file.issues[0]) return { why: atPath(file.issues[0]) };
  try {
    const config = override!(file);
    const configPlace = { path: paths.configFile };
    await tryOut({ databasePath: paths.database, stateDir: paths.stateDir, environment, configPlace }, config);
    return { config, why: "" };
  } catch (error) {
    if (error instanceof ConfigError) return { why: `: ${error.message}` };
    throw error;
  }
}

/** A file that cannot be read has that as its issue, and so has one that a crash left empty. */
function readOrRefused(paths: Paths, lookup: NonNullable<ConfigPlace["lookup"]>, history: ConfigHistory): ConfigFile {
  const refused = (message: string) => ({
    ...configFile(paths.configFile, undefined),
    issues: [{ path: "", message }],
  });
  try {
    const file = readConfigFile(paths.configFile, lookup);
    const isLost = file.source?.trim() === "" && history.good().length > 0;
    return isLost ? refused("the file is empty; write {} if the defaults are meant") : file;
  } catch (error) {
    if (error instanceof ConfigError) return refused(error.message);
    throw error;
  }
}

/** What the file forbade is not known, so nothing is allowed: no network, no tool, nobody from elsewhere. */
function forTheOwnerAlone(config: Config): Config {
  const providers = Object.fromEntries(
    Object.entries(config.providers).map(([name, settings]) => [name, { ...settings, enabled: false }]),
  ) as Config["providers"];
  const { gateway, tools } = config;
  return {
    ...config,
    providers,
    gateway: { ...gateway, bind: "loopback", tailscale: { mode: "off", resetOnExit: false } },
    tools: { ...tools, allow: [noTool] },
  };
}

/** The name of no tool: a list that allows it alone allows none. */
const noTool = "none-in-recovery-mode";
