/**
 * Pure: which of the gateway's own environment a command is given. Names are admitted, never sorted out, so that a
 * credential in the environment of the gateway stays there; and no name that makes a program load code gets through,
 * whoever admits it.
 */

export type CommandEnvironment = Readonly<Record<string, string>>;

/** Who and where somebody is, and how they read: nothing that a program acts on. */
const admitted = /^(HOME|USER|LOGNAME|LANG|LANGUAGE|LC_[A-Z]+|TZ|TMPDIR)$/;

/** Names by which a loader, a shell, an interpreter or a tool is made to run other code. */
const dangerous = new RegExp(
  "^(LD_.*|DYLD_.*|GCONV_PATH|GLIBC_TUNABLES|LOCPATH|NLSPATH|MALLOC_.*|BASH_.*|BASHOPTS|SHELLOPTS|ENV|IFS|CDPATH|" +
    "PS[0-4]|PROMPT_COMMAND|ZDOTDIR|NODE_.*|BUN_.*|DENO_.*|NPM_.*|PYTHON.*|PERL.*|RUBY.*|GEM_.*|BUNDLE_.*|LUA_.*|" +
    "PHP.*|JAVA_.*|_JAVA_OPTIONS|JDK_.*|CLASSPATH|GIT_.*|SSH_ASKPASS|SUDO_.*|EDITOR|VISUAL|PAGER|MANPAGER|LESS.*|" +
    "BROWSER|TERMINFO.*|TERMCAP|CC|CXX|CARGO_.*|RUST.*|GO.*|MAKE.*|CLAWDIA_.*|PATH)$",
  "i",
);
const namePattern = /^[A-Za-z_][A-Za-z0-9_]*$/;
const valueCharsMax = 32_768;

/** Where programs are looked for when the gateway was started without a PATH. */
const standardPath = "/usr/local/bin:/usr/bin:/bin";

export function environmentFor(
  own: Readonly<Record<string, string | undefined>>,
  alsoAdmitted: readonly string[],
  isAgents: (folder: string) => boolean,
): CommandEnvironment {
  const environment: Record<string, string> = { PATH: pathFor(own["PATH"], isAgents), TERM: "dumb" };
  for (const [name, value] of Object.entries(own)) {
    const isAdmitted = admitted.test(name) || (alsoAdmitted.includes(name) && mayBeAdmitted(name));
    if (isAdmitted && value !== undefined && value.length <= valueCharsMax && !value.includes("\0")) {
      environment[name] = value;
    }
  }
  return environment;
}

/** False for a name that no owner may pass on. */
export function mayBeAdmitted(name: string): boolean {
  return namePattern.test(name) && !dangerous.test(name);
}

/** Absolute folders only, and none that the agent writes to: there it could put a program of another's name. */
function pathFor(own: string | undefined, isAgents: (folder: string) => boolean): string {
  const folders = (own ?? standardPath).split(":").filter((folder) => folder.startsWith("/") && !isAgents(folder));
  return folders.length === 0 ? standardPath : [...new Set(folders)].join(":");
}
