import { expect, test } from "bun:test";
import { environmentFor, mayBeAdmitted } from "../../src/exec/environment.ts";

const hostile = [
  "LD_PRELOAD LD_LIBRARY_PATH LD_AUDIT DYLD_INSERT_LIBRARIES GCONV_PATH GLIBC_TUNABLES BASH_ENV BASH_FUNC_ls%%",
  "ENV SHELLOPTS IFS PS4 PROMPT_COMMAND ZDOTDIR NODE_OPTIONS NODE_PATH BUN_CONFIG_PRELOAD PYTHONSTARTUP PYTHONPATH",
  "PERL5OPT PERL5LIB RUBYOPT RUBYLIB GEM_HOME JAVA_TOOL_OPTIONS _JAVA_OPTIONS GIT_SSH_COMMAND GIT_CONFIG_COUNT",
  "GIT_EXTERNAL_DIFF SSH_ASKPASS SUDO_ASKPASS EDITOR VISUAL PAGER LESSOPEN MANPAGER BROWSER CLAWDIA_GATEWAY_TOKEN",
  "npm_config_prefix ld_preload CDPATH PATH",
]
  .join(" ")
  .split(" ");

test("a command gets what says who and where somebody is, and no more", () => {
  const own = {
    PATH: "/usr/bin:/bin",
    HOME: "/home/alice",
    LANG: "C.UTF-8",
    LC_TIME: "de_DE",
    TZ: "UTC",
    ANTHROPIC_API_KEY: "canary",
    SSH_AUTH_SOCK: "/run/agent",
    UNSET: undefined,
    ...Object.fromEntries(hostile.filter((name) => name !== "PATH").map((name) => [name, "canary"])),
  };
  const common = {
    PATH: "/usr/bin:/bin",
    HOME: "/home/alice",
    LANG: "C.UTF-8",
    LC_TIME: "de_DE",
    TZ: "UTC",
    TERM: "dumb",
  };
  expect(environmentFor(own, [], () => false)).toEqual(common);
  expect(environmentFor(own, ["SSH_AUTH_SOCK", ...hostile], () => false)).toEqual({
    ...common,
    SSH_AUTH_SOCK: "/run/agent",
  });
});

for (const name of hostile) {
  test(`${name} is passed on by nobody`, () => {
    expect(mayBeAdmitted(name)).toBe(false);
  });
}

function pathGiven(own: string | undefined): string | undefined {
  return environmentFor({ PATH: own }, [], (folder) => folder === "/ws/bin")["PATH"];
}

test("programs are looked for in absolute folders that the agent cannot write to", () => {
  expect(["/usr/bin::.:bin:/ws/bin:/bin:/usr/bin", "", ".", undefined].map(pathGiven)).toEqual([
    "/usr/bin:/bin",
    "/usr/local/bin:/usr/bin:/bin",
    "/usr/local/bin:/usr/bin:/bin",
    "/usr/local/bin:/usr/bin:/bin",
  ]);
});
