/**
 * What a program of somebody else gets of our environment: a short list of names, what its settings name, and what its
 * settings set. Nothing else, for there are secrets in it.
 */
export interface ChildEnvironmentSettings {
  /** Further names that go through. */
  readonly passEnv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const passedNames =
  "PATH HOME USER LOGNAME SHELL LANG LC_ALL LC_CTYPE TZ TERM TMPDIR " +
  "APPDATA COMSPEC HOMEDRIVE HOMEPATH LOCALAPPDATA PATHEXT PROGRAMDATA PROGRAMFILES " +
  "SYSTEMDRIVE SYSTEMROOT TEMP TMP USERNAME USERPROFILE WINDIR";

/** Names that make a loader, a shell or a runtime run something else first. They do not go through, whoever asks. */
const hijackingNames = new RegExp(
  "^(LD_.*|DYLD_.*|GIT_(?!AUTHOR_|COMMITTER_).*|BASH_ENV|BASH_FUNC.*|ENV|SHELLOPTS|BASHOPTS|PS4|IFS|PROMPT_COMMAND|" +
    "NODE_OPTIONS|BUN_OPTIONS|BUN_INSPECT.*|PYTHONSTARTUP|PYTHONHOME|PERL5OPT|PERL5DB|RUBYOPT|.*JAVA_.*OPTIONS)$",
  "i",
);

/** Throws with the name when the settings ask for one that may not go through. */
export function childEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  { passEnv, env }: ChildEnvironmentSettings,
): Record<string, string> {
  const refused = [...passEnv, ...Object.keys(env)].find((name) => hijackingNames.test(name));
  if (refused !== undefined) {
    throw new Error(`${refused} would change which program runs and is not handed on: take it out of env and passEnv`);
  }
  const made: Record<string, string> = {};
  for (const name of [...passedNames.split(" "), ...passEnv]) {
    const value = environment[name];
    // A shell function that was exported; shells run what follows it.
    if (value !== undefined && !value.startsWith("()")) made[name] = value;
  }
  return { ...made, ...env };
}
