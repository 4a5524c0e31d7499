import { expect, test } from "bun:test";
import { childEnvironment } from "../../src/programs/index.ts";

const ours = {
  PATH: "/bin",
  HOME: "/home/alice",
  LANG: undefined,
  SHELL: "() { :; }; echo cracked",
  ANTHROPIC_API_KEY: "hush",
  CLAWDIA_GATEWAY_TOKEN: "hush",
  LD_PRELOAD: "/tmp/evil.so",
  NODE_OPTIONS: "--require /tmp/evil.js",
  GITHUB_TOKEN: "mine",
};

test("a program gets a short list of our environment, what its settings name, and what they set", () => {
  expect(childEnvironment(ours, { passEnv: [], env: {} })).toEqual({ PATH: "/bin", HOME: "/home/alice" });
  expect(childEnvironment(ours, { passEnv: ["GITHUB_TOKEN", "NOT_SET"], env: { HOME: "/tmp", MODE: "1" } })).toEqual({
    PATH: "/bin",
    HOME: "/tmp",
    GITHUB_TOKEN: "mine",
    MODE: "1",
  });
});

const hijacking =
  "LD_PRELOAD LD_LIBRARY_PATH DYLD_INSERT_LIBRARIES BASH_ENV ENV NODE_OPTIONS BUN_OPTIONS GIT_SSH_COMMAND " +
  "GIT_EXTERNAL_DIFF PYTHONSTARTUP ld_preload _JAVA_OPTIONS BASH_FUNC_ls%%";

for (const name of hijacking.split(" ")) {
  test(`S-108 ${name} is not handed on, whoever asks`, () => {
    const complaint = `${name} would change which program runs and is not handed on`;
    expect(() => childEnvironment(ours, { passEnv: [name], env: {} })).toThrow(complaint);
    expect(() => childEnvironment(ours, { passEnv: [], env: { [name]: "x" } })).toThrow(complaint);
  });
}

test("S-108 names that only look alike go through", () => {
  const env = { GIT_AUTHOR_NAME: "alice", ENVIRONMENT: "x", BUILD_ENV: "y", CHILD_PRELOAD: "z" };
  expect(childEnvironment({}, { passEnv: [], env })).toEqual(env);
});
